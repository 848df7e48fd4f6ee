// The actions of the endpoint, each with its words and its request, and the bar of buttons that offers them.
//
// The page asks for nothing that the endpoint does not have. Dangerous actions are confirmed by typing the name of
// their object, harmless ones by a dialog that shows it.

import {h, Component} from './preact.js';
import {segment} from './api.js';
import {unstep} from './state.js';
import {confirmAction} from './dialog.js';

export {confirmAction};

/** A stop waits for accepted work, and its request with it. */
const STOP_MILLIS = 11 * 60 * 1000;

const WHOLE = /^\s*[0-9]{1,9}\s*$/;

function wholeOrNothing(values, ...keys) {
  const wrong = keys.find((key) => values[key].trim() !== '' && !WHOLE.test(values[key]));
  return wrong === undefined ? null : `${wrong === 'size' ? 'Size' : 'Max-overflow'} must be a whole number.`;
}

function given(values, ...keys) {
  return Object.fromEntries(keys.filter((key) => (values[key] ?? '').trim() !== '')
    .map((key) => [key, values[key].trim()]));
}

// ---- pools

function sizes(size, maxOverflow) {
  return [
    {key: 'size', label: 'Size', type: 'number', value: size ?? '', hint: 'workers that the pool keeps'},
    {key: 'maxOverflow', label: 'Max-overflow', type: 'number', value: maxOverflow ?? '',
      hint: 'workers in addition, while they are needed'},
  ];
}

function resize(pool, {size, maxOverflow}) {
  const changes = (values) => {
    const now = given(values, 'size', 'maxOverflow');
    if (now.size === String(size)) delete now.size;
    if (now.maxOverflow === String(maxOverflow)) delete now.maxOverflow;
    return now;
  };
  const places = (values) => Number(values.size || size || 0) + Number(values.maxOverflow || maxOverflow || 0);
  const now = (size ?? 0) + (maxOverflow ?? 0);
  return {
    ...pool,
    label: 'Resize',
    title: `Resize pool ${pool.name}`,
    effect: 'Changes the number of workers until the application starts again. Idle workers beyond it are dismissed; '
      + 'borrowed ones when they come back.',
    fields: sizes(size, maxOverflow),
    check: (values) => wholeOrNothing(values, 'size', 'maxOverflow')
      ?? (Object.keys(changes(values)).length === 0 ? 'Change a number first.' : null),
    danger: (values) => wholeOrNothing(values, 'size', 'maxOverflow') === null && places(values) < now,
    confirm: (values) => `Resize pool ${pool.name} to ${places(values)} places`,
    body: (values) => ({action: 'resize', ...changes(values)}),
  };
}

/** The actions on a pool that its phase allows. Without a phase all are offered. */
export function poolActions({name, phase, size, maxOverflow, restarting}) {
  const pool = {name, path: 'ppool/' + segment(name)};
  const act = (action, label, danger, effect, more) => (
    {...pool, label, title: `${label} pool ${name}`, danger, effect, body: {action}, ...more});
  const suspended = phase === 'suspended';
  const down = phase === 'gave_up' || phase === 'stopped';
  const actions = [];
  if (down || !phase) {
    actions.push(act('restart', 'Restart', false,
      'Starts the pool again after it has given up. Its restart plans begin anew.'));
  }
  if (suspended || down || phase === 'recovering' || restarting > 0 || !phase) {
    actions.push(act('resume', 'Resume', false, suspended
      ? 'Hands out workers again. Callers that wait are served.'
      : 'Makes workers again now that the plan has given up or put off.'));
  }
  if (!suspended && !down) {
    actions.push(act('suspend', 'Suspend', true,
      'Hands out no more workers until it is resumed. Callers wait, and are refused when their time is over.'));
  }
  if (!down) actions.push(resize(pool, {size, maxOverflow}));
  actions.push(act('stop', 'Stop', true,
    'Stops the pool: it accepts nothing new, ends its workers, and is gone until it is started again.', {
      fields: [{key: 'drain', label: 'Time for accepted work', value: '30s',
        hint: 'such as 500ms, 30s or 2m; empty: it stops at once, and accepted work is rejected'}],
      body: (values) => ({action: 'stop', ...given(values, 'drain')}),
      timeoutMillis: STOP_MILLIS,
    }));
  return actions.concat(traces(pool, `pool ${name}`));
}

function traces(supervisor, of, where) {
  return [
    {...supervisor, label: 'Trace on', title: `Trace on for ${of}`, minor: true, body: {action: 'trace_on', ...where},
      effect: 'Logs the requests, answers and decisions of its supervisor from now on.'},
    {...supervisor, label: 'Trace off', title: `Trace off for ${of}`, minor: true,
      body: {action: 'trace_off', ...where},
      effect: 'Logs them no longer.'},
  ];
}

/** The start of a pool: one of the settings, one that was stopped, or a new one. */
export function startActions({name}) {
  return [{
    name: name ?? '',
    label: name ? 'Start' : 'Start a pool…',
    title: name ? `Start pool ${name}` : 'Start a pool',
    effect: 'Starts a pool of the settings, or one that was stopped. With a worker or settings it starts a new '
      + 'one, which does not start again with the application.',
    fields: [
      {key: 'pool', label: 'Name of the pool', value: name ?? '', required: true},
      {key: 'worker', label: 'Worker', hint: 'the bean that makes its workers; empty for a configured pool'},
      ...sizes(),
      {key: 'settings', label: 'Settings', type: 'textarea',
        hint: 'YAML as below the name of a pool in ppool.pools; empty for a configured pool'},
    ],
    check: (values) => wholeOrNothing(values, 'size', 'maxOverflow'),
    confirm: (values) => `Start pool ${values.pool.trim()}`,
    path: (values) => 'ppool/' + segment(values.pool.trim()),
    body: (values) => ({action: 'start', ...given(values, 'worker', 'size', 'maxOverflow', 'settings')}),
    timeoutMillis: 60000,
  }];
}

/** The actions on all members of a group. */
export function groupActions({name, members}) {
  const act = (action, label, danger, effect) => ({
    name, path: 'ppool/' + segment(name), label, title: `${label} group ${name}`, danger, effect, body: {action},
    facts: [['Members', members.join(', ')]],
    told: (answer) => `${label} group ${name}: ` + (answer.failure ? `some members refused, ${answer.failure}.`
      : answer.changed === false ? 'there was nothing to change.'
        : `done for ${(answer.members ?? []).join(', ')}.`),
  });
  return [
    act('resume', 'Resume', false, 'Each member hands out workers again, and makes those that a plan has given up or '
      + 'put off.'),
    act('restart', 'Restart', false, 'Starts the members again that have given up. The others go on.'),
    act('suspend', 'Suspend', true, 'No member hands out workers until it is resumed, neither to the group nor to its '
      + 'other users. Callers wait, and are refused when their time is over.'),
  ];
}

/** The actions on a supervision tree as a whole. */
export function treeActions({name}) {
  return traces({name, path: 'ppool/' + segment(name)}, `tree ${name}`);
}

// ---- children

/**
 * The actions on a child of a pool or a supervision tree, at any depth.
 *
 * @param name the name of the pool or the tree
 * @param at the path from its supervisor to the one of the child, as the endpoint writes it; empty for a direct child
 * @param child the id of the child; for one without an id its pid
 * @param state the state of its process
 * @param nameless true if the child has no id
 * @param below the path to the child itself if that is a supervisor which runs
 */
export function childActions({name, at, child, state, nameless, below}) {
  const path = 'ppool/' + segment(name);
  const where = at ? {path: at} : {};
  const of = !at && String(child).startsWith(name + '/') ? `child ${child}`
    : `child ${child} of ${[name, ...(at ? at.split('/').map(unstep) : [])].join('/')}`;
  const act = (action, label, danger, effect, more) => (
    {name: child, path, label, title: `${label} ${of}`, danger, effect, body: {action, ...where, child}, ...more});
  if (nameless) {
    return [act('terminate_child', 'Terminate', true, 'Stops the child. Its supervisor forgets it.')];
  }
  const down = state === 'undefined' || state === 'down';
  const waits = state === 'restarting';
  const actions = [];
  if (down || waits || !state) {
    actions.push(act('restart_child', 'Restart', false, waits
      ? 'Starts the child now and does not wait for its plan.' : 'Starts the child, which does not run.'));
  }
  if (!down) {
    actions.push(act('terminate_child', 'Terminate', true, 'Stops the child, which stays down until it is restarted.'));
  }
  if (down || !state) {
    actions.push(act('delete_child', 'Delete', true,
      'Forgets the child, which does not run. A pool makes another worker when it needs one.'));
  }
  actions.push(act('change_plan', 'Change plan', true,
    'Gives the child another restart plan, until its supervisor is restarted.', {
      title: `Change the plan of ${of}`,
      fields: [{key: 'plan', label: 'New plan', required: true,
        hint: 'such as: restart, 5s, backoff 1s..1m x2 jitter 20%'}],
      body: (values) => ({action: 'change_plan', ...where, child, plan: values.plan.trim()}),
    }));
  return below ? actions.concat(traces({name: child, path}, of, {path: below})) : actions;
}

// ---- the cluster

/** The actions on a node of the cluster. */
export function nodeActions({name, state}) {
  const path = 'ppool/cluster';
  return state === 'draining'
    ? [{name, path, label: 'Undrain', title: `Undrain node ${name}`, body: {action: 'undrain', node: name},
      effect: 'The node takes part again: it wants singletons and permits.'}]
    : [{name, path, label: 'Drain', title: `Drain node ${name}`, danger: true, body: {action: 'drain', node: name},
      effect: 'The node hands over its singletons, gives the permits of idle workers back, and wants neither until '
        + 'it is undrained.'}];
}

/** The action on a singleton of the cluster. */
export function singletonActions({name}) {
  return [{name, path: 'ppool/cluster', label: 'Hand over', title: `Hand over singleton ${name}`, danger: true,
    body: {action: 'hand_over', singleton: name},
    effect: 'Its node stops it with the next heartbeat, and another node that wants it gets it. If no other node wants '
      + 'it, the same node starts it again.'}];
}

// ---- durable tasks

const TASKS = [
  {action: 'redrive', label: 'Redrive', states: ['laid_down'],
    one: 'Makes the task ready. Its plan begins anew.', all: 'Makes laid-down tasks ready. Their plans begin anew.'},
  {action: 'run_now', label: 'Run now', states: ['delayed'],
    one: 'Makes the task ready before its time.', all: 'Makes delayed tasks ready before their time.'},
  {action: 'drop', label: 'Drop', danger: true, states: ['ready', 'laid_down', 'delayed'],
    one: 'Removes the task, unless a node has claimed it. It is not done.',
    all: 'Removes tasks that no node has claimed. They are not done.'},
  {action: 'cancel', label: 'Cancel', danger: true, states: ['ready', 'claimed', 'laid_down', 'delayed'],
    one: 'Removes the task. An attempt that runs is ended with the next heartbeat of its node; one that succeeds '
      + 'before has succeeded.',
    all: 'Removes tasks. Attempts that run are ended with the next heartbeat of their node; those that succeed before '
      + 'have succeeded.'},
];

/** The conditions of a query in words. */
const TERMS = {
  pool: 'Pool', state: 'State', name: 'Name', key: 'Key', partition: 'Partition', reason: 'Reason',
  enqueuedBefore: 'Handed over before',
};

function tasks(number) {
  return number === 1 ? '1 task' : `${number} tasks`;
}

/** The actions on one durable task that its state allows. */
export function taskActions({name, state, facts}) {
  return TASKS.filter((each) => !state || each.states.includes(state)).map((each) => ({
    name,
    path: 'ppool/durable/' + segment(name),
    label: each.label,
    title: `${each.label} task ${name}`,
    danger: each.danger,
    effect: each.one,
    facts,
    body: {action: each.action},
  }));
}

/**
 * The actions on all durable tasks that match the conditions of a query. All of them are confirmed by typing: they may
 * be about a million tasks.
 *
 * @param query the conditions, as the endpoint names them
 * @param count the number of the tasks if it is known, as a text
 */
export function queryActions({query, count}) {
  const conditions = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const all = conditions.length === 0;
  const of = query.pool ? `of pool ${query.pool}` : 'of all pools';
  return TASKS.filter((each) => !query.state || each.states.includes(query.state)).map((each) => ({
    name: query.pool || query.name || 'all tasks',
    path: 'ppool/durable/tasks',
    label: `${each.label} all`,
    title: `${each.label} all matching tasks ${of}`,
    danger: true,
    effect: each.all + ' This is about all tasks that match, not only those of this page.',
    facts: [
      ...(all ? [['Conditions', 'none: all tasks']] : conditions.map(([key, value]) => [TERMS[key] ?? key,
        key === 'state' ? value.replace('_', ' ') : value])),
      ...(count ? [['Tasks', count]] : []),
    ],
    body: {action: each.action, ...Object.fromEntries(conditions), ...(all ? {all: 'true'} : {})},
    told: (answer) => `${each.label} all matching tasks ${of}: ${tasks(answer.tasks ?? 0)} changed.`,
    timeoutMillis: 120000,
  }));
}

// ---- the bar

const OF = {
  pool: {actions: poolActions, label: (props) => `pool ${props.name}`},
  pools: {actions: startActions, label: () => 'pools'},
  group: {actions: groupActions, label: (props) => `group ${props.name}`},
  tree: {actions: treeActions, label: (props) => `tree ${props.name}`},
  child: {actions: childActions, label: (props) => `child ${props.child}`},
  node: {actions: nodeActions, label: (props) => `node ${props.name}`},
  singleton: {actions: singletonActions, label: (props) => `singleton ${props.name}`},
  task: {actions: taskActions, label: (props) => `task ${props.name}`},
  tasks: {actions: queryActions, label: () => 'all matching tasks'},
};

/**
 * The buttons for the actions on an object; nothing without `writable`. With `compact` it is one button that opens the
 * choice, for the rows of a table.
 */
export class ActionBar extends Component {
  getSnapshotBeforeUpdate() {
    return this.base?.contains?.(document.activeElement) ?? false;
  }

  /** A button that has the focus may go away with the state that allowed its action. */
  componentDidUpdate(before, state, focused) {
    if (focused && document.activeElement === document.body) {
      (this.base?.querySelector?.('button') ?? this.base)?.focus?.();
    }
  }

  render(props) {
    const of = OF[props.kind];
    if (props.writable !== true || !of) return null;
    const actions = of.actions(props);
    const label = of.label(props);
    const {refresh} = props;
    if (props.compact) {
      const title = `Actions on ${label}`;
      return actions.length === 0 ? null : h('button', {
        type: 'button', class: 'act', 'aria-haspopup': 'dialog', 'aria-label': title,
        onClick: () => confirmAction(actions, {title, refresh}),
      }, 'Act…');
    }
    const button = (action) => h('button', {
      key: action.label, type: 'button', class: action.danger === true ? 'act danger' : 'act',
      'aria-haspopup': 'dialog', 'aria-label': action.title.startsWith(action.label) ? action.title : undefined,
      title: action.title, onClick: () => confirmAction(action, {refresh}),
    }, action.label);
    const minor = actions.filter((action) => action.minor);
    return h('div', {class: 'actions', role: 'group', 'aria-label': `Actions on ${label}`},
      actions.filter((action) => !action.minor).map(button), minor.map(button));
  }
}
