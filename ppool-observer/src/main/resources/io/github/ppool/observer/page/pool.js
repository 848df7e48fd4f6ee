// One pool: its figures over ten minutes, its workers, its queue, its plan, and its journal.

import {list, number, object, step, text, writeHash} from './state.js';
import {
  Badge, Choice, Component, count, Empty, Facts, Filter, h, Journal, micros, Name, PidLink, Problem, processHash, span,
  Table,
} from './parts.js';
import {Chart} from './chart.js';
import {Rail} from './rail.js';
import {ActionBar} from './actions.js';
import {broadcasts, Keys, Later, Waiting} from './backlog.js';

const WORKER_LEVELS = {
  idle: 'running', borrowed: 'running', working: 'running', starting: 'waiting', stopping: 'waiting',
  restarting: 'degraded', orphaned: 'degraded',
};

const STATES = Object.keys(WORKER_LEVELS);

const RATE = (value) => count(value) + '/s';

/** The charts: title, the series of the samples, and how to show a value. `size` is a line at the pool's size. */
const CHARTS = [
  {title: 'Busy workers', names: ['busy'], format: count, whole: true, size: true,
    series: [{label: 'busy', kind: 'main', format: count}, {label: 'size', kind: 'limit', format: count}]},
  {title: 'Queue', names: ['queue'], format: count, whole: true,
    series: [{label: 'waiting', kind: 'main', format: count}]},
  {title: 'Rate', names: ['rate'], format: RATE, series: [{label: 'hand-outs', kind: 'main', format: RATE}]},
  {title: 'Wait', names: ['p99', 'p50'], format: micros, floor: 1000,
    series: [{label: 'p99', kind: 'main', format: micros}, {label: 'p50', kind: 'plain', format: micros}]},
];

/** A reason whose classes have lost their packages. */
function withoutPackages(reason) {
  return reason.replaceAll(/\b(?:[a-z_]\w*\.)+(?=[A-Z])/g, '');
}

function sinceOf(worker) {
  return number(worker.sinceMillis) ?? number(worker.sinceAtLeastMillis);
}

function restartWords(worker) {
  const step = number(worker.planStep);
  const back = number(worker.restartInMillis);
  return [step !== null && 'step ' + step, back !== null && 'back in ' + span(back)].filter(Boolean).join(', ');
}

export class Pool extends Component {
  get name() {
    return this.props.args[0] ?? '';
  }

  go(changes) {
    this.props.navigate(writeHash('pool', [this.name], {...this.props.query, ...changes}), {replace: true});
  }

  /** The columns of the charts. They are made once for each answer. */
  columns(snapshot, pool) {
    if (this.made !== snapshot) {
      this.made = snapshot;
      this.charts = CHARTS.map((chart) => {
        const columns = snapshot.seconds.columns(chart.names, snapshot.sequence, snapshot.at / 1000);
        if (chart.size) columns.push(columns[0].map(() => pool.size));
        return columns;
      });
    }
    return this.charts;
  }

  render({snapshot, writable, refresh}) {
    const name = this.name;
    const pool = snapshot && snapshot.pools.find((each) => each.name === name);
    const heading = h('h1', {tabIndex: -1}, 'Pool ', h(Name, {of: name}));
    if (!snapshot) return h('div', null, heading, h(Empty, null, 'Waiting …'));
    const problems = snapshot.problems.filter((each) => each.of === name && (each.kind ?? 'pool') === 'pool');
    const troubles = problems.length > 0 && h('ul', {class: 'problems', 'aria-label': 'Problems of this pool'},
      problems.map((problem, i) => h(Problem, {key: text(problem.what) ?? i, problem, showOf: false})));
    if (!pool) {
      return h('div', null, heading,
        troubles, h('p', {class: 'note'}, 'There is no pool of this name now.'),
        h(ActionBar, {kind: 'pools', name, writable, refresh}),
        h('p', null, h('a', {href: '#/pools'}, 'All pools')), this.journal(snapshot.detail));
    }
    const detail = snapshot.detail && text(snapshot.detail.pool) === name ? snapshot.detail : null;
    const workers = detail ? list(detail.workers) : [];
    return h('div', {class: 'pool'},
      h('div', {class: 'bar title'},
        heading,
        h(Badge, {level: pool.level}, pool.word),
        pool.supervisor && h('span', {class: 'faint'}, 'supervisor ', h(PidLink, {pid: pool.supervisor})),
        h('a', {href: writeHash('tree', [], {path: step(name)})}, 'in the tree'),
        h(ActionBar, {kind: 'pool', name, state: pool.state, phase: pool.phase, size: pool.size,
          maxOverflow: pool.maxOverflow, restarting: pool.restarting, writable, refresh})),
      troubles,
      h(Facts, {class: 'figures', facts: [
        ['busy / size', count(pool.busy) + ' / ' + count(pool.size)
          + (pool.maxOverflow > 0 ? ' + ' + count(pool.maxOverflow) : '')],
        ['idle', count(pool.workers.idle) + (pool.minIdle > 0 ? ', at least ' + count(pool.minIdle) : '')],
        pool.warmingUp > 0 && ['to come by warm-up', count(pool.warmingUp)],
        pool.restarting > 0 && ['restarting', count(pool.restarting), 'degraded'],
        pool.orphaned > 0 && ['orphaned', count(pool.orphaned), 'degraded'],
        ['queue', count(pool.queue) + (pool.capacity ? ' of ' + count(pool.capacity) : ''),
          pool.queue > 0 && pool.queue === pool.capacity ? 'degraded' : undefined],
        ['longest wait', span(pool.oldestWait), pool.overloaded ? 'degraded' : undefined],
        pool.order && ['order', pool.order + (pool.overloaded ? ', overloaded' : '')],
        pool.shed > 0 && ['shed', count(pool.shed)],
        ['rate', RATE(pool.rate)],
        ['p50 / p99 wait', micros(pool.p50) + ' / ' + micros(pool.p99)],
        ['restarts', count(pool.restarts) + (pool.crashes > 0 ? ', ' + count(pool.crashes) + ' a minute' : '')],
        pool.waitingForPermit > 0 && ['wait for a permit', count(pool.waitingForPermit), 'waiting'],
        pool.limit && ['rate limit', pool.limit],
        pool.limit && ['used of it', count(pool.limitUsed), pool.limitNext > 0 ? 'waiting' : undefined],
        pool.limit && pool.limitNext > 0 && ['next permit in', span(pool.limitNext)],
        pool.clusterLimit && ['over all nodes', pool.clusterLimit],
        pool.clusterLimit && ['used of its share', count(pool.shareUsed) + ' of ' + count(pool.share),
          pool.shareNext > 0 ? 'waiting' : undefined],
        pool.overruns !== null && ['overruns', count(pool.overruns), pool.overruns > 0 ? 'waiting' : undefined],
        detail && broadcasts(object(detail.backlog)),
        pool.nextRestart !== null && ['next restart in', span(pool.nextRestart)],
        pool.lastFailure && ['last failure', h(Name, {of: pool.lastFailure})],
      ]}),
      h('section', {'aria-labelledby': 'charts-title'},
        h('h2', {id: 'charts-title'}, 'Ten minutes'),
        snapshot.seconds && snapshot.seconds.pool === name && snapshot.seconds.points.size > 0
          ? h('div', {class: 'charts'}, CHARTS.map((chart, i) => h(Chart, {
            key: chart.title, ...chart, sync: 'pool', columns: this.columns(snapshot, pool)[i],
          })))
          : h(Empty, null, snapshot.history === 'never' ? 'The setting ppool.history is never: no history is kept.'
            : 'The history begins now.')),
      detail && detail.plan && h('section', {'aria-labelledby': 'plan-title'},
        h('h2', {id: 'plan-title'}, 'Restart plan'), h(Rail, {plan: object(detail.plan), workers})),
      detail && Array.isArray(detail.workers) && this.workers(workers),
      detail && Array.isArray(detail.queue) && h(Waiting, {rows: list(detail.queue), all: pool.queue}),
      detail && detail.backlog && h(Keys, {backlog: object(detail.backlog)}),
      detail && detail.backlog && h(Later, {backlog: object(detail.backlog)}),
      this.journal(detail));
  }

  journal(detail) {
    return h('section', {id: 'journal', 'aria-labelledby': 'journal-title'},
      h('h2', {id: 'journal-title'}, 'Journal'),
      detail ? h(Journal, {entries: detail.journal, most: 30, showOf: false}) : h(Empty, null, 'Waiting …'));
  }

  workers(workers) {
    const {query, writable, refresh} = this.props;
    const needle = (query.filter || '').toLowerCase();
    // those in trouble first, unless the operator sorts otherwise
    const trouble = (worker) => (WORKER_LEVELS[worker.state] === 'running' ? 1 : 0);
    const rows = [...workers].sort((a, b) => trouble(a) - trouble(b)).filter((worker) => (!query.state
      || worker.state === query.state) && (!needle
      || [worker.child, worker.holder, worker.pid].some((each) => (text(each) ?? '').toLowerCase().includes(needle))));
    const columns = [
      {key: 'child', label: 'Worker', width: '160px', value: (worker) => text(worker.child),
        cell: (worker) => (text(worker.pid) === null ? h(Name, {of: worker.child})
          : h('a', {href: processHash(worker.pid)}, h(Name, {of: worker.child})))},
      {key: 'state', label: 'State', width: '124px', value: (worker) => text(worker.state),
        cell: (worker) => h(Badge, {level: WORKER_LEVELS[worker.state] ?? 'running'}, text(worker.state) ?? 'unknown')},
      {key: 'since', label: 'Since', num: true, width: '100px', value: sinceOf,
        hint: 'The time in this state; ≥ where it is known only since the page has looked',
        cell: (worker) => (number(worker.sinceMillis) === null && sinceOf(worker) !== null ? '≥ ' : '')
          + span(sinceOf(worker))},
      {key: 'holder', label: 'Holder', value: (worker) => text(worker.holder),
        cell: (worker) => text(worker.holder) && h(Name, {of: worker.holder})},
      {key: 'restarts', label: 'Restarts', num: true, width: '92px', value: (worker) => number(worker.restarts),
        cell: (worker) => count(worker.restarts)},
      {key: 'plan', label: 'Plan', width: '200px', value: (worker) => number(worker.restartInMillis),
        cell: (worker) => restartWords(worker)},
      {key: 'exit', label: 'Last exit', width: '19%', value: (worker) => text(worker.lastExit),
        cell: (worker) => text(worker.lastExit) && h('bdi', {title: worker.lastExit},
          withoutPackages(worker.lastExit))},
      {key: 'pid', label: 'Process', width: '90px', value: (worker) => text(worker.pid),
        cell: (worker) => h(PidLink, {pid: worker.pid})},
    ];
    if (writable) {
      columns.push({key: 'act', label: 'Actions', width: '84px', cell: (worker) => h(ActionBar, {
        kind: 'child', name: this.name, child: text(worker.child), state: text(worker.state), compact: true, writable,
        refresh,
      })});
    }
    return h('section', {'aria-labelledby': 'workers-title'},
      h('div', {class: 'bar'},
        h('h2', {id: 'workers-title'}, 'Workers ', h('span', {class: 'faint num'},
          rows.length === workers.length ? workers.length : rows.length + ' of ' + workers.length)),
        h(Filter, {label: 'Filter', placeholder: 'worker, holder or pid', value: query.filter,
          onChange: (filter) => this.go({filter})}),
        h(Choice, {label: 'State', value: query.state || '', onChange: (state) => this.go({state}),
          options: [['', 'all'], ...STATES.map((state) => [state, state])]})),
      h(Table, {id: 'workers', caption: 'Workers', columns, rows,
        rowKey: (worker) => text(worker.child) + text(worker.pid), rowClass: (worker) => WORKER_LEVELS[worker.state],
        sort: query.sort || '', wide: 1120, onSort: (sort) => this.go({sort}),
        empty: workers.length === 0 ? 'The pool has no worker.' : 'No worker fits the filter.'}));
  }
}
