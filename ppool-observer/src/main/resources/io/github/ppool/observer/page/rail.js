// The restart plan of a pool as a rail: a station for each step, and the restarting children at their stations.

import {list, number, text} from './state.js';
import {h, Name, span} from './parts.js';

/** The most stations that are drawn. A plan may have a thousand steps. */
const STATIONS = 40;

/** The most children that are listed under the rail. */
const LISTED = 12;

/** The longest text of a station, in letters. Their distance follows the longest one. */
const LETTERS = 44;

const LAST = /^(wait|delete|stop|\{)/;

function short(words) {
  return words.length > LETTERS ? words.slice(0, LETTERS - 1) + '…' : words;
}

/** What follows the last step. The count of a plan is the number of its rounds. */
function ending(steps, count) {
  if (count === '0') return 'gives up at the first end';
  if (LAST.test(steps.at(-1))) return 'ends at its last step';
  if (count === 'infinity') return 'begins anew after the last step, without end';
  return count === '1' ? 'gives up after the last step' : 'gives up after ' + count + ' rounds';
}

/** `plan` and `workers` are those of the answer's detail. */
export function Rail({plan, workers}) {
  const words = list(plan.text).map(text).filter(Boolean);
  const steps = list(plan.steps).length > 0
    ? list(plan.steps).map((step) => text(step.text) ?? span(step.delayMillis))
    : text(plan.type) ? [] : words;
  const waiting = workers.filter((worker) => number(worker.planStep) !== null && worker.state === 'restarting')
    .sort((a, b) => (number(a.restartInMillis) ?? Infinity) - (number(b.restartInMillis) ?? Infinity));
  if (steps.length === 0) {
    return h('p', {class: 'empty'},
      text(plan.type) ? ['Restart type ' + plan.type, ...words].join(', ') + ', without a plan.'
        : 'There is no plan.');
  }
  const shown = steps.slice(0, STATIONS);
  const at = new Map();
  for (const worker of waiting) at.set(worker.planStep, (at.get(worker.planStep) || 0) + 1);
  const apart = Math.max(160, 24 + 7 * shown.reduce((most, each) => Math.max(most, short(each).length), 0));
  const x = (i) => apart / 2 + apart * i;
  const end = x(shown.length - 1);
  const ends = text(plan.count) ?? 'infinity';
  const loops = !LAST.test(steps.at(-1)) && steps.length <= STATIONS && ends !== '0' && ends !== '1';
  const others = steps.length > 10 ? ' and ' + (steps.length - 10) + ' more' : '';
  const places = [...at].map(([step, n]) => n + (n === 1 ? ' child' : ' children') + ' at step ' + step).join(', ');
  const says = 'Plan: ' + steps.slice(0, 10).join(', ') + others + '. ' + (places || 'No child is on it') + '.';
  return h('div', {class: 'rail'},
    h('div', {class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Steps of the restart plan'},
      h('svg', {width: end + apart / 2, height: 84, role: 'img', 'aria-label': says},
        loops && shown.length > 1 && h('path', {class: 'loop',
          d: `M${end} 44 h24 a14 14 0 0 1 0 28 H${x(0) - 26} a14 14 0 0 1 0 -28 h12 m-6 -5 l6 5 l-6 5`}),
        h('path', {class: 'line', d: `M${x(0)} 44 H${end}`}),
        shown.map((words, i) => {
          const children = at.get(i + 1) || 0;
          return h('g', {key: i, class: children > 0 ? 'station here' : 'station'},
            h('title', null, words),
            h('text', {x: x(i), y: 22}, short(words)),
            LAST.test(words) ? h('rect', {x: x(i) - 7, y: 37, width: 14, height: 14})
              : h('circle', {cx: x(i), cy: 44, r: children > 0 ? 11 : 7}),
            children > 0 && h('text', {class: 'children', x: x(i), y: 48}, children > 99 ? '99+' : children));
        }))),
    h('p', {class: 'faint'},
      steps.length > STATIONS ? 'and ' + (steps.length - STATIONS) + ' more steps; ' : '',
      ending(steps, ends)),
    waiting.length > 0 && h('ul', {class: 'waiting-children'}, waiting.slice(0, LISTED).map((worker, i) => h('li',
      {key: text(worker.child) ?? i}, h(Name, {of: worker.child}), ' at step ' + worker.planStep
        + (steps[worker.planStep - 1] ? ' (' + steps[worker.planStep - 1] + ')' : ''),
      number(worker.restartInMillis) !== null
        && h('span', {class: 'num'}, ', back in ' + span(worker.restartInMillis)))),
    waiting.length > LISTED && h('li', {class: 'faint'}, 'and ' + (waiting.length - LISTED) + ' more')));
}
