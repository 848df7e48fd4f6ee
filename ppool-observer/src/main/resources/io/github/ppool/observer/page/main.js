// The shell of the page: header, router over the hash, the one request that is repeated, and what to say if it fails.
//
// The modules from bottom to top: state.js (answers, address, history), api.js (requests and their clock), parts.js,
// chart.js and rail.js (components), a module or two for each page, and this one.

import {render} from './preact.js';
import {clock, get, INTERVALS, Refused, watch} from './api.js';
import {number, readHash, Store, text, unstep, writeHash} from './state.js';
import {Badge, Boundary, Choice, clockTime, Component, count, h, Name, span} from './parts.js';
import {Overview} from './overview.js';
import {Tree} from './tree.js';
import {Pool} from './pool.js';
import {Group} from './group.js';
import {Process} from './process.js';
import {Cluster} from './cluster.js';
import {Durable} from './durable.js';

const VIEWS = {
  pools: Overview, tree: Tree, pool: Pool, group: Group, process: Process, cluster: Cluster, durable: Durable,
};

class App extends Component {
  constructor() {
    super();
    this.store = new Store();
    this.state = {route: readHash(location.hash), snapshot: null, error: null, failures: 0, goneSince: 0};
    this.steps = 0;
    this.places = new Map(); // how far down each address was read
    this.hash = location.hash;
    this.forward = false;
    this.wanted = 0;
    this.navigate = this.navigate.bind(this);
    this.back = () => {
      this.forward = false;
      history.back();
    };
    this.refresh = () => this.polling.now();
    this.routed = () => this.route(readHash(location.hash));
  }

  componentDidMount() {
    addEventListener('hashchange', this.routed);
    addEventListener('scroll', () => this.places.set(this.hash, scrollY), {passive: true});
    addEventListener('wheel', () => (this.wanted = 0), {passive: true});
    document.addEventListener('click', (event) => {
      if (event.target.closest && event.target.closest('a[href^="#/"]')) this.forward = true;
    }, true);
    clock.changed = () => this.setState({});
    this.polling = watch(() => this.load(), {
      done: (answer) => {
        const snapshot = this.store.accept(answer, this.asked);
        if (this.state.error) clock.back();
        this.setState({snapshot, error: null, failures: 0, goneSince: 0});
      },
      failed: (error, failures) => this.setState((state) => ({
        error, failures, goneSince: state.goneSince || Date.now(),
      })),
    });
    this.countdown = setInterval(() => this.state.error && this.setState({}), 1000);
  }

  componentWillUnmount() {
    removeEventListener('hashchange', this.routed);
    clearInterval(this.countdown);
    this.polling.stop();
  }

  load() {
    const {page, query} = this.state.route;
    this.asked = this.inDetail();
    const top = page === 'pools' ? Math.min(100, Math.max(1, Math.floor(Number(query.top)) || 10)) : 1;
    return get('ppool/observe', this.store.params(this.asked, top));
  }

  /** The pool, the group or the tree whose details the page shows; null if it shows none. */
  inDetail() {
    const {route: {page, args, query}, snapshot} = this.state;
    if (page === 'pool' || page === 'group') return args[0] ?? null;
    if (page !== 'tree' || !query.path || !snapshot) return null;
    const top = unstep(query.path.split('/')[0]);
    return snapshot.trees.some((tree) => tree.name === top) ? top : null;
  }

  route(route) {
    const before = this.state.route;
    const place = this.forward ? 0 : this.places.get(location.hash) || 0; // the browser's back leads to where it was
    this.steps++;
    this.hash = location.hash;
    this.forward = false;
    const elsewhere = before.page !== route.page || before.args.join('/') !== route.args.join('/');
    this.setState({route}, () => {
      if (this.inDetail() !== this.asked || before.query.top !== route.query.top
        || (elsewhere && route.page === 'pools')) this.polling.now();
      if (!elsewhere) return;
      const heading = document.querySelector('#main h1');
      if (heading) heading.focus({preventScroll: true});
      scrollTo(0, 0);
      this.wanted = place;
      this.return();
    });
  }

  /** Scrolls to where this address was read before, as soon as its content is long enough. */
  return() {
    if (!(this.wanted > 0) || document.documentElement.scrollHeight < this.wanted + innerHeight) return;
    scrollTo(0, this.wanted);
    this.wanted = 0;
  }

  /** Leads to another place of the page. With `replace` the browser's history gets no entry. */
  navigate(hash, {replace = false} = {}) {
    if (replace) {
      history.replaceState(null, '', hash);
      this.route(readHash(hash));
    } else {
      this.forward = true;
      location.hash = hash;
    }
  }

  getSnapshotBeforeUpdate() {
    return document.activeElement;
  }

  componentDidUpdate(_, __, focused) {
    // a row that has moved to another place of its table has lost the focus
    const now = document.activeElement;
    if (focused && focused !== now && focused.isConnected && now === document.body) {
      focused.focus({preventScroll: true});
    }
    this.return();
    const {snapshot, error} = this.state;
    const page = document.documentElement.dataset;
    page.sequence = snapshot ? String(snapshot.sequence) : '';
    page.state = error ? (silent(error) ? 'unreachable' : 'denied')
      : clock.paused ? 'paused' : document.hidden ? 'hidden' : 'live';
    const bad = snapshot ? snapshot.problems.filter((each) => each.level === 'down').length : 0;
    const name = snapshot ? text(snapshot.application.name) : null;
    const title = (error ? '(no answer) ' : bad > 0 ? '(' + bad + ' down) ' : '')
      + (name ? name + ' – ' : '') + 'ppool observer';
    if (document.title !== title) document.title = title;
  }

  render(_, {route, snapshot, error, failures, goneSince}) {
    const View = VIEWS[Object.hasOwn(VIEWS, route.page) ? route.page : ''];
    const key = route.page + '/' + (route.page === 'pools' || route.page === 'tree' ? '' : route.args.join('/'));
    const refused = error !== null && !silent(error);
    return h('div', {class: 'shell'},
      h('a', {class: 'skip', href: '#main', onClick: skip}, 'Skip to the content'),
      h(Header, {snapshot, route, error}),
      error && h(Gone, {error, failures, goneSince, snapshot, polling: this.polling}),
      h(Spoken, {problems: snapshot ? snapshot.problems : null}),
      h('main', {id: 'main', tabIndex: -1},
        !View ? h('div', null, h('h1', {tabIndex: -1}, 'No such page'),
          h('p', null, h('a', {href: '#/pools'}, 'Back to the overview')))
          : snapshot === null && (refused || route.page === 'pools') ? h('div', null,
            h('h1', {tabIndex: -1}, 'Overview'),
            h('p', {class: 'empty'}, error ? 'There is nothing to show yet.' : 'Waiting for the first answer …'))
            : h(Boundary, {key, of: snapshot}, h(View, {
              snapshot, query: route.query, args: route.args, navigate: this.navigate, refresh: this.refresh,
              back: this.steps > 0 ? this.back : null,
              writable: snapshot !== null && snapshot.writable === true,
            }))),
      snapshot && h(Footer, {snapshot}));
  }
}

/** What is known of the application as a whole. */
function Footer({snapshot: {application: app, processes, orphans}}) {
  return h('footer', null, [
    text(app.name), number(app.upMillis) !== null && 'up ' + span(app.upMillis), text(app.java) && 'Java ' + app.java,
    text(app.ppool) && 'ppool ' + app.ppool, number(processes) !== null && count(processes) + ' processes',
    number(orphans) > 0 && count(orphans) + (orphans === 1 ? ' orphaned thread' : ' orphaned threads'),
  ].filter(Boolean).map((each, i) => h('span', {key: i}, h('bdi', null, each))));
}

/** True for the failure of an application that is away, false for one that refuses. */
function silent(error) {
  return !(error instanceof Refused) || error.status === 0 || error.status >= 500;
}

function skip(event) {
  event.preventDefault();
  document.getElementById('main').focus();
}

/** The problems in one sentence for a screen reader. The sentence changes only if the problems do. */
class Spoken extends Component {
  sentence(problems) {
    if (problems === null) return '';
    if (problems.length === 0) return 'No problems.';
    const worst = problems.slice(0, 3).map((each) => text(each.of) + ' is ' + text(each.level)).join(', ');
    return problems.length + (problems.length === 1 ? ' problem: ' : ' problems: ') + worst;
  }

  render({problems}) {
    return h('p', {class: 'unseen', role: 'status', 'aria-live': 'polite'}, this.sentence(problems));
  }
}

class Header extends Component {
  render({snapshot, route, error}) {
    const app = snapshot ? snapshot.application : {};
    const at = (page) => (route.page === page || (page === 'pools' && (route.page === 'pool' || route.page === 'group'))
      || (page === 'tree' && route.page === 'process') ? 'page' : undefined);
    const tab = (page, ...words) => h('li', null, h('a', {href: writeHash(page), 'aria-current': at(page)}, words));
    const problems = snapshot ? snapshot.problems : [];
    const worst = text(problems[0]?.level) ?? '';
    const rests = clock.rests;
    return h('header', {class: 'top'},
      h('div', {class: 'brand'},
        h('a', {href: '#/pools', class: 'logo'}, 'ppool', h('span', null, ' observer')),
        text(app.name) && h('span', {class: 'app'}, h(Name, {of: app.name})),
        text(app.node) && h('span', {class: 'faint app'}, 'node ', h(Name, {of: app.node}))),
      h('nav', {'aria-label': 'Pages'}, h('ul', null,
        tab('pools', 'Overview', problems.length > 0 && h('span', {class: 'count ' + worst}, problems.length,
          h('span', {class: 'unseen'}, problems.length === 1 ? ' problem' : ' problems'))),
        tab('tree', 'Tree'),
        snapshot && snapshot.cluster && tab('cluster', 'Cluster'),
        snapshot && snapshot.durable && tab('durable', 'Durable'))),
      h('div', {class: 'tools'},
        snapshot && snapshot.writable !== true && h('span', {class: 'readonly',
          title: 'Actions need management.endpoint.ppool.access=unrestricted and the right to use them.'}, 'read-only'),
        h('span', {class: 'live num', title: 'The time of the newest answer'},
          h('i', {class: 'pulse ' + (error ? 'gone' : rests ? 'rests' : 'lives'), 'aria-hidden': 'true'}),
          error ? 'no answer' : clock.paused ? 'paused' : 'live',
          snapshot ? ' ' + clockTime(snapshot.at) : ''),
        h('button', {type: 'button', onClick: () => clock.pause(!clock.paused)}, clock.paused ? 'Resume' : 'Pause'),
        h(Choice, {label: 'Every', value: String(clock.interval), onChange: (value) => clock.every(Number(value)),
          options: INTERVALS.map((each) => [String(each), span(each).replace(' 0 s', '')])})));
  }
}

/** Says that the application does not answer, or does not let the page see anything. */
function Gone({error, failures, goneSince, snapshot, polling}) {
  const wait = Math.max(0, Math.ceil((polling.nextAt - Date.now()) / 1000));
  const away = silent(error);
  return h('section', {class: 'gone', 'aria-label': 'Connection'},
    h('div', {role: 'alert'}, h(Badge, {level: 'down'}, away ? 'no answer' : 'refused'), ' ',
      h('strong', null, away
        ? 'The application does not answer since ' + clockTime(goneSince) + '.'
        : error.message),
      away && error.status !== 0 ? ' ' + error.message : '',
      snapshot ? ' You see its state of ' + clockTime(snapshot.at) + '.' : ''),
    h('span', {class: 'num faint'}, clock.rests ? 'No more tries while the page is paused.'
      : failures + (failures === 1 ? ' try' : ' tries') + (wait > 0 ? ', next in ' + wait + ' s' : ', trying now …')),
    [401, -1].includes(error.status)
      && h('button', {type: 'button', onClick: () => location.reload()}, 'Reload this page'),
    h('button', {type: 'button', onClick: () => polling.now()}, 'Try now'));
}

render(h(App), document.getElementById('app'));
