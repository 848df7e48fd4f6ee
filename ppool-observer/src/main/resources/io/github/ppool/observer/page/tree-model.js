// What the page knows of the supervision trees: the children of each supervisor that was asked, page by page.
//
// A node of an answer is kept as it came. Odd ones are expected: children without id or process, ids that occur twice,
// supervisors that do not answer. So each row gets a key of its own: its path and, for a repeated path, a number.

import {list, number, object, step, text, unstep} from './state.js';
import {compare} from './parts.js';

/** The states of a node, for the filter. */
export const STATES = ['running', 'waiting', 'restarting', 'down', 'silent'];

/** A node of an answer, with what the page needs of it. */
class Node {
  constructor(raw, parent) {
    const child = object(raw.child);
    this.parent = parent;
    this.path = text(raw.path) ?? '?';
    this.top = raw.child === undefined || raw.child === null;
    const last = this.path.slice(this.path.lastIndexOf('/') + 1);
    this.name = text(child.id) ?? unstep(last);
    this.pid = text(raw.pid) ?? (/^</.test(text(child.child) ?? '') ? child.child : null);
    this.supervisor = this.top || child.type === 'supervisor';
    this.child = child;
    this.silent = raw.silent === true;
    this.total = number(raw.total);
    this.messages = number(child.messages);
    this.restarts = number(child.restarts);
    this.uptime = number(child.uptimeMillis);
    this.restartIn = number(child.restartInMillis);
    this.lastExit = text(child.lastExit);
    this.modules = list(child.modules).map(text);
  }

  get state() {
    if (this.silent) return 'silent';
    if (this.child.child === 'restarting') return 'restarting';
    if (!this.pid) return 'down';
    return this.child.doing === 'waiting' ? 'waiting' : 'running';
  }

  get level() {
    switch (this.state) {
      case 'silent':
      case 'restarting':
        return 'degraded';
      case 'down':
        return this.top || (this.lastExit !== null && !/^(normal|shutdown)/.test(this.lastExit)) ? 'down' : 'off';
      default:
        return 'running';
    }
  }

  matches(needle) {
    return [this.name, this.pid, this.lastExit, this.path, ...this.modules]
      .some((each) => each !== null && each.toLowerCase().includes(needle));
  }
}

/** The columns by which siblings can be sorted. */
const SORTS = {
  name: (node) => node.name,
  state: (node) => ['down', 'silent', 'restarting', 'running', 'waiting'].indexOf(node.state),
  messages: (node) => node.messages,
  restarts: (node) => node.restarts,
  up: (node) => node.uptime,
};

export class TreeModel {
  constructor() {
    this.tops = null;
    this.complete = true;
    this.levels = new Map();
    this.version = 0; // grows with each change, so that the rows are made only once for each
  }

  /** Forgets all but the tops, so that what is open is asked for again. */
  forgetChildren() {
    this.version++;
    this.levels.clear();
  }

  /** Takes an answer of `tree` over. `shallow`: only the totals of the tops were asked for. */
  take(walk, {shallow = false, part = false} = {}) {
    this.version++;
    const tops = list(walk.tops);
    if (!part) {
      this.tops = tops.map((raw) => new Node(raw, null));
      this.complete = walk.complete !== false;
    }
    for (const raw of tops) this.#level(raw, shallow);
  }

  #level(raw, shallow) {
    const path = text(raw.path) ?? '?';
    const known = this.levels.get(path);
    if (raw.silent === true) {
      if (known) known.silent = true; // the last known children stay
      return;
    }
    if (!Array.isArray(raw.children)) return;
    const total = number(raw.total) ?? raw.children.length;
    if (shallow) {
      if (known) Object.assign(known, {total, silent: false});
      else this.levels.set(path, {first: [], more: [], next: null, total, silent: false, asked: total === 0});
      return;
    }
    const next = text(raw.next);
    const more = known && sameSupervisor(known.next, next) ? known.more : [];
    if (more.length > 0) more[0].after = next;
    const first = list(raw.children).map((each) => new Node(each, path));
    this.levels.set(path, {first, more, next, total, silent: false, asked: true});
    for (const each of list(raw.children)) this.#level(each, false);
  }

  /** Takes a page of `which_children` over. `index` is its place among the pages after the first one. */
  page(path, index, answer) {
    const level = this.levels.get(path);
    if (!level) return;
    this.version++;
    const nodes = list(answer.children).map((child) => new Node({
      path: path + '/' + (text(child.id) !== null ? step(child.id) : text(child.child) ?? '-'), child,
    }, path));
    const next = text(answer.next);
    level.total = number(answer.total) ?? level.total;
    const after = index === 0 ? level.next : level.more[index - 1].next;
    level.more[index] = {after, nodes, next, at: Date.now()};
    level.more.length = next === null ? index + 1 : level.more.length;
  }

  /** The key of the page that follows all known ones of a level; null if all are known. */
  static rest(level) {
    return level.more.length > 0 ? level.more.at(-1).next : level.next;
  }

  /**
   * The rows of the tree in their order.
   *
   * @param isOpen tells of a supervisor's node and its depth if its children are shown
   * @param matches tells of a node if it fits the filters; null shows all
   * @param sort the name of a column, with a minus sign for the other direction
   */
  rows({isOpen, matches, sort}) {
    const rows = [];
    const keys = new Map();
    const column = SORTS[(sort || '').replace(/^-/, '')];
    const direction = (sort || '').startsWith('-') ? -1 : 1;
    const sorted = (nodes) => (column
      ? [...nodes].sort((a, b) => compare(column(a), column(b), direction)) : nodes);
    const fits = matches ? this.#fitting(matches) : null;

    const key = (path) => {
      const times = keys.get(path) || 0;
      keys.set(path, times + 1);
      return times === 0 ? path : path + '\n' + times;
    };
    const add = (nodes, depth, parentKey) => {
      const shown = sorted(fits ? nodes.filter((node) => fits.has(node)) : nodes);
      shown.forEach((node, i) => {
        const level = node.supervisor && depth < 60 ? this.levels.get(node.path) : undefined;
        const expandable = node.supervisor && node.pid !== null && !(level && level.total === 0);
        const open = expandable && isOpen(node, depth, level);
        const row = {
          key: key(node.path), node, depth, parentKey, level, expandable, open, at: i + 1, of: shown.length,
          above: matches !== null && !matches(node),
        };
        rows.push(row);
        if (!open) return;
        if (!level || !level.asked) {
          rows.push({key: row.key + '\nwait', note: node.silent ? 'does not answer' : 'asking …', depth: depth + 1,
            parentKey: row.key, path: node.path});
          return;
        }
        add(distinct(level), depth + 1, row.key);
        const rest = TreeModel.rest(level);
        if (rest !== null && !fits) {
          const left = level.total - level.first.length - level.more.reduce((sum, page) => sum + page.nodes.length, 0);
          rows.push({key: row.key + '\nmore', more: rest, left: Math.max(0, left), depth: depth + 1,
            parentKey: row.key, path: node.path});
        }
      });
    };
    add(this.tops || [], 0, null);
    return rows;
  }

  /** The nodes that fit, and those above them. */
  #fitting(matches) {
    const fits = new Set();
    const visit = (nodes, depth) => {
      let any = false;
      for (const node of nodes) {
        const level = node.supervisor && depth < 60 ? this.levels.get(node.path) : undefined;
        const below = level ? visit(distinct(level), depth + 1) : false;
        if (below || matches(node)) {
          fits.add(node);
          any = true;
        }
      }
      return any;
    };
    visit(this.tops || [], 0);
    return fits;
  }
}

function sameSupervisor(a, b) {
  return a !== null && b !== null && a !== undefined && a.split('-')[0] === b.split('-')[0];
}

/** All known children of a level. A child that moved from one page to another is there once. */
function distinct(level) {
  if (level.more.length === 0) return level.first;
  const seen = new Set();
  return [level.first, ...level.more.map((page) => page.nodes)].flat().filter((node) => {
    const id = node.path + '\n' + node.pid;
    return !seen.has(id) && seen.add(id);
  });
}
