// The tree: all supervisors and their children as a nested list.
//
// It asks for what is open and in sight only. A supervisor that is opened is asked alone; a large level comes in pages.
// While the operator searches, one deep walk takes the place of these requests.

import {get, segment, watch} from './api.js';
import {text, unstep, writeHash} from './state.js';
import {
  Badge, Choice, Component, count, createRef, Empty, Filter, h, Journal, Name, poolHash, processHash, span,
} from './parts.js';
import {ActionBar} from './actions.js';
import {STATES, TreeModel} from './tree-model.js';

const ROW = 28;

const OVERSCAN = 10;

/** The children of a supervisor in a walk; further ones come in pages. */
const FIRST = 100;

const PAGE = 1000;

/** Up to this number of tops they are open at first, and one request shows them all. */
const FEW = 12;

/** The most supervisors that are asked alone in one round. */
const AT_ONCE = 6;

/** The most pages that one search reads, beside its walk. */
const SEARCH_PAGES = 30;

/** The shortest pause between two searches. */
const SEARCH_MILLIS = 5000;

/** The shortest pause between two walks over many tops. */
const MANY_MILLIS = 2000;

/** The age from which on a page of children is read again. */
const STALE_MILLIS = 3000;

const HEADERS = [
  ['name', 'Name'], ['state', 'State'], [null, 'Process'], ['messages', 'Messages'], ['restarts', 'Restarts'],
  ['up', 'Up'], [null, 'Last exit'],
];

/** The last tree that was shown. An operator that comes back from a process finds it as it was. */
let kept = null;

export class Tree extends Component {
  constructor(props) {
    super(props);
    this.box = createRef();
    const {path, q, state} = props.query;
    const back = kept && kept.path === path && kept.q === q && kept.state === state;
    this.model = back ? kept.model : new TreeModel();
    this.opened = readOpened(props.query.open);
    this.toggles = 0;
    this.pools = new Map();
    this.rows = [];
    this.state = {top: back ? kept.top : 0, height: 600, active: back ? kept.active : null, error: null};
    this.scrolled = () => this.setState({top: this.box.current.scrollTop}, () => this.unseen());
    this.pressed = this.pressed.bind(this);
    this.measure = () => this.box.current && this.setState({height: this.box.current.clientHeight});
    this.isOpen = (node, depth, level) => this.opened.get(node.path)
      ?? (depth === 0 && (this.root !== '' || (this.few && (!level || level.total <= FIRST))));
  }

  componentDidMount() {
    if (this.box.current) this.box.current.scrollTop = this.state.top;
    addEventListener('resize', this.measure);
    this.watch = watch(() => this.load(), {
      done: () => this.setState({error: null}, () => {
        this.measure();
        this.unseen();
      }),
      failed: (error) => this.setState({error}),
      atLeast: () => (this.searching ? SEARCH_MILLIS : this.few ? 1000 : MANY_MILLIS),
    });
  }

  componentDidUpdate(before) {
    // the list may have been taken away and come back, or become shorter
    const box = this.box.current;
    if (box && (box.scrollTop !== this.state.top || box.clientHeight !== this.state.height)) {
      this.setState({top: box.scrollTop, height: box.clientHeight});
    }
    const {path, q, state} = this.props.query;
    if (before.query.path !== path) {
      this.model = new TreeModel();
      this.setState({active: null});
    }
    if (before.query.path !== path || before.query.q !== q || before.query.state !== state) {
      this.found = null;
      if (!this.searching) this.model.forgetChildren();
      this.watch.now();
    }
  }

  componentWillUnmount() {
    removeEventListener('resize', this.measure);
    this.watch.stop();
    const {top, active} = this.state;
    kept = {...this.props.query, model: this.model, top, active};
  }

  get root() {
    return this.props.query.path || '';
  }

  get searching() {
    return Boolean(this.props.query.q || this.props.query.state);
  }

  get few() {
    return this.root !== '' || (this.model.tops !== null && this.model.tops.length <= FEW);
  }

  go(changes) {
    this.props.navigate(writeHash('tree', [], {...this.props.query, ...changes}), {replace: true});
  }

  // Requests

  async load() {
    if (this.searching) return this.search();
    const model = this.model;
    if (model.tops === null && this.root === '') {
      model.take(await get('ppool/tree', {depth: 1, limit: 1}), {shallow: true});
    }
    if (this.few) model.take(await get('ppool/tree', {path: this.root, depth: 2, limit: FIRST}));
    else model.take(await get('ppool/tree', {depth: 1, limit: 1}), {shallow: true});
    this.setState({});
    const seen = this.inSight();
    // the levels that the walk has shown
    const covered = !this.few ? 0 : this.root === '' ? 2 : this.root.split('/').length + 1;
    const alone = seen.filter((path) => path.split('/').length > covered);
    await Promise.all(alone.slice(0, AT_ONCE).map((path) => this.ask(model, path)));
    await Promise.all(this.pagesInSight().slice(0, 2)
      .map(([path, index, after]) => this.askPage(model, path, index, after)));
    return model;
  }

  async ask(model, path) {
    try {
      model.take(await get('ppool/tree', {path, depth: 1, limit: FIRST}), {part: true});
    } catch (error) {
      if (error.status !== 404) throw error; // it has ended meanwhile, and the next walk says so
    }
  }

  async askPage(model, path, index, after) {
    const [pool, ...below] = path.split('/');
    try {
      const answer = await get('ppool/' + segment(unstep(pool)) + '/which_children',
        {path: below.join('/'), after, limit: PAGE});
      model.page(path, index, answer);
    } catch (error) {
      if (error.status !== 404 && error.status !== 400) throw error;
    }
  }

  /** Shows the next page of a level. */
  async more(row) {
    const level = this.model.levels.get(row.path);
    if (!level || this.loading) return;
    this.loading = true;
    try {
      await this.askPage(this.model, row.path, level.more.length, row.more);
      this.setState({error: null});
    } catch (error) {
      this.setState({error});
    } finally {
      this.loading = false;
    }
  }

  /** Walks all levels, and reads the pages of large ones. */
  async search() {
    const model = new TreeModel();
    const {path, q, state} = this.props.query;
    model.take(await get('ppool/tree', {path, depth: 20, limit: PAGE}));
    if (!this.found) this.model = model; // the first results show at once, later ones when they are whole
    let pages = 0;
    let whole = true;
    for (const [of, level] of model.levels) {
      for (let rest = level.next; rest !== null; rest = TreeModel.rest(level)) {
        if (pages++ === SEARCH_PAGES || q !== this.props.query.q || state !== this.props.query.state) {
          whole = false;
          break;
        }
        const before = level.more.length;
        await this.askPage(model, of, before, rest);
        if (level.more.length === before) break;
      }
    }
    if (q !== this.props.query.q || state !== this.props.query.state) return model;
    this.model = model;
    this.found = {whole, at: Date.now()};
    return model;
  }

  /** The open supervisors whose rows are in sight. */
  inSight() {
    const paths = new Set();
    for (const row of this.window(this.rows)) {
      if (row.open) paths.add(row.node.path);
      else if (row.node && row.node.parent) paths.add(row.node.parent);
      else if (row.path) paths.add(row.path);
    }
    return [...paths];
  }

  /** The pages whose rows are in sight and that are not fresh any more. */
  pagesInSight() {
    const pages = new Map();
    for (const row of this.window(this.rows)) {
      const level = row.node && row.node.parent !== null && this.model.levels.get(row.node.parent);
      if (!level || level.more.length === 0) continue;
      const index = level.more.findIndex((page) => page.nodes.includes(row.node));
      if (index >= 0 && Date.now() - level.more[index].at > STALE_MILLIS) {
        pages.set(row.node.parent + '\n' + index, [row.node.parent, index, level.more[index].after]);
      }
    }
    return [...pages.values()];
  }

  /** Reads the next page when its place comes into sight. */
  unseen() {
    const row = this.window(this.rows, 0).find((each) => each.more);
    if (row) this.more(row);
  }

  window(rows, over = 0) {
    const {top, height} = this.state;
    return rows.slice(Math.max(0, Math.floor(top / ROW) - over), Math.ceil((top + height) / ROW) + over);
  }

  // Keyboard

  pressed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = this.rows;
    const at = rows.findIndex((row) => row.key === this.state.active);
    const row = rows[at] || {};
    const page = Math.max(1, Math.floor(this.state.height / ROW) - 1);
    switch (event.key) {
      case 'ArrowDown': this.activate(rows[at + 1]); break;
      case 'ArrowUp': this.activate(rows[at - 1]); break;
      case 'PageDown': this.activate(rows[Math.min(rows.length - 1, at + page)]); break;
      case 'PageUp': this.activate(rows[Math.max(0, at - page)]); break;
      case 'Home': this.activate(rows[0]); break;
      case 'End': this.activate(rows.at(-1)); break;
      case 'ArrowRight':
        if (row.expandable && !row.open) this.toggle(row);
        else if (row.open) this.activate(rows[at + 1]);
        break;
      case 'ArrowLeft':
        if (row.open) this.toggle(row);
        else this.activate(rows.find((each) => each.key === row.parentKey));
        break;
      case 'Enter': this.follow(row); break;
      case ' ': if (row.expandable) this.toggle(row); break;
      default: return;
    }
    event.preventDefault();
  }

  activate(row) {
    if (!row) return;
    const box = this.box.current;
    const y = this.rows.indexOf(row) * ROW;
    if (y < box.scrollTop) box.scrollTop = y;
    else if (y + ROW > box.scrollTop + box.clientHeight) box.scrollTop = y + ROW - box.clientHeight;
    this.setState({active: row.key});
  }

  toggle(row) {
    this.opened.set(row.node.path, !row.open);
    this.toggles++;
    this.setState({active: row.key});
    this.go({open: writeOpened(this.opened)});
    if (!row.open) this.watch.now();
  }

  /** Goes where the row leads: to the next page of a level, to a pool, or to a process. */
  follow(row) {
    const {node} = row;
    if (row.more) this.more(row);
    else if (node && this.poolOf(node)) this.props.navigate(poolHash(node.name));
    else if (node && node.pid) this.props.navigate(processHash(node.pid));
  }

  /** The pool whose supervisor a node is; undefined for other nodes. */
  poolOf(node) {
    return node.top && !node.path.includes('/') ? this.pools.get(node.name) : undefined;
  }

  // Drawing

  render({query, snapshot, writable}, {error, active, top}) {
    const rows = this.currentRows(query);
    const from = Math.max(0, Math.floor(top / ROW) - OVERSCAN);
    const shown = this.window(rows, OVERSCAN).map((row, i) => [row, from + i]);
    const activeAt = rows.findIndex((row) => row.key === active);
    if (activeAt >= 0 && !shown.some(([row]) => row.key === active)) shown.push([rows[activeAt], activeAt]);
    this.pools = new Map(snapshot ? snapshot.pools.map((pool) => [pool.name, pool]) : []);
    return h('div', {class: 'tree-page'},
      h('div', {class: 'bar'},
        h('h1', {tabIndex: -1}, 'Tree'),
        h(Filter, {id: 'tree-search', label: 'Search', placeholder: 'name, pid, class or reason', value: query.q,
          onChange: (q) => this.go({q})}),
        h(Choice, {label: 'State', value: query.state || '', onChange: (state) => this.go({state}),
          options: [['', 'all'], ['wrong', 'in trouble'], ...STATES.map((each) => [each, each])]}),
        h('span', {class: 'faint num', role: 'status'}, this.told(rows))),
      this.root && h(Crumbs, {path: this.root, query}),
      error && error.status !== 0 && h('p', {class: 'note down'}, error.status === 404 && this.root
        ? 'There is no supervisor at ' + this.root + ' now.' : error.message),
      // above the list, so that it keeps its place while rows come and go
      writable && h('div', {class: 'tree-actions'},
        rows[activeAt]?.node && h(Name, {of: rows[activeAt].node.name}), this.bar(rows[activeAt])),
      h('div', {class: 'tree-head tree-grid', role: 'group', 'aria-label': 'Sort the tree by'},
        HEADERS.map(([key, words]) => this.header(key, words))),
      rows.length === 0
        ? h(Empty, null, this.model.tops === null ? 'Asking …'
          : this.searching ? 'Nothing fits.' : 'There is no supervisor.')
        : h('div', {
          id: 'tree', class: 'tree', role: 'tree', tabIndex: 0, ref: this.box,
          'aria-label': 'Supervisors and their children',
          'aria-activedescendant': activeAt >= 0 ? 'row-' + activeAt : undefined,
          onKeyDown: this.pressed, onScroll: this.scrolled,
          onFocus: () => active === null && rows.length > 0 && this.setState({active: rows[0].key}),
        }, h('div', {class: 'tree-all', role: 'presentation', style: {height: rows.length * ROW + 'px'}},
          shown.map(([row, i]) => this.row(row, i, row.key === active)))),
      snapshot && snapshot.detail && this.root && h('section', {id: 'journal', 'aria-labelledby': 'journal-title'},
        h('h2', {id: 'journal-title'}, 'Journal of ', h(Name, {of: snapshot.detail.pool})),
        h(Journal, {entries: snapshot.detail.journal, most: 30, showOf: false})));
  }

  header(key, words) {
    if (!key) return h('span', {key: words, class: words.split(' ')[0].toLowerCase()}, words);
    const sort = this.props.query.sort || '';
    const mine = sort.replace(/^-/, '') === key;
    const down = sort.startsWith('-');
    const next = mine ? (down ? '' : '-' + key) : key;
    return h('button', {key: words, type: 'button', class: 'sort ' + key, 'aria-pressed': String(mine),
      onClick: () => this.go({sort: next})}, words,
    h('span', {class: 'arrow', 'aria-hidden': 'true'}, mine ? (down ? '▾' : '▴') : ''),
    mine && h('span', {class: 'unseen'}, down ? ' descending' : ' ascending'));
  }

  /** The actions on the active row: on a pool, on a tree, or on a child at any depth. */
  bar(row) {
    const {writable, refresh} = this.props;
    const node = row && row.node;
    if (!node) return h('span', {class: 'faint'}, 'Choose a pool, a tree or a child to act on it.');
    const parts = node.path.split('/');
    const asked = () => {
      refresh();
      this.watch.now();
    };
    const shared = {key: node.path, writable, refresh: asked, name: unstep(parts[0])};
    if (parts.length === 1) {
      const pool = this.poolOf(node);
      return h(ActionBar, pool ? {...shared, kind: 'pool', state: pool.state, phase: pool.phase,
        size: pool.size, maxOverflow: pool.maxOverflow, restarting: pool.restarting} : {...shared, kind: 'tree'});
    }
    const id = text(node.child.id);
    const child = id ?? node.pid;
    if (child === null) return null; // it has ended, and has no name by which it could be acted on
    return h(ActionBar, {...shared, kind: 'child', child, nameless: id === null, at: parts.slice(1, -1).join('/'),
      state: node.state === 'down' ? 'undefined' : node.state,
      below: node.supervisor && node.pid !== null ? parts.slice(1).join('/') : null});
  }

  /** The rows, made anew only if something has changed: a scroll draws rows that are there. */
  currentRows({q, state, sort}) {
    const made = [this.model, this.model.version, this.toggles, this.few, q, state, sort];
    if (this.made && made.every((each, i) => each === this.made[i])) return this.rows;
    this.made = made;
    const needle = (q || '').toLowerCase();
    const matches = this.searching ? (node) => (!needle || node.matches(needle))
      && (!state || (state === 'wrong' ? node.level !== 'running' : node.state === state)) : null;
    this.rows = this.model.tops === null ? [] : this.model.rows({
      isOpen: matches ? (node) => this.opened.get(node.path) ?? true : this.isOpen, matches, sort,
    });
    return this.rows;
  }

  told(rows) {
    if (this.model.tops === null) return '';
    const tops = this.model.tops.length;
    if (!this.searching) return tops + (tops === 1 ? ' supervisor' : ' supervisors');
    if (!this.found) return 'searching …';
    const parts = rows.filter((row) => row.node).length;
    return parts + ' shown' + (this.found.whole ? '' : '; not everything was searched');
  }

  row(row, i, isActive) {
    const {node, depth} = row;
    const pool = node && this.poolOf(node);
    const level = pool && node.level === 'running' ? pool.level : node && node.level;
    const shared = {
      key: row.key, id: 'row-' + i, role: 'treeitem', 'aria-level': depth + 1, 'aria-selected': String(isActive),
      class: ['tree-row tree-grid', isActive && 'active', row.above && 'above', level].filter(Boolean).join(' '),
      style: {top: i * ROW + 'px', '--depth': Math.min(depth, 24)},
      onClick: () => this.setState({active: row.key}),
    };
    if (!node) {
      return h('div', {...shared, onClick: () => this.follow(row)}, h('span', {class: 'name-cell faint'},
        row.more ? 'show ' + count(Math.min(PAGE, row.left || PAGE)) + ' more of ' + count(row.left) : row.note));
    }
    return h('div', {...shared, 'aria-expanded': row.expandable ? String(row.open) : undefined,
      'aria-posinset': row.at, 'aria-setsize': row.of},
    h('span', {class: 'name-cell'},
      h('span', {class: 'twisty', 'aria-hidden': 'true', onClick: row.expandable ? (event) => {
        event.stopPropagation();
        this.toggle(row);
      } : undefined}, row.expandable ? (row.open ? '▾' : '▸') : ''),
      pool
        ? h('a', {href: poolHash(node.name), tabIndex: -1}, h(Name, {of: node.name}))
        : h('span', {class: node.supervisor ? 'strong' : undefined}, h(Name, {of: node.name})),
      node.supervisor && row.level && h('a', {class: 'faint total', tabIndex: -1,
        href: writeHash('tree', [], {...this.props.query, path: node.path})},
      count(row.level.total) + (row.level.total === 1 ? ' child' : ' children'))),
    h('span', {class: 'state'}, h(Badge, {level}, pool && node.level === 'running' ? pool.word : stateWords(node))),
    h('span', {class: 'process'}, node.pid ? h('a', {class: 'pid', tabIndex: -1, href: processHash(node.pid)},
      node.pid) : ''),
    h('span', {class: 'n messages'}, number(node.messages)),
    h('span', {class: 'n restarts'}, number(node.restarts)),
    h('span', {class: 'n up'}, node.uptime !== null ? span(node.uptime) : ''),
    h('span', {class: 'last'}, node.lastExit !== null ? h(Name, {of: node.lastExit}) : ''));
  }
}

/** The longest list of opened supervisors that goes into the address. */
const LONGEST_OPEN = 1500;

/** The supervisors that the operator has opened or, with a `$` before the path, closed, as the address has them. */
function readOpened(open) {
  const opened = new Map();
  for (const part of (open || '').split(',').filter(Boolean)) {
    try {
      opened.set(decodeURIComponent(part.replace(/^\$/, '')), !part.startsWith('$'));
    } catch {
      // a part that was cut off opens nothing
    }
  }
  return opened;
}

function writeOpened(opened) {
  const open = [...opened].map(([path, isOpen]) => (isOpen ? '' : '$') + encodeURIComponent(path)).join(',');
  return open.length > LONGEST_OPEN ? '' : open;
}

function number(value) {
  return value > 0 ? h('b', null, count(value)) : value === 0 ? h('span', {class: 'faint'}, '0') : '';
}

function stateWords(node) {
  switch (node.state) {
    case 'silent': return 'no answer';
    case 'restarting': return node.restartIn !== null ? 'back in ' + span(node.restartIn) : 'restarting';
    case 'down': return node.top ? 'down' : 'not running';
    default: return node.state;
  }
}

/** The way from all trees to the supervisor at which the shown tree begins. */
function Crumbs({path, query}) {
  const parts = path.split('/');
  return h('nav', {class: 'crumbs', 'aria-label': 'Way to this supervisor'}, h('ol', null,
    h('li', null, h('a', {href: writeHash('tree', [], {...query, path: ''})}, 'All')),
    parts.map((part, i) => h('li', {key: i}, i === parts.length - 1
      ? h('span', {'aria-current': 'location'}, h(Name, {of: text(unstep(part))}))
      : h('a', {href: writeHash('tree', [], {...query, path: parts.slice(0, i + 1).join('/')})},
        h(Name, {of: unstep(part)}))))));
}
