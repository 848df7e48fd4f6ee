// What waits at a pool or a group: the queue, the keys, the scheduled tasks, and the broadcasts.

import {list, number, object, text} from './state.js';
import {Badge, count, h, Name, span, Table} from './parts.js';

const KEY_LEVELS = {blocked: 'degraded', orphaned: 'degraded', rated: 'waiting'};
const KEY_WORDS = {
  running: 'runs', queued: 'waits for a worker', blocked: 'waits for its next attempt', orphaned: 'a killed thread',
  rated: 'its rate', passing: 'goes on',
};

/** The broadcasts that are under way, and how many workers have still to end them; false if there are none. */
export function broadcasts(backlog) {
  return number(backlog.broadcasts) > 0 && ['broadcasts', count(backlog.broadcasts) + ', '
    + count(backlog.broadcastsLeft) + (backlog.broadcastsLeft === 1 ? ' worker left' : ' workers left')];
}

/** Those that wait, in the order in which they are served. `all` is their number. */
export function Waiting({rows, all}) {
  return h('section', {'aria-labelledby': 'queue-title'},
    h('h2', {id: 'queue-title'}, 'Queue ', h('span', {class: 'faint num'},
      rows.length < all ? 'the first ' + rows.length + ' of ' + count(all) : rows.length)),
    h(Table, {caption: 'Queue', rows: rows.map((row, i) => ({...object(row), place: i + 1})),
      rowKey: (row) => row.place, tall: 320, wide: 560,
      empty: all > 0 ? 'They have gone meanwhile.' : 'Nothing waits.', columns: [
        {key: 'place', label: '#', num: true, width: '48px', cell: (row) => row.place},
        {key: 'kind', label: 'Kind', width: '90px', cell: (row) => text(row.kind) ?? ''},
        {key: 'who', label: 'Waiting', cell: (row) => text(row.who) !== null && h(Name, {of: row.who})},
        {key: 'priority', label: 'Priority', num: true, width: '90px', cell: (row) => count(row.priority)},
        {key: 'waited', label: 'Has waited', num: true, width: '110px', cell: (row) => span(row.waitedMillis)},
        {key: 'deadline', label: 'Gives up in', num: true, width: '110px', cell: (row) => span(row.deadlineInMillis)},
      ]}));
}

/** The keys that tasks wait for, the one with the most first. */
export function Keys({backlog}) {
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
export function Later({backlog}) {
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
