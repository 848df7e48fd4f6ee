// The page of one durable task: its course, its attempts, and the data that the endpoint may show.

import {get, Refused, segment} from './api.js';
import {list, number, text, writeHash} from './state.js';
import {clockTime, count, Empty, Facts, h, Name, poolHash} from './parts.js';
import {Asking, Away, When, when} from './store.js';
import {ActionBar} from './actions.js';
import {Reason, StateBadge} from './durable.js';

const ID = /^[0-9]{1,18}$/;

export class Task extends Asking {
  question() {
    return this.props.id;
  }

  /** An unfinished task; one that has ended is looked for in the history. */
  async load() {
    const {id} = this.props;
    if (!ID.test(id)) throw new Refused(400, `The id of a task is a number, got: ${id}`);
    try {
      return {task: await get('ppool/durable/' + segment(id))};
    } catch (error) {
      if (error.status !== 404) throw error;
      const history = await get('ppool/durable/history', {after: String(BigInt(id) + 1n), limit: 1});
      const ended = list(history.tasks).find((each) => text(each.id) === id);
      if (!ended) throw error;
      return {task: ended, ended: true};
    }
  }

  final(answer) {
    return answer.ended === true;
  }

  render({id, writable}, {answer, error, since, answeredAt}) {
    const gone = error && error.status === 404;
    return h('div', {class: 'task'},
      h('p', {class: 'crumbs'}, h('a', {href: writeHash('durable')}, 'Durable tasks')),
      h('h1', {tabIndex: -1}, 'Task ', h('bdi', {class: 'num'}, id)),
      gone ? h(Empty, null, `There is no unfinished task ${id}. It may have ended: tasks that have ended are shown if `
        + 'ppool.durable.history keeps them.')
        : h(Away, {error, since, answeredAt, what: 'the durable tasks', meanwhile: 'The page asks again.'}),
      answer && !gone ? h('div', {class: this.stale ? 'stale' : undefined}, this.task(answer, writable))
        : !error && h(Empty, null, 'Waiting for the first answer …'));
  }

  task({task, ended}, writable) {
    const now = this.now();
    const of = text(task.pool);
    return h('div', null,
      h(Facts, {class: 'pairs', facts: [
        ['State', ended ? 'ended: ' + (text(task.outcome) ?? '') : h(StateBadge, {task})],
        ['Name', h(Name, {of: task.name})],
        of !== null && ['Pool', h('a', {href: poolHash(of)}, h(Name, {of}))],
        ['Attempts', count(task.attempts)],
        ['Last failure', text(task.reason) === null ? null : h(Reason, {of: task.reason})],
        ['Progress', number(task.percent) === null ? null
          : h('span', null, h('progress', {max: 100, value: task.percent, 'aria-label': 'Progress'}),
            ' ' + task.percent + ' %')],
        ['Progress says', text(task.progress) === null ? null : h('bdi', null, task.progress)],
        ['Key', text(task.key) === null ? null : h(Name, {of: task.key})],
        ['Partition', text(task.partition) === null ? null : h(Name, {of: task.partition})],
        ['Priority', text(task.priority)],
        ['Version of the payload', text(task.version)],
        ['Node', text(task.node) === null ? null : h('code', null, task.node)],
      ]}),
      !ended && h(ActionBar, {kind: 'task', name: text(task.id), state: text(task.state), writable, refresh: this.again,
        facts: [['Name', text(task.name) ?? ''], ['Pool', of ?? '']]}),
      h('section', {'aria-labelledby': 'course-title'},
        h('h2', {id: 'course-title'}, 'Course'),
        h('ol', {class: 'course'}, course(task, ended, now).map(([at, words]) => h('li', {key: words},
          h('time', {dateTime: at, class: 'num', title: at}, clockTime(at)), ' ', h('span', null, words), ' ',
          h('span', {class: 'faint num'}, when(at, now)))))),
      this.data('Text of the last failure', task.failure),
      this.data('Payload', task.payload),
      !ended && text(task.failure) === null && text(task.payload) === null && h('p', {class: 'faint'},
        'Payloads and texts of failures are shown where management.endpoint.ppool.show-values says so.'));
  }

  data(title, value) {
    const shown = text(value);
    if (shown === null) return null;
    const id = title.toLowerCase().replaceAll(' ', '-');
    return h('section', {'aria-labelledby': id}, h('h2', {id}, title),
      h('pre', {class: 'stack', tabIndex: 0, 'aria-labelledby': id}, pretty(shown)));
  }
}

/** JSON in lines, and everything else as it is. */
function pretty(value) {
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

/** What the row tells of the task's life, in the order of the times. */
function course(task, ended, now) {
  const attempts = number(task.attempts) ?? 0;
  const last = `attempt ${attempts}`;
  const entries = [
    [task.enqueuedAt, 'handed over'],
    [task.readyAt, Date.parse(task.readyAt) > now ? `becomes ready for attempt ${attempts + 1}`
      : task.state === 'claimed' ? `was ready for ${last}`
        : task.state === 'laid_down' ? `laid down by its plan after ${last}` : `ready for attempt ${attempts + 1}`],
    [task.claimedAt, `claimed by a node for ${last}`],
    ended && [task.endedAt,
      `${text(task.outcome) ?? 'ended'} after ${attempts === 1 ? '1 attempt' : attempts + ' attempts'}`],
  ];
  return entries.filter((entry) => entry && !Number.isNaN(Date.parse(entry[0])))
    .sort((a, b) => Date.parse(a[0]) - Date.parse(b[0]));
}
