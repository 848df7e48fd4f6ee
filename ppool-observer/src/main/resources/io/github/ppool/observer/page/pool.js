// One pool: its figures over ten minutes, its workers, its queue, its plan, and its journal.

import {list, number, object, step, text, writeHash} from './state.js';
import {
  Badge, Choice, Component, count, Empty, Facts, Filter, h, Journal, micros, Name, PidLink, Problem, processHash, span,
  Table,
} from './parts.js';
import {Chart} from './chart.js';
import {Rail} from './rail.js';
import {ActionBar} from './actions.js';

const WORKER_LEVELS = {
  idle: 'running', borrowed: 'running', working: 'running', starting: 'waiting', stopping: 'waiting',
  restarting: 'degraded', orphaned: 'degraded',
};

const STATES = Object.keys(WORKER_LEVELS);

const RATE = (value) => count(value) + '/s';

const KEY_LEVELS = {blocked: 'degraded', orphaned: 'degraded', rated: 'waiting'};
const KEY_WORDS = {
  running: 'runs', queued: 'waits for a worker', blocked: 'waits for its next attempt', orphaned: 'a killed thread',
  rated: 'its rate', passing: 'goes on',
};

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
      detail && Array.isArray(detail.queue) && this.queue(list(detail.queue), pool),
      detail && detail.backlog && this.keys(object(detail.backlog)),
      detail && detail.backlog && this.later(object(detail.backlog)),
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

  queue(rows, pool) {
    return h('section', {'aria-labelledby': 'queue-title'},
      h('h2', {id: 'queue-title'}, 'Queue ', h('span', {class: 'faint num'},
        rows.length < pool.queue ? 'the first ' + rows.length + ' of ' + count(pool.queue) : rows.length)),
      h(Table, {caption: 'Queue', rows: rows.map((row, i) => ({...object(row), place: i + 1})),
        rowKey: (row) => row.place, tall: 320, wide: 560,
        empty: pool.queue > 0 ? 'They have gone meanwhile.' : 'Nothing waits.', columns: [
          {key: 'place', label: '#', num: true, width: '48px', cell: (row) => row.place},
          {key: 'kind', label: 'Kind', width: '90px', cell: (row) => text(row.kind) ?? ''},
          {key: 'who', label: 'Waiting', cell: (row) => text(row.who) !== null && h(Name, {of: row.who})},
          {key: 'priority', label: 'Priority', num: true, width: '90px', cell: (row) => count(row.priority)},
          {key: 'waited', label: 'Has waited', num: true, width: '110px', cell: (row) => span(row.waitedMillis)},
          {key: 'deadline', label: 'Gives up in', num: true, width: '110px', cell: (row) => span(row.deadlineInMillis)},
        ]}));
  }

  /** The keys that tasks wait for, the one with the most first. */
  keys(backlog) {
    const rows = list(backlog.busiest).map((row) => object(row));
    return number(backlog.keys) > 0 && h('section', {id: 'keys', 'aria-labelledby': 'keys-title'},
      h('h2', {id: 'keys-title'}, 'Keys ', h('span', {class: 'faint num'}, count(backlog.keys)
        + (number(backlog.waitingForKeys) > 0 ? ', waiting for them ' + count(backlog.waitingForKeys) : ''))),
      h(Table, {caption: 'Keys', rows, rowKey: (row) => text(row.key), tall: 320, wide: 560,
        rowClass: (row) => KEY_LEVELS[row.state], empty: 'No task waits for its key.', columns: [
          {key: 'key', label: 'Key', cell: (row) => text(row.key) !== null && h(Name, {of: row.key})},
          {key: 'waiting', label: 'Waiting', num: true, width: '90px', cell: (row) => count(row.waiting)},
          {key: 'waited', label: 'Has waited', num: true, width: '110px', cell: (row) => span(row.waitedMillis)},
          {key: 'state', label: 'Held by', width: '220px', cell: (row) => [
            text(row.task) === null ? null : h(Name, {of: row.task}), ' ',
            h(Badge, {level: KEY_LEVELS[row.state] ?? 'running'}, KEY_WORDS[row.state] ?? text(row.state) ?? '')]},
        ]}));
  }

  /** The tasks whose time has not come, the next one first. */
  later(backlog) {
    const rows = list(backlog.first).map((row) => object(row));
    return (number(backlog.scheduled) > 0 || number(backlog.retrying) > 0)
      && h('section', {id: 'later', 'aria-labelledby': 'later-title'},
        h('h2', {id: 'later-title'}, 'Scheduled ', h('span', {class: 'faint num'},
          (rows.length < number(backlog.scheduled) ? 'the first ' + rows.length + ' of ' : '')
          + count(backlog.scheduled) + (number(backlog.retrying) > 0
            ? ', ' + count(backlog.retrying) + ' wait for another attempt' : ''))),
        h(Table, {caption: 'Scheduled tasks', rows, rowKey: (row) => text(row.task), tall: 320, wide: 560,
          empty: 'No task is scheduled.', columns: [
            {key: 'task', label: 'Task', cell: (row) => text(row.task) !== null && h(Name, {of: row.task})},
            {key: 'key', label: 'Key', cell: (row) => text(row.key) !== null && h(Name, {of: row.key})},
            {key: 'due', label: 'Joins the queue in', num: true, width: '160px', cell: (row) => span(row.dueInMillis)},
          ]}));
  }
}
