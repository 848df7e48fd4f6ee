// The page of durable tasks: the tasks by pool and state, and those that match the conditions in the address.

import {get} from './api.js';
import {list, number, text, writeHash} from './state.js';
import {Badge, Choice, Component, count, Empty, h, Name, poolHash, span, Table} from './parts.js';
import {Asking, Away, When} from './store.js';
import {ActionBar} from './actions.js';
import {Task} from './durable-task.js';

/** The states with their words and levels. */
export const STATES = {
  ready: ['ready', 'running'],
  claimed: ['claimed', 'running'],
  delayed: ['delayed', 'off'],
  laid_down: ['laid down', 'degraded'],
};

/** The conditions of the endpoint, in the order of the form. */
const CONDITIONS = ['pool', 'state', 'name', 'key', 'partition', 'reason', 'enqueuedBefore'];

/** The conditions that tasks which have ended are asked for by. */
const OF_ENDED = ['pool', 'name', 'key', 'reason'];

const LIMITS = ['25', '100', '500'];

export function StateBadge({task}) {
  const state = text(task.state) ?? '';
  const [words, level] = STATES[state] ?? [state, 'running'];
  return h(Badge, {level}, task.cancelled === true ? 'being cancelled' : words);
}

/** The simple name of a class, whose full name is the hint. */
export function Reason({of}) {
  const reason = text(of);
  return reason === null ? h('span', {class: 'faint'}, '–')
    : h('bdi', {title: reason}, /^[\w.$]+$/.test(reason) ? reason.split('.').pop() : reason);
}

/** The page: one task if the address names one, or else all. */
export class Durable extends Component {
  render(props) {
    const [what, id] = props.args ?? [];
    return what === 'task' ? h(Task, {...props, id: id ?? ''}) : h(Backlog, props);
  }
}

class Backlog extends Asking {
  question() {
    return 'durable';
  }

  load() {
    return get('ppool/durable');
  }

  render(props, {answer, error, since, answeredAt}) {
    const absent = error && error.status === 404;
    return h('div', {class: 'durable'},
      h('h1', {tabIndex: -1}, 'Durable tasks'),
      absent ? h(Empty, null,
        'This application has no durable tasks: it has no ppool-durable, or that is switched off.')
        : h(Away, {error, since, answeredAt, what: 'the durable tasks',
          meanwhile: 'Tasks stay where they are, and go on when it is back. The page asks again.'}),
      answer ? h('div', {class: this.stale ? 'stale' : undefined}, this.counts(answer))
        : !error && h(Empty, null, 'Waiting for the first answer …'),
      !absent && h(Tasks, {...props, refresh: this.again, backlog: answer, away: Boolean(error)}));
  }

  counts(answer) {
    const most = number(answer.countedUpTo) ?? Infinity;
    const pools = list(answer.pools);
    const figure = (pool, state, key) => {
      const n = number(pool[key]);
      if (!n) return h('span', {class: 'faint'}, n === 0 ? '0' : '–');
      const words = n >= most ? count(n) + '+' : count(n);
      const link = h('a', {href: writeHash('durable', [], {pool: pool.pool, state}),
        'aria-label': `${words} ${STATES[state][0]} tasks of ${pool.pool}`}, words);
      return state === 'laid_down' ? h(Badge, {level: 'degraded'}, link) : link;
    };
    const age = (millis) => (number(millis) === null ? h('span', {class: 'faint'}, '–') : span(millis));
    return h('section', {'aria-labelledby': 'backlog-title'},
      h('h2', {id: 'backlog-title'}, 'By pool and state'),
      h(Table, {id: 'backlog', caption: 'Durable tasks by pool and state', rows: pools,
        rowKey: (pool) => text(pool.pool),
        empty: 'There is no unfinished task.', wide: 800, tall: 320,
        rowClass: (pool) => (number(pool.laidDown) > 0 ? 'degraded' : 'running'),
        columns: [
          {key: 'pool', label: 'Pool', cell: (pool) => h('a', {href: poolHash(pool.pool)}, h(Name, {of: pool.pool}))},
          {key: 'ready', label: 'Ready', num: true, width: '90px', cell: (pool) => figure(pool, 'ready', 'ready')},
          {key: 'claimed', label: 'Claimed', num: true, width: '90px',
            cell: (pool) => figure(pool, 'claimed', 'claimed')},
          {key: 'delayed', label: 'Delayed', num: true, width: '90px',
            cell: (pool) => figure(pool, 'delayed', 'delayed')},
          {key: 'laid', label: 'Laid down', num: true, width: '110px',
            cell: (pool) => figure(pool, 'laid_down', 'laidDown')},
          {key: 'oldest', label: 'Oldest ready', num: true, width: '120px', hint: 'since it became ready',
            cell: (pool) => age(pool.oldestReadyMillis)},
          {key: 'oldestLaid', label: 'Oldest laid down', num: true, width: '140px', hint: 'since it was laid down',
            cell: (pool) => age(pool.oldestLaidDownMillis)},
        ]}));
  }
}

/** One page of tasks that match the conditions in the address. */
class Tasks extends Asking {
  get ended() {
    return this.props.query.view === 'ended';
  }

  /** The conditions of the address; others and empty ones are left out. */
  conditions() {
    const {query} = this.props;
    const keys = this.ended ? OF_ENDED : CONDITIONS;
    return Object.fromEntries(keys.filter((key) => query[key]).map((key) => [key, query[key]]));
  }

  get limit() {
    return LIMITS.includes(this.props.query.limit) ? this.props.query.limit : '100';
  }

  question() {
    return JSON.stringify([this.ended, this.conditions(), this.props.query.after, this.limit]);
  }

  load() {
    return get(this.ended ? 'ppool/durable/history' : 'ppool/durable/tasks',
      {...this.conditions(), after: this.props.query.after, limit: this.limit});
  }

  address(changes) {
    return writeHash('durable', [], {...this.props.query, after: '', ...changes});
  }

  /** The number of the tasks that match, as a text, where the backlog tells it. */
  counted(conditions) {
    const {backlog} = this.props;
    const {pool, state, ...others} = conditions;
    if (!backlog || Object.keys(others).length > 0) return null;
    const most = number(backlog.countedUpTo) ?? Infinity;
    const keys = state ? [state === 'laid_down' ? 'laidDown' : state] : ['ready', 'claimed', 'delayed', 'laidDown'];
    let sum = 0;
    let more = false;
    for (const each of list(backlog.pools).filter((one) => !pool || one.pool === pool)) {
      for (const key of keys) {
        sum += number(each[key]) ?? 0;
        more ||= number(each[key]) >= most;
      }
    }
    return sum + (more ? ' or more' : '') + (state ? '' : ' in all states');
  }

  render({query, writable, navigate, backlog, away, snapshot}, {answer, error, since, answeredAt}) {
    const conditions = this.conditions();
    const go = (changes) => navigate(this.address(changes), {replace: true});
    const pools = [...new Set([...list(backlog?.pools).map((each) => text(each.pool)),
      ...list(snapshot?.pools).map((each) => text(each.name)), query.pool])].filter(Boolean).sort();
    const next = answer && this.state.of === this.question() ? text(answer.next) : null;
    return h('section', {'aria-labelledby': 'tasks-title'},
      h('div', {class: 'bar'},
        h('h2', {id: 'tasks-title'}, 'Tasks'),
        h(Choice, {label: 'Show', value: this.ended ? 'ended' : '', onChange: (view) => go({view}),
          options: [['', 'unfinished'], ['ended', 'ended']]}),
        h(Choice, {label: 'Pool', value: query.pool ?? '', onChange: (pool) => go({pool}),
          options: [['', 'all'], ...pools.map((pool) => [pool, pool])]}),
        !this.ended && h(Choice, {label: 'State', value: query.state ?? '', onChange: (state) => go({state}),
          options: [['', 'all'], ...Object.entries(STATES).map(([state, [words]]) => [state, words])]}),
        ['name', 'key', !this.ended && 'partition', 'reason'].filter(Boolean).map((key) => h(Condition, {
          key, label: key[0].toUpperCase() + key.slice(1), value: query[key],
          onChange: (value) => go({[key]: value})})),
        !this.ended && h(Before, {value: query.enqueuedBefore, onChange: (value) => go({enqueuedBefore: value})}),
        h(Choice, {label: 'Rows', value: this.limit, onChange: (limit) => go({limit}),
          options: LIMITS.map((limit) => [limit, limit])}),
        Object.keys(conditions).length > 0 && h('a', {href: writeHash('durable', [], {view: query.view})},
          'All tasks')),
      !this.ended && h(ActionBar, {kind: 'tasks', query: conditions, count: this.counted(conditions), writable,
        refresh: this.again}),
      !away && h(Away, {error, since, answeredAt, what: 'the durable tasks', meanwhile: 'The page asks again.'}),
      answer ? h('div', {class: this.stale ? 'stale' : undefined, 'aria-busy': this.stale ? 'true' : undefined},
        this.ended ? this.endedTasks(answer) : this.unfinished(answer, writable))
        : !error && h(Empty, null, 'Waiting for the first answer …'),
      (query.after || next !== null) && h('nav', {class: 'pages', 'aria-label': 'Pages of tasks'},
        query.after && h('a', {href: this.address({})}, 'First page'),
        next !== null && h('a', {href: this.address({after: next})}, 'Next page')));
  }

  columns(last) {
    return [
      {key: 'id', label: 'Task', width: '90px',
        cell: (task) => h('a', {href: writeHash('durable', ['task', text(task.id)]),
        class: 'num'}, text(task.id))},
      {key: 'name', label: 'Name', cell: (task) => h(Name, {of: task.name})},
      {key: 'pool', label: 'Pool', width: '130px', cell: (task) => h('a', {href: poolHash(task.pool)},
        h(Name, {of: task.pool}))},
      ...last,
    ];
  }

  unfinished(answer, writable) {
    const now = this.now();
    return h(Table, {id: 'tasks', caption: 'Unfinished tasks', rows: list(answer.tasks),
      rowKey: (task) => text(task.id),
      empty: 'No unfinished task matches.', wide: 1200,
      rowClass: (task) => (task.state === 'laid_down' ? 'degraded' : 'running'),
      columns: this.columns([
        {key: 'state', label: 'State', width: '150px', cell: (task) => h('span', null, h(StateBadge, {task}),
          number(task.percent) !== null && h('span', {class: 'num faint'}, ' ' + task.percent + ' %'))},
        {key: 'attempts', label: 'Attempts', num: true, width: '86px', cell: (task) => count(task.attempts)},
        {key: 'reason', label: 'Last failure', width: '170px', cell: (task) => h(Reason, {of: task.reason})},
        {key: 'key', label: 'Key', width: '140px', cell: (task) => (text(task.key) === null
          ? h('span', {class: 'faint'}, '–') : h(Name, {of: task.key}))},
        {key: 'since', label: 'Since or at', width: '130px',
          hint: 'since when it is in its state, or when it becomes ready',
          cell: (task) => h(When, {at: task.state === 'claimed' ? task.claimedAt : task.readyAt, now})},
        {key: 'enqueued', label: 'Handed over', width: '130px', cell: (task) => h(When, {at: task.enqueuedAt, now})},
        ...(writable ? [{key: 'act', label: 'Actions', width: '76px', cell: (task) => text(task.id) !== null
          && h(ActionBar, {kind: 'task', name: text(task.id), state: task.state, compact: true, writable,
            facts: [['Name', text(task.name) ?? ''], ['Pool', text(task.pool) ?? '']], refresh: this.again})}] : []),
      ])});
  }

  endedTasks(answer) {
    const now = this.now();
    return h(Table, {id: 'tasks', caption: 'Ended tasks, the latest first', rows: list(answer.tasks),
      rowKey: (task) => text(task.id), wide: 1180,
      empty: 'No ended task matches. Ended tasks are kept if ppool.durable.history says so.',
      columns: this.columns([
        {key: 'outcome', label: 'Outcome', width: '130px', cell: (task) => h(Badge,
          {level: task.outcome === 'succeeded' ? 'running' : 'off'}, text(task.outcome) ?? '–')},
        {key: 'attempts', label: 'Attempts', num: true, width: '86px', cell: (task) => count(task.attempts)},
        {key: 'reason', label: 'Last failure', width: '170px', cell: (task) => h(Reason, {of: task.reason})},
        {key: 'key', label: 'Key', width: '140px', cell: (task) => (text(task.key) === null
          ? h('span', {class: 'faint'}, '–') : h(Name, {of: task.key}))},
        {key: 'ended', label: 'Ended', width: '130px', cell: (task) => h(When, {at: task.endedAt, now})},
        {key: 'enqueued', label: 'Handed over', width: '130px', cell: (task) => h(When, {at: task.enqueuedAt, now})},
      ])});
  }
}

/**
 * A condition that must hold exactly. It is taken over with Enter or when the field is left: each asks the database.
 */
class Condition extends Component {
  render({label, value, onChange}, {typed}) {
    return h('label', {class: 'filter'}, h('span', null, label),
      h('input', {
        type: 'search', spellcheck: false, autocomplete: 'off', maxLength: 200,
        title: 'Exactly this ' + label.toLowerCase(),
        value: typed ?? value ?? '',
        onInput: (event) => this.setState({typed: event.target.value}),
        onChange: (event) => {
          onChange(event.target.value);
          this.setState({typed: undefined});
        },
      }));
  }
}

/** A time before which tasks were handed over. The field has the time of the browser's zone, the address an instant. */
class Before extends Component {
  render({value, onChange}, {typed}) {
    const at = Date.parse(value);
    const local = Number.isNaN(at) ? ''
      : new Date(at - new Date(at).getTimezoneOffset() * 60000).toISOString().slice(0, 16);
    return h('label', {class: 'filter'}, h('span', null, 'Handed over before'),
      h('input', {
        type: 'datetime-local', value: typed ?? local,
        onInput: (event) => this.setState({typed: event.target.value}),
        onChange: (event) => {
          const chosen = new Date(event.target.value);
          onChange(Number.isNaN(chosen.getTime()) ? '' : chosen.toISOString());
          this.setState({typed: undefined});
        },
      }));
  }
}
