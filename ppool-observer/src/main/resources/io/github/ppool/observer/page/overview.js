// The overview: what is wrong first, then all pools, then the longest lists and the newest events.

import {list, number, object, text, writeHash} from './state.js';
import {
  Badge, Choice, Component, count, Empty, Filter, groupLevel, h, Journal, Meter, micros, Name, PidLink, poolHash,
  Problem, span, Sparkline, Table, hashOf, placeHash,
} from './parts.js';
import {ActionBar} from './actions.js';

const LEVELS = ['down', 'degraded', 'waiting', 'off', 'running'];

/** The problems that are shown before the operator asks for all. */
const FIRST_PROBLEMS = 8;

/** A figure of which zero is no news. */
function quiet(value, words) {
  return value > 0 ? words : h('span', {class: 'faint'}, value === 0 ? '0' : words);
}

function figure(words, pool, series, floor) {
  return h('span', {class: 'figure'}, h('span', {class: 'num'}, words),
    h(Sparkline, {values: pool.buckets.series(series), floor}));
}

const COLUMNS = [
  {key: 'name', label: 'Pool', value: (pool) => pool.name,
    cell: (pool) => h('a', {href: poolHash(pool.name)}, h(Name, {of: pool.name}))},
  {key: 'state', label: 'State', width: '156px', value: (pool) => LEVELS.indexOf(pool.level),
    cell: (pool) => h(Badge, {level: pool.level}, pool.word)},
  {key: 'busy', label: 'Busy / size', num: true, width: '232px', hint: 'Busy workers and the size of the pool',
    value: (pool) => (pool.busy === null ? null : pool.busy / Math.max(1, (pool.size ?? 0) + (pool.maxOverflow ?? 0))),
    cell: (pool) => h('span', {class: 'figure busy'},
      h('span', {class: 'num'}, count(pool.busy) + ' / ' + count(pool.size)),
      h(Meter, pool), h(Sparkline, {values: pool.buckets.series('busy'), floor: pool.size || 1}))},
  {key: 'queue', label: 'Queue', num: true, width: '136px', value: (pool) => pool.queue,
    cell: (pool) => figure(quiet(pool.queue, count(pool.queue)), pool, 'queue', 4)},
  {key: 'wait', label: 'Waits', num: true, width: '84px', hint: 'The longest wait in the queue now',
    value: (pool) => pool.oldestWait,
    cell: (pool) => (pool.oldestWait > 0 ? span(pool.oldestWait) : h('span', {class: 'faint'}, '–'))},
  {key: 'rate', label: 'Rate / s', num: true, width: '136px', hint: 'Hand-outs per second, over ten seconds',
    value: (pool) => pool.rate, cell: (pool) => figure(quiet(pool.rate, count(pool.rate)), pool, 'rate', 1)},
  {key: 'p99', label: 'p99 wait', num: true, width: '144px', hint: 'The wait that 1 of 100 hand-outs exceeds',
    value: (pool) => pool.p99, cell: (pool) => figure(quiet(pool.p99, micros(pool.p99)), pool, 'p99', 1000)},
  {key: 'restarts', label: 'Restarts', num: true, width: '104px',
    hint: 'Crashes of workers since the start of the pool',
    value: (pool) => pool.restarts,
    cell: (pool) => h('span', null, quiet(pool.restarts, count(pool.restarts)),
      pool.crashes > 0 && h('span', {class: 'faint'}, ' ' + count(pool.crashes) + '/m'))},
];

export class Overview extends Component {
  go(changes) {
    this.props.navigate(writeHash('pools', [], {...this.props.query, ...changes}), {replace: true});
  }

  render({snapshot, query, writable, refresh}) {
    const {pools, problems, trees, groups} = snapshot;
    const needle = (query.filter || '').toLowerCase();
    const rows = pools.filter((pool) => (!needle || pool.name.toLowerCase().includes(needle))
      && (!query.state || pool.level === query.state));
    return h('div', {class: 'overview'},
      h('h1', {tabIndex: -1}, 'Overview'),
      h(Problems, {problems, pools, trees}),
      h('section', {'aria-labelledby': 'pools-title'},
        h('div', {class: 'bar'},
          h('h2', {id: 'pools-title'}, 'Pools ', h('span', {class: 'faint num'},
            rows.length === pools.length ? pools.length : rows.length + ' of ' + pools.length,
            snapshot.complete === false && ' (there are more)')),
          h(Filter, {id: 'pools-filter', label: 'Filter', placeholder: 'name', value: query.filter,
            onChange: (filter) => this.go({filter})}),
          h(Choice, {label: 'State', value: query.state || '', onChange: (state) => this.go({state}),
            options: [['', 'all'], ...LEVELS.map((level) => [level, level])]}),
          h(ActionBar, {kind: 'pools', writable, refresh})),
        h(Table, {id: 'pools', caption: 'Pools', columns: COLUMNS, rows, wide: 1120, tall: 704,
          rowKey: (pool) => pool.name, rowClass: (pool) => pool.level,
          sort: query.sort || 'name', onSort: (sort) => this.go({sort}),
          empty: pools.length === 0 ? 'This application has no pools.' : 'No pool fits the filter.'})),
      groups.length > 0 && h(Groups, {groups, writable, refresh}),
      trees.length > 0 && h(Trees, {trees}),
      h(Tops, {top: snapshot.top, most: query.top || '10', onMost: (top) => this.go({top: top === '10' ? '' : top})}),
      h('section', {id: 'journal', 'aria-labelledby': 'journal-title'},
        h('h2', {id: 'journal-title'}, 'Newest events'),
        h(Journal, {entries: snapshot.journal, most: 20})));
  }
}

class Problems extends Component {
  render({problems, pools, trees}, {all}) {
    const shown = all ? problems : problems.slice(0, FIRST_PROBLEMS);
    return h('section', {id: 'problems', 'aria-labelledby': 'problems-title'},
      h('h2', {id: 'problems-title', class: problems.length === 0 ? 'unseen' : undefined},
        problems.length === 0 ? 'Problems' : problems.length + (problems.length === 1 ? ' problem' : ' problems')),
      problems.length === 0
        ? h('p', {class: 'calm'}, h('i', {class: 'shape well', 'aria-hidden': 'true'}),
          'All is well: ' + pools.length + (pools.length === 1 ? ' pool' : ' pools')
          + (trees.length > 0 ? ' and ' + trees.length + (trees.length === 1 ? ' tree' : ' trees') : '') + '.')
        : h('ul', {class: 'problems'}, shown.map((problem, i) => h(Problem, {
          key: [problem.kind, problem.of, problem.what].join('\n') || i, problem,
        }))),
      problems.length > FIRST_PROBLEMS && h('button', {type: 'button', class: 'quiet',
        onClick: () => this.setState({all: !all})},
      all ? 'Show the worst ' + FIRST_PROBLEMS : 'Show all ' + problems.length));
  }
}

/** Pools that are used as one: how many of them serve, and the queue of the group. */
function Groups({groups, writable, refresh}) {
  const down = (group) => list(group.down);
  return h('section', {'aria-labelledby': 'groups-title', class: 'groups'},
    h('h2', {id: 'groups-title'}, 'Groups'),
    h(Table, {caption: 'Groups', rows: groups, rowKey: (group) => text(group.name), tall: 260,
      wide: writable ? 1180 : 920,
      columns: [
        {key: 'name', label: 'Group', cell: (group) => h('a', {href: hashOf('group', text(group.name) ?? '')},
          h(Name, {of: text(group.name) ?? ''}))},
        {key: 'state', label: 'State', width: '128px', cell: (group) => h(Badge, {level: groupLevel(group)})},
        {key: 'strategy', label: 'Strategy', width: '128px', cell: (group) => text(group.strategy)},
        {key: 'members', label: 'Members', cell: (group) => list(group.members).map((pool, i) => h('span', {key: i},
          i > 0 && ', ', h('a', {href: poolHash(pool)}, h(Name, {of: pool})),
          down(group).includes(pool) && ' (down)'))},
        {key: 'queue', label: 'Queue', num: true, width: '84px', cell: (group) => count(group.queueDepth)},
        {key: 'wait', label: 'Waits', num: true, width: '84px', cell: (group) => (group.oldestWaitMillis > 0
          ? span(group.oldestWaitMillis)
          : h('span', {class: 'faint'}, '–'))},
        {key: 'keys', label: 'Keys', width: '200px', hint: 'Keys with tasks, and those that most tasks wait for',
          cell: (group) => keysOf(object(group.backlog))},
        {key: 'served', label: 'Served', num: true, width: '104px', cell: (group) => count(group.served)},
        {key: 'refused', label: 'Refused', num: true, width: '104px', cell: (group) => count(group.refused)},
        ...(writable ? [{key: 'act', label: 'Actions', width: '264px', cell: (group) => h(ActionBar, {kind: 'group',
          name: text(group.name) ?? '', members: list(group.members), writable, refresh})}] : []),
      ]}));
}

/** How many keys a group has, and those that most tasks wait for. */
function keysOf(backlog) {
  if (!(number(backlog.keys) > 0)) return h('span', {class: 'faint'}, '–');
  return h('span', null, count(backlog.keys), number(backlog.waitingForKeys) > 0 && h('span', {class: 'faint'}, ' (',
    list(backlog.busiest).map((row, i) => h('span', {key: i}, i > 0 && ', ', h(Name, {of: text(row.key) ?? ''}),
      ': ' + count(row.waiting) + (row.waiting === 1 ? ' waits' : ' wait'))), ')'));
}

function Trees({trees}) {
  return h('section', {'aria-labelledby': 'trees-title', class: 'trees'},
    h('h2', {id: 'trees-title'}, 'Supervision trees'),
    h(Table, {caption: 'Supervision trees', rows: trees, rowKey: (tree) => text(tree.name), tall: 260, wide: 420,
      columns: [
        {key: 'name', label: 'Tree',
          cell: (tree) => h('a', {href: hashOf('tree', tree.name)}, h(Name, {of: tree.name}))},
        {key: 'state', label: 'State', width: '128px', cell: (tree) => (tree.standby
          ? h(Badge, {level: 'off'}, 'stands by')
          : h(Badge, {level: tree.running === false ? 'down' : 'running'}))},
        {key: 'pid', label: 'Supervisor', width: '110px', cell: (tree) => h(PidLink, {pid: tree.pid})},
        {key: 'restarts', label: 'Restarts', num: true, width: '84px', cell: (tree) => count(tree.restarts)},
      ]}));
}

/** A method without its package; other words as they are. */
function briefly(words) {
  return /^[\w$]+(\.[\w$]+){2,}$/.test(words) ? words.split('.').slice(-2).join('.') : words;
}

/** The lists of the longest: mailboxes, waits, restarts, and times in the same state. */
function Tops({top, most, onMost}) {
  const process = (row) => h('span', null, h(PidLink, {pid: row.pid}), ' ', text(row.pid) !== null
    && h('a', {href: placeHash(row.pid), title: 'Its place in the tree'},
      h(Name, {of: text(row.label) ?? 'no label'})));
  const lists = [
    ['Longest mailboxes', list(top.mailbox), (row) => process(row), (row) => count(row.value)],
    ['Longest waits', list(top.wait), (row) => h('span', null, text(row.of) !== null
      && h('a', {href: hashOf(text(row.kind) ?? 'pool', row.of)}, h(Name, {of: row.of})), ' ',
    text(row.who) && h(Name, {of: row.who})),
    (row) => span(row.waitedMillis)],
    ['Most restarts', list(top.restarts), (row) => h('span', null,
      h('a', {href: text(row.pid) === null ? hashOf(text(row.kind) ?? 'pool', row.of) : placeHash(row.pid)},
        h(Name, {of: text(row.child) ?? row.of})),
      row.kind === 'tree' && h('span', {class: 'faint'}, ' of ', h(Name, {of: row.of}))), (row) => count(row.value)],
    ['Longest in one state', list(top.state), (row) => h('span', null, process(row), ' ',
      h('span', {class: 'faint', title: text(row.doing)}, briefly(text(row.doing) ?? text(row.status) ?? ''))),
    (row) => span(row.millis)],
  ];
  if (lists.every(([, rows]) => rows.length === 0)) return null;
  return h('section', {'aria-labelledby': 'top-title'},
    h('div', {class: 'bar'}, h('h2', {id: 'top-title'}, 'Longest and most'),
      h(Choice, {label: 'Top', value: most, onChange: onMost, options: ['5', '10', '25', '100'].map((n) => [n, n])})),
    h('div', {class: 'tops'}, lists.map(([title, rows, name, value]) => h('div', {key: title, class: 'panel'},
      h('h3', null, title),
      rows.length === 0 ? h(Empty, null, 'none')
        : h('ol', null, rows.map((row, i) => h('li', {key: i}, name(object(row)), h('span', {class: 'num value'},
          value(object(row))))))))));
}
