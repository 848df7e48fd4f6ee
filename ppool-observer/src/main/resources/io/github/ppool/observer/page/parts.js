// The components that the pages share. All foreign texts become text nodes or attributes, never markup.

import {h, Component, createRef} from './preact.js';
import {list, number, step, text, writeHash} from './state.js';

export {h, Component, createRef};

/** Lets a screen reader say the result of an action, and keeps it for the next reader. */
export function say(words) {
  document.getElementById('said').textContent = words;
}

// Numbers and times

const WHOLE = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const FINE = new Intl.NumberFormat('en', {maximumFractionDigits: 1});
const SHORT = new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 1});

/** A number for a table: a dash if it is missing, short if it is huge. */
export function count(value) {
  const n = number(value);
  if (n === null) return '–';
  if (Math.abs(n) >= 100000) return SHORT.format(n);
  return Math.abs(n) < 10 && !Number.isInteger(n) ? FINE.format(n) : WHOLE.format(n);
}

/** A duration in its two largest units: `3 m 20 s`. */
export function span(millis) {
  const n = number(millis);
  if (n === null) return '–';
  const ms = Math.max(0, n);
  if (ms < 1) return ms === 0 ? '0 ms' : FINE.format(ms) + ' ms';
  if (ms < 1000) return WHOLE.format(ms) + ' ms';
  if (ms < 10000) return FINE.format(ms / 1000) + ' s';
  const s = Math.floor(ms / 1000);
  if (s < 60) return s + ' s';
  if (s < 3600) return Math.floor(s / 60) + ' m ' + (s % 60) + ' s';
  if (s < 86400) return Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' m';
  const d = Math.floor(s / 86400);
  return d < 10000 ? d + ' d ' + Math.floor(s % 86400 / 3600) + ' h' : SHORT.format(d) + ' d';
}

/** A duration that is given in microseconds. */
export function micros(value) {
  const n = number(value);
  return n === null ? '–' : n > 0 && n < 100 ? WHOLE.format(n) + ' µs' : span(n / 1000);
}

/** The time of the day of an instant, with the date if it is another day's. */
export function clockTime(instant) {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return '–';
  const time = date.toTimeString().slice(0, 8);
  return date.toDateString() === new Date().toDateString() ? time : date.toISOString().slice(0, 10) + ' ' + time;
}

// Small things

/** A foreign name: isolated from the direction of the text around it, and cut where it has no room. */
export function Name({of}) {
  const name = text(of) ?? '';
  const shown = name === '' ? '(no name)' : name.trim() === '' ? JSON.stringify(name) : name;
  return h('bdi', {class: 'name', title: name.length > 20 ? name : undefined}, shown);
}

export function poolHash(name) {
  return writeHash('pool', [name]);
}

/** The page of a process. */
export function processHash(pid) {
  return writeHash('process', [String(pid).replace(/[<>]/g, '')]);
}

/** The page of the object that a problem or an entry of the journal is about. */
export function hashOf(kind, name) {
  if (kind === 'tree') return writeHash('tree', [], {path: step(name)});
  if (kind === 'durable') return writeHash('durable', [], {pool: name === 'durable' ? '' : name});
  if (kind === 'cluster') return writeHash('cluster');
  if (kind === 'group') return writeHash('group', [name]);
  return poolHash(name);
}

/** The level of a group: down if no member serves, degraded if not all do. */
export function groupLevel(group) {
  return group.up !== true ? 'down' : list(group.down).length > 0 ? 'degraded' : 'running';
}

export function PidLink({pid, label}) {
  const shown = text(pid);
  if (!shown) return h('span', {class: 'faint'}, '–');
  return h('a', {href: processHash(shown), class: 'pid'},
    shown, label ? h('bdi', {class: 'faint'}, ' ' + label) : null);
}

/** The place of a process in the tree. */
export function placeHash(pid) {
  return writeHash('tree', [], {q: pid});
}

const LEVEL_WORDS = {down: 'down', degraded: 'degraded', waiting: 'waiting', running: 'running', off: 'off'};

/** A state: a shape, a word, and a colour unless all is well. */
export function Badge({level, children}) {
  const known = LEVEL_WORDS[level] ? level : 'running';
  return h('span', {class: 'badge ' + known},
    h('i', {class: 'shape ' + known, 'aria-hidden': 'true'}), h('span', null, children ?? LEVEL_WORDS[known]));
}

export function Empty({children}) {
  return h('p', {class: 'empty'}, children);
}

/** A line with one problem: its level, its object, and its text. */
export function Problem({problem, showOf = true}) {
  const level = text(problem.level) ?? 'degraded';
  const of = text(problem.of);
  const since = number(problem.sinceMillis);
  const waited = number(problem.waitedMillis);
  const told = text(problem.text) ?? text(problem.what)?.replaceAll('_', ' ') ?? '';
  const object = text(problem.kind) + " '" + of + "' "; // the line has its name already
  const words = (told.startsWith(object) ? told.slice(object.length) : told)
    .replace(/, the first for \d+ ms$/, ''); // the line ends with that time
  return h('li', {class: 'problem ' + (LEVEL_WORDS[level] ? level : 'degraded') + (showOf ? '' : ' alone')},
    h(Badge, {level}),
    showOf && of !== null && h('a', {class: 'of', href: hashOf(text(problem.kind), of)}, h(Name, {of})),
    h('span', {class: 'what'}, words),
    h('span', {class: 'when num'},
      since !== null ? 'for ' + span(since) : waited !== null ? 'waits ' + span(waited) : ''));
}

/** Figures with their names, as a list of definitions. Pairs whose value is null are left out. */
export function Facts({facts, class: kind = 'facts'}) {
  return h('dl', {class: kind}, facts.filter((fact) => fact && fact[1] !== null && fact[1] !== undefined)
    .map(([name, value, level]) => h('div', {key: name, class: level}, h('dt', null, name), h('dd', null, value))));
}

/** A field that filters a list. It tells each change after a short rest. */
export class Filter extends Component {
  componentDidUpdate(before) {
    // a navigation may change the value; typing must not be disturbed by an answer that comes meanwhile
    if (before.value !== this.props.value && this.typed !== this.props.value) this.setState({typed: undefined});
  }

  componentWillUnmount() {
    clearTimeout(this.timer);
  }

  render({id, label, value, placeholder}, {typed}) {
    return h('label', {class: 'filter'}, h('span', null, label),
      h('input', {
        id, type: 'search', placeholder, spellcheck: false, autocomplete: 'off', maxLength: 300,
        value: typed ?? value ?? '',
        onInput: (event) => {
          this.typed = event.target.value;
          this.setState({typed: this.typed});
          clearTimeout(this.timer);
          this.timer = setTimeout(() => this.props.onChange(this.typed), 150);
        },
      }));
  }
}

/** A choice among a few values. */
export function Choice({label, value, options, onChange}) {
  return h('label', {class: 'filter'}, h('span', null, label),
    h('select', {value, onChange: (event) => onChange(event.target.value)},
      options.map(([key, words]) => h('option', {key, value: key, selected: key === value}, words))));
}

/** The busy workers of a pool beside its size; the part beyond the size is the overflow. */
export function Meter({busy, size, maxOverflow}) {
  const [b, s, over] = [busy, size, maxOverflow].map((each) => Math.max(0, number(each) ?? 0));
  const most = Math.max(s + over, b, 1);
  const x = (value) => 80 * Math.min(value, most) / most;
  return h('svg', {class: 'meter', viewBox: '0 0 80 8', preserveAspectRatio: 'none', 'aria-hidden': 'true'},
    h('rect', {class: 'room', width: x(s), height: 8}),
    h('rect', {class: 'over', x: x(s), width: 80 - x(s), height: 8}),
    h('rect', {class: b > s ? 'busy beyond' : 'busy', width: x(b), height: 8}),
    h('path', {class: 'size', d: 'M' + x(s) + ' 0V8'}));
}

/** The last ten minutes of a figure. */
export function Sparkline({values, floor = 1}) {
  const last = values.length - 1;
  const most = values.reduce((high, each) => (each > high ? each : high), Math.max(floor, 1));
  let line = '';
  let first = -1;
  values.forEach((value, i) => {
    if (value === undefined || value === null) return;
    const y = (19 - 17 * Math.max(0, value) / most).toFixed(1);
    if (first < 0) {
      first = Math.max(0, i - 1); // so that a single point is seen
      line = 'M' + first + ' ' + y;
    }
    line += 'L' + i + ' ' + y;
  });
  return h('svg', {class: 'spark', viewBox: '0 0 ' + Math.max(last, 1) + ' 20', preserveAspectRatio: 'none',
    'aria-hidden': 'true'},
  line && h('path', {class: 'area', d: line + 'V20H' + first + 'Z'}), line && h('path', {class: 'line', d: line}));
}

// Tables

const BY_NAME = new Intl.Collator('en', {numeric: true, sensitivity: 'base'});

/** Compares two values of a column; missing ones come last, whatever the direction is. */
export function compare(a, b, direction) {
  const noA = a === null || a === undefined || Number.isNaN(a);
  const noB = b === null || b === undefined || Number.isNaN(b);
  if (noA || noB) return noA - noB;
  return direction * (typeof a === 'number' && typeof b === 'number' ? a - b : BY_NAME.compare(a, b));
}

/** The class of the cells of a column. Buttons stay in sight while a narrow table scrolls. */
function kindOf(column) {
  return column.num ? 'n' : column.key === 'act' ? 'stick' : undefined;
}

/** How far the tables with an id were scrolled at their addresses, for when the operator comes back. */
const SCROLLED = new Map();

/** Rows beyond this number are virtualised. */
const ALL_SHOWN = 60;

const OVERSCAN = 8;

/**
 * A table whose columns sort, and that draws only the rows in sight if it has many.
 *
 * A column is `{key, label, width, num, value(row), cell(row), hint}`; one without `value` does not sort. `sort` is the
 * key of a column, with a minus sign before it for the other direction. The order holds while the pointer or the focus
 * is in the table, so that no row runs away from under it.
 */
export class Table extends Component {
  constructor(props) {
    super(props);
    this.box = createRef();
    this.state = {top: 0};
    this.place = location.hash + ' ' + props.id;
    this.held = false;
    this.order = null;
    this.hold = () => (this.held = true);
    this.release = () => (this.held = false);
    this.scrolled = () => this.setState({top: this.box.current.scrollTop});
  }

  componentDidMount() {
    const top = this.box.current && SCROLLED.get(this.place);
    if (top) this.box.current.scrollTop = top;
  }

  componentWillUnmount() {
    if (this.props.id) SCROLLED.set(this.place, this.state.top);
  }

  componentDidUpdate() {
    // the rows may have been taken away and come back, or become fewer
    const box = this.box.current;
    if (box && box.scrollTop !== this.state.top) this.setState({top: box.scrollTop});
  }

  arranged({rows, columns, sort, rowKey}) {
    const key = (sort || '').replace(/^-/, '');
    const column = columns.find((each) => each.key === key && each.value);
    const sorted = [...rows];
    if (this.held && this.order && this.order.sort === sort) {
      const places = this.order.places;
      const place = (row) => places.get(rowKey(row)) ?? places.size;
      sorted.sort((a, b) => place(a) - place(b));
    } else if (column) {
      const direction = sort.startsWith('-') ? -1 : 1;
      sorted.sort((a, b) => compare(column.value(a), column.value(b), direction));
    }
    this.order = {sort, places: new Map(sorted.map((row, i) => [rowKey(row), i]))};
    return sorted;
  }

  header(column) {
    const {sort, onSort} = this.props;
    const key = (sort || '').replace(/^-/, '');
    const down = (sort || '').startsWith('-');
    const mine = key === column.key;
    const next = mine ? (down ? column.key : '-' + column.key) : column.num ? '-' + column.key : column.key;
    return h('th', {
      key: column.key, scope: 'col', class: kindOf(column),
      'aria-sort': mine ? (down ? 'descending' : 'ascending') : undefined,
    }, column.value && onSort
      ? h('button', {type: 'button', class: 'sort', title: column.hint, onClick: () => onSort(next)},
        column.label, h('span', {class: 'arrow', 'aria-hidden': 'true'}, mine ? (down ? '▾' : '▴') : ''))
      : h('span', {title: column.hint}, column.label));
  }

  render(props, {top}) {
    const {id, caption, columns, rowKey, rowClass, empty, tall = 520, rowHeight = 32, wide = 0} = props;
    const rows = this.arranged(props);
    if (rows.length === 0) {
      this.held = false; // the box goes away under the pointer
      return h('div', {id}, h(Empty, null, empty));
    }
    const virtual = rows.length > ALL_SHOWN;
    const first = virtual ? Math.max(0, Math.min(Math.floor(top / rowHeight), rows.length) - OVERSCAN) : 0;
    const end = virtual ? Math.min(rows.length, first + Math.ceil(tall / rowHeight) + 2 * OVERSCAN) : rows.length;
    const spacer = (key, height) => height > 0 && h('tr', {key, class: 'spacer', 'aria-hidden': 'true'},
      h('td', {colSpan: columns.length, style: {height: height + 'px'}}));
    return h('div', {
      id, class: 'scroll', ref: this.box, tabIndex: 0, role: 'region', 'aria-label': 'Table: ' + caption,
      style: {maxHeight: tall + 'px'}, onScroll: virtual ? this.scrolled : undefined,
      onPointerEnter: this.hold, onPointerLeave: this.release, onFocusIn: this.hold, onFocusOut: this.release,
    }, h('table', {'aria-rowcount': virtual ? rows.length + 1 : undefined, style: {minWidth: wide ? wide + 'px' : ''}},
      h('caption', {class: 'unseen'}, caption),
      h('colgroup', null, columns.map((column) => h('col', {key: column.key, style: {width: column.width || ''}}))),
      h('thead', null, h('tr', {'aria-rowindex': virtual ? 1 : undefined}, columns.map((each) => this.header(each)))),
      h('tbody', null,
        spacer('above', first * rowHeight),
        rows.slice(first, end).map((row, i) => h(Row, {
          key: 'r' + rowKey(row), row, columns, level: rowClass && rowClass(row),
          index: virtual ? first + i + 2 : undefined,
        })),
        spacer('below', (rows.length - end) * rowHeight))));
  }
}

/** A row of a table. It is drawn again for a new answer, not while the table scrolls. */
class Row extends Component {
  shouldComponentUpdate(next) {
    return ['row', 'columns', 'level', 'index'].some((each) => next[each] !== this.props[each]);
  }

  render({row, columns, level, index}) {
    return h('tr', {class: level, 'aria-rowindex': index}, columns.map((column, c) => (c === 0
      ? h('th', {key: column.key, scope: 'row'}, column.cell(row))
      : h('td', {key: column.key, class: kindOf(column)}, column.cell(row)))));
  }
}

// The journal

const EVENTS = {
  crashed: 'degraded', not_made: 'degraded', leaked: 'degraded', stays_down: 'down', gave_up: 'down',
};

/** The entries with the decision about a crash in the line of the crash, where the one follows the other. */
function folded(entries) {
  const result = [];
  const decisions = new Map();
  for (const entry of entries) {
    const about = text(entry.of) + '\n' + text(entry.child);
    const decided = decisions.get(about);
    if (decided !== undefined && (entry.event === 'crashed' || entry.event === 'ended') && !entry.decision) {
      const {decision, backAt} = result[decided];
      result[decided] = null;
      result.push({...entry, decision, backAt});
    } else {
      result.push(entry);
    }
    decisions.delete(about);
    if (entry.event === 'restarting') decisions.set(about, result.length - 1);
  }
  return result.filter((entry) => entry !== null);
}

/** Entries of the journal, the newest first. */
export class Journal extends Component {
  render({entries, most = 50, showOf = true, empty = 'Nothing has happened yet.'}, {all}) {
    const every = folded(list(entries));
    if (every.length === 0) return h(Empty, null, empty);
    const shown = all ? every : every.slice(0, most);
    return h('div', null,
      h('ol', {class: 'journal'}, shown.map((entry, i) => h(Entry, {key: entry.sequence ?? 'i' + i, entry, showOf}))),
      every.length > most && h('button', {type: 'button', class: 'quiet', onClick: () => this.setState({all: !all})},
        all ? 'Show the newest ' + most : 'Show all ' + every.length));
  }
}

function Entry({entry, showOf}) {
  const event = text(entry.event) ?? '';
  const stack = list(entry.stack).map(text);
  return h('li', {class: event === 'restarted' ? 'faint' : undefined},
    h('time', {dateTime: text(entry.at) ?? undefined, class: 'num'}, clockTime(entry.at)),
    h(Badge, {level: EVENTS[event] ?? 'running'}, event.replaceAll('_', ' ')),
    h('span', {class: 'told'},
      showOf && text(entry.of) !== null && h('a', {href: hashOf(text(entry.kind), entry.of)}, h(Name, {of: entry.of})),
      text(entry.child) !== null && h('span', null, ' ', h(Name, {of: entry.child})),
      text(entry.pid) && h('span', null, ' ', h(PidLink, {pid: entry.pid})),
      number(entry.times) > 1 && h('span', {class: 'num'}, ' ' + count(entry.times) + ' times'),
      text(entry.message) !== null ? h('bdi', {class: 'message'}, ' ', entry.message)
        : text(entry.reason) !== null && h('span', {class: 'reason'}, ' ', entry.reason),
      text(entry.decision) !== null && h('span', {class: 'decision'}, ' → ', entry.decision),
      text(entry.backAt) !== null && h('span', {class: 'faint'}, ', back at ' + clockTime(entry.backAt)),
      number(entry.skipped) > 0 && h('span', {class: 'faint'},
        ' (' + count(entry.skipped) + ' more before it were not kept)'),
      stack.length > 0 && h('details', null, h('summary', null, stack.length + ' frames'),
        h('pre', {class: 'stack', tabIndex: 0}, stack.join('\n')))));
}

/** Draws what it contains; if that fails, says so, and tries again with the next answer. */
export class Boundary extends Component {
  componentDidCatch(error) {
    console.error(error);
    this.setState({error});
  }

  componentDidUpdate(before) {
    if (this.state.error && before.of !== this.props.of) this.setState({error: null});
  }

  render({children}, {error}) {
    return error
      ? h('p', {class: 'note down', role: 'alert'}, 'This part could not be drawn: ' + (error.message || error))
      : children;
  }
}
