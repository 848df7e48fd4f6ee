// One process: what it does or waits for and since when, its links to click through, and its stack.

import {get, segment, watch} from './api.js';
import {list, number, text} from './state.js';
import {Badge, clockTime, Component, count, Empty, Facts, h, Name, PidLink, placeHash, span} from './parts.js';

/** The most pids of a kind that are shown before the operator asks for all. */
const FIRST_PIDS = 40;

const LIBRARY = /^(?:[\w.@-]+\/+)?(?:app\/\/)?(java|javax|jdk|sun|io\.github\.ppool|org\.springframework)\./;

const LEVELS = {running: 'running', waiting: 'running', orphaned: 'degraded', ended: 'off'};

export class Process extends Component {
  componentDidMount() {
    const pid = this.props.args[0] ?? '';
    this.watch = watch(() => get('ppool/process/' + segment(pid)), {
      done: (info) => this.setState({info, at: Date.now(), error: null, gone: false}),
      failed: (error) => {
        if (error.status === 404) this.watch.stop(); // an ended process never comes back
        this.setState({error, gone: error.status === 404});
      },
    });
  }

  componentWillUnmount() {
    this.watch.stop();
  }

  render({args, back}, {info, at, error, gone}) {
    const pid = '<' + (args[0] ?? '') + '>';
    return h('div', {class: 'process'},
      h('p', {class: 'back'},
        h('a', {href: '#/tree', onClick: back ? (event) => {
          event.preventDefault();
          back();
        } : undefined}, back ? '← Back' : '← Tree')),
      h('div', {class: 'bar title'},
        h('h1', {tabIndex: -1}, 'Process ', h('bdi', {class: 'pid'}, (info && text(info.pid)) || pid)),
        info && h(Badge, {level: gone ? 'off' : LEVELS[info.status] ?? 'running'},
          gone ? 'ended' : text(info.status) ?? 'unknown'),
        info && text(info.label) && h(Name, {of: info.label}),
        info && !gone && h('a', {href: placeHash(text(info.pid) ?? pid)}, 'in the tree')),
      gone && h('p', {class: 'note'}, info
        ? 'The process has ended. You see it as it was at ' + clockTime(at) + '.'
        : 'There is no process ' + pid + '. It has ended, or it never was.'),
      error && !gone && error.status !== 0 && h('p', {class: 'note down'}, error.message),
      !info && !error && h(Empty, null, 'Waiting …'),
      info && this.info(info));
  }

  info(info) {
    const atLeast = number(info.sinceAtLeastMillis);
    const since = number(info.sinceMillis);
    return h('div', null,
      h(Facts, {class: 'figures', facts: [
        text(info.doing) !== null && [info.status === 'waiting' ? 'waits for' : 'is in', h(Name, {of: info.doing})],
        ['since', since !== null ? span(since) : atLeast !== null ? 'at least ' + span(atLeast) : null],
        ['messages', count(info.messages)],
        ['waits so far', count(info.wakeUps)],
        ['traps exits', info.trapExits === true ? 'yes' : 'no'],
        text(info.registeredName) && ['name', h(Name, {of: info.registeredName})],
        text(info.lastExit) !== null && ['ended with', h(Name, {of: info.lastExit})],
      ]}),
      h('div', {class: 'relations'},
        h(Pids, {title: 'Links', pids: info.links, empty: 'no links'}),
        h(Pids, {title: 'Monitors', pids: info.monitors, empty: 'monitors no process'}),
        h(Pids, {title: 'Monitored by', pids: info.monitoredBy, empty: 'monitored by no process'})),
      h('section', {'aria-labelledby': 'stack-title'},
        h('h2', {id: 'stack-title'}, 'Stack'), h(Stack, {frames: list(info.stack).map(text)})));
  }
}

class Pids extends Component {
  render({title, pids, empty}, {all}) {
    const every = list(pids);
    const shown = all ? every : every.slice(0, FIRST_PIDS);
    const id = title.toLowerCase().replaceAll(' ', '-') + '-title';
    return h('section', {'aria-labelledby': id},
      h('h2', {id}, title, ' ', h('span', {class: 'faint num'}, every.length)),
      every.length === 0 ? h(Empty, null, empty)
        : h('ul', {class: 'pids'}, shown.map((pid) => h('li', {key: pid}, h(PidLink, {pid})))),
      every.length > FIRST_PIDS && h('button', {type: 'button', class: 'quiet',
        onClick: () => this.setState({all: !all})}, all ? 'Show the first ' + FIRST_PIDS : 'Show all ' + every.length));
  }
}

/** A stack, the innermost frame first. Runs of frames of the JDK and of libraries are folded. */
function Stack({frames}) {
  if (frames.length === 0) return h(Empty, null, 'No thread runs for it now.');
  const groups = [];
  for (const frame of frames) {
    const library = LIBRARY.test(frame ?? '');
    const group = groups.at(-1);
    if (group && group.library === library) group.frames.push(frame);
    else groups.push({library, frames: [frame]});
  }
  return h('ol', {class: 'frames'}, groups.map((group, i) => h('li', {key: i, class: group.library ? 'library' : 'own'},
    group.library && group.frames.length > 1
      ? h('details', {open: groups.length === 1},
        h('summary', null, group.frames.length + ' frames of libraries, from ', h('code', null, group.frames[0])),
        h('pre', {tabIndex: 0}, group.frames.join('\n')))
      : h('pre', {tabIndex: 0}, group.frames.join('\n')))));
}
