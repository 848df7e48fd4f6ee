// One group of pools: its members, those that wait for it, and its keys.

import {list, number, object, text} from './state.js';
import {
  Badge, Component, count, Empty, Facts, groupLevel, h, Meter, Name, poolHash, Problem, span, Table,
} from './parts.js';
import {ActionBar} from './actions.js';
import {broadcasts, Keys, Later, Waiting} from './backlog.js';

export class Group extends Component {
  render({snapshot, args, writable, refresh}) {
    const name = args[0] ?? '';
    const heading = h('h1', {tabIndex: -1}, 'Group ', h(Name, {of: name}));
    if (!snapshot) return h('div', null, heading, h(Empty, null, 'Waiting …'));
    const group = snapshot.groups.find((each) => text(each.name) === name);
    if (!group) {
      return h('div', null, heading, h('p', {class: 'note'}, 'There is no group of this name now.'),
        h('p', null, h('a', {href: '#/pools'}, 'All pools')));
    }
    const detail = snapshot.detail && text(snapshot.detail.pool) === name ? snapshot.detail : null;
    const problems = snapshot.problems.filter((each) => each.of === name && each.kind === 'group');
    const members = list(group.members);
    const down = list(group.down);
    const backlog = detail ? object(detail.backlog) : {};
    return h('div', {class: 'pool'},
      h('div', {class: 'bar title'}, heading, h(Badge, {level: groupLevel(group)}),
        h(ActionBar, {kind: 'group', name, members, writable, refresh})),
      problems.length > 0 && h('ul', {class: 'problems', 'aria-label': 'Problems of this group'},
        problems.map((problem, i) => h(Problem, {key: text(problem.what) ?? i, problem, showOf: false}))),
      h(Facts, {class: 'figures', facts: [
        ['members that serve', count(members.length - down.length) + ' of ' + count(members.length),
          down.length > 0 ? 'degraded' : undefined],
        ['strategy', text(group.strategy)],
        ['queue', count(group.queueDepth)],
        ['longest wait', span(group.oldestWaitMillis)],
        ['served', count(group.served)],
        ['refused', count(group.refused)],
        broadcasts(backlog),
      ]}),
      h(Members, {group, members, down, pools: snapshot.pools}),
      detail && h(Waiting, {rows: list(detail.queue), all: number(group.queueDepth)}),
      h(Keys, {backlog}),
      h(Later, {backlog}));
  }
}

/** The members in the order of the settings, each with its own figures. */
function Members({group, members, down, pools}) {
  const rows = members.map((name, i) => ({
    name, served: list(group.servedBy)[i], down: down.includes(name),
    pool: pools.find((each) => each.name === name),
  }));
  return h('section', {'aria-labelledby': 'members-title'},
    h('h2', {id: 'members-title'}, 'Members ', h('span', {class: 'faint num'}, members.length)),
    h(Table, {id: 'members', caption: 'Members', rows, rowKey: (row) => row.name, wide: 720,
      rowClass: (row) => (row.down ? 'degraded' : ''), columns: [
        {key: 'name', label: 'Pool', cell: (row) => (row.pool
          ? h('a', {href: poolHash(row.name)}, h(Name, {of: row.name})) : h(Name, {of: row.name}))},
        {key: 'state', label: 'State', width: '156px', cell: (row) => (row.pool
          ? h(Badge, {level: row.pool.level}, row.pool.word) : h(Badge, {level: 'off'}, 'does not run'))},
        {key: 'group', label: 'For the group', width: '140px',
          cell: (row) => (row.down ? 'does not serve' : 'serves')},
        {key: 'busy', label: 'Busy / size', num: true, width: '164px', cell: (row) => row.pool
          && h('span', {class: 'figure busy'},
            h('span', {class: 'num'}, count(row.pool.busy) + ' / ' + count(row.pool.size)), h(Meter, row.pool))},
        {key: 'queue', label: 'Own queue', num: true, width: '104px', cell: (row) => row.pool && count(row.pool.queue)},
        {key: 'served', label: 'Served', num: true, width: '104px', cell: (row) => count(row.served)},
      ]}));
}
