// The page of the cluster: its nodes, the permits of the limited pools, and the singletons.

import {get} from './api.js';
import {list, number, text} from './state.js';
import {Badge, count, Empty, h, hashOf, Name, poolHash, span, Table} from './parts.js';
import {Asking, Away, When} from './store.js';
import {ActionBar} from './actions.js';

/** The beginning of an incarnation, which tells two of one node apart. */
export function short(incarnation) {
  return (text(incarnation) ?? '').slice(0, 8);
}

function Incarnation({of}) {
  return h('code', {class: 'faint', title: text(of) ?? undefined}, short(of));
}

export class Cluster extends Asking {
  question() {
    return 'cluster';
  }

  load() {
    return get('ppool/cluster');
  }

  render({writable}, {answer, error, since, answeredAt}) {
    const absent = error && error.status === 404;
    return h('div', {class: 'cluster'},
      h('h1', {tabIndex: -1}, 'Cluster'),
      absent ? h(Empty, null,
        'This application is no node of a cluster: it has no ppool-cluster, or that is switched off.')
        : h(Away, {error, since, answeredAt, what: 'the cluster',
          meanwhile: 'A node that can’t renew its lease ends its singletons and its limited workers by itself. Pools '
            + 'without a limit go on. The page asks again.'}),
      answer ? h('div', {class: this.stale ? 'stale' : undefined}, this.nodes(answer, writable),
        this.permits(answer), this.rates(answer), this.singletons(answer, writable))
        : !error && h(Empty, null, 'Waiting for the first answer …'));
  }

  nodes(answer, writable) {
    const now = this.now();
    const left = (node) => {
      const expires = Date.parse(node.expires);
      return Number.isNaN(expires) ? null : expires - now;
    };
    const ended = (node) => node.expired === true;
    const state = (node) => (ended(node) ? ['down', 'lease ended'] : node.draining === true ? ['waiting', 'drained']
      : ['running', 'takes part']);
    const nodes = list(answer.nodes);
    return h('section', {'aria-labelledby': 'nodes-title'},
      h('h2', {id: 'nodes-title'}, 'Nodes ', h('span', {class: 'faint num'}, nodes.length)),
      h(Table, {id: 'nodes', caption: 'Nodes', rows: nodes, rowKey: (node) => text(node.incarnation) ?? text(node.node),
        empty: 'No node has a lease.', wide: 810, rowClass: (node) => state(node)[0],
        columns: [
          {key: 'node', label: 'Node', cell: (node) => h('span', null, h(Name, {of: node.node}),
            node.self === true && h('span', {class: 'tag'}, 'this node'))},
          {key: 'state', label: 'State', width: '150px',
            cell: (node) => h(Badge, {level: state(node)[0]}, state(node)[1])},
          {key: 'lease', label: 'Lease left', num: true, width: '110px', hint: 'renewed each fifth of its length',
            cell: (node) => (left(node) === null ? '–' : ended(node) || left(node) < 0
              ? span(Math.max(0, -left(node))) + ' over' : span(left(node)))},
          {key: 'incarnation', label: 'Incarnation', width: '110px',
            cell: (node) => h(Incarnation, {of: node.incarnation})},
          {key: 'since', label: 'Since', width: '150px', cell: (node) => h(When, {at: node.since, now})},
          ...(writable ? [{key: 'act', label: 'Actions', width: '110px', cell: (node) => text(node.node) !== null
            && !ended(node) && h(ActionBar, {kind: 'node', name: node.node,
              state: node.draining === true ? 'draining' : '', writable,
              refresh: this.again})}] : []),
        ]}));
  }

  permits(answer) {
    const permits = list(answer.permits);
    if (permits.length === 0) {
      return h('section', {'aria-labelledby': 'permits-title'}, h('h2', {id: 'permits-title'}, 'Permits'),
        h(Empty, null, 'No pool has a cluster-limit.'));
    }
    const figures = (row) => [row.limit, row.held, row.wanted, row.resting].map((value, i) =>
      h('td', {key: i, class: 'n' + (i === 2 && number(value) > 0 ? ' wants' : '')},
        value === undefined ? '' : count(value)));
    return h('section', {'aria-labelledby': 'permits-title'},
      h('h2', {id: 'permits-title'}, 'Permits'),
      h('div', {class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Table: Permits'},
        h('table', {id: 'permits'},
          h('caption', {class: 'unseen'}, 'Permits by pool and node'),
          h('thead', null, h('tr', null,
            ['Pool and node', 'Limit', 'Held', 'Wanted', 'Resting', 'Share'].map((label, i) =>
            h('th', {key: label, scope: 'col', class: i > 0 && i < 5 ? 'n' : undefined}, label)))),
          permits.map((pool) => h('tbody', {key: text(pool.pool)},
            h('tr', {class: 'whole'},
              h('th', {scope: 'rowgroup'}, h('a', {href: poolHash(pool.pool)}, h(Name, {of: pool.pool}))),
              figures(pool), h('td', null, h(Share, {of: pool}))),
            list(pool.nodes).map((node) => h('tr', {key: text(node.incarnation) ?? text(node.node)},
              h('th', {scope: 'row', class: 'below'}, h(Name, {of: node.node}), ' ',
                h(Incarnation, {of: node.incarnation})),
              figures({held: node.held, wanted: node.wanted}),
              h('td', null, h(Share, {of: {limit: pool.limit, held: node.held}})))))))));
  }

  rates(answer) {
    const rates = list(answer.rates);
    if (rates.length === 0) return null;
    const rows = rates.flatMap((rate) => list(rate.nodes).map((node) => ({rate, node})));
    const spare = (rate) => [number(rate.shared) > 0 && count(rate.shared) + ' in shares',
      number(rate.resting) > 0 && count(rate.resting) + ' rest'].filter(Boolean).join(', ');
    return h('section', {'aria-labelledby': 'rates-title'},
      h('h2', {id: 'rates-title'}, 'Rates ', h('span', {class: 'faint num'}, rates.length)),
      h(Table, {id: 'rates', caption: 'Shares of the nodes in the rates', rows,
        rowKey: ({rate, node}) => text(rate.pool) + ' ' + text(node.node), empty: 'No node has a share.', wide: 810,
        columns: [
          {key: 'pool', label: 'Pool', cell: ({rate}) => h('a', {href: poolHash(rate.pool)}, h(Name, {of: rate.pool}))},
          {key: 'limit', label: 'Rate', width: '200px', cell: ({rate}) => h('span', null, text(rate.rate), ' ',
            h('span', {class: 'faint'}, spare(rate)))},
          {key: 'node', label: 'Node', cell: ({node}) => h(Name, {of: node.node})},
          {key: 'share', label: 'Share', num: true, width: '110px',
            hint: 'Hand-outs that the node may begin within the time', cell: ({node}) => count(node.share)},
          {key: 'demand', label: 'Demand', num: true, width: '110px', cell: ({node}) => count(node.demand)},
          {key: 'wanted', label: 'Wanted', num: true, width: '110px', cell: ({node}) => count(node.wanted)},
        ]}));
  }

  singletons(answer, writable) {
    const now = this.now();
    const singletons = list(answer.singletons);
    const held = (one) => text(one.node) !== null;
    return h('section', {'aria-labelledby': 'singletons-title'},
      h('h2', {id: 'singletons-title'}, 'Singletons ', h('span', {class: 'faint num'}, singletons.length)),
      h(Table, {id: 'singletons', caption: 'Singletons', rows: singletons, rowKey: (one) => text(one.singleton),
        empty: 'No tree has the scope of the cluster.', wide: 920,
        rowClass: (one) => (held(one) ? 'running' : 'degraded'),
        columns: [
          {key: 'name', label: 'Singleton', cell: (one) => h('a', {href: hashOf('tree', one.singleton)},
            h(Name, {of: one.singleton}))},
          {key: 'node', label: 'Node', width: '180px', cell: (one) => (held(one)
            ? h('span', null, h(Name, {of: one.node}), ' ', h(Incarnation, {of: one.incarnation}))
            : h(Badge, {level: 'degraded'}, 'no node has it'))},
          {key: 'token', label: 'Token', num: true, width: '80px', hint: 'grows with each holder',
            cell: (one) => text(one.token) ?? '–'},
          {key: 'since', label: 'Since', width: '150px', cell: (one) => h(When, {at: one.since, now})},
          {key: 'candidates', label: 'Stand by', width: '180px', cell: (one) => (list(one.candidates).length === 0
            ? h('span', {class: 'faint'}, 'none') : list(one.candidates).map((node, i) => h('span', {key: node},
              i > 0 && ', ', h(Name, {of: node}))))},
          ...(writable ? [{key: 'act', label: 'Actions', width: '150px', cell: (one) => (one.handOver === true
            ? h(Badge, {level: 'waiting'}, 'hand-over')
            : held(one) && h(ActionBar, {kind: 'singleton', name: one.singleton, writable, refresh: this.again}))}]
              : []),
        ]}));
  }
}

/** The permits that are held, as a part of the limit. The figures stand beside it. */
function Share({of}) {
  const limit = Math.max(1, number(of.limit) ?? 1);
  const held = 80 * Math.min(1, (number(of.held) ?? 0) / limit);
  const resting = 80 * Math.min(1, (number(of.resting) ?? 0) / limit);
  return h('svg', {class: 'meter', viewBox: '0 0 80 8', preserveAspectRatio: 'none', 'aria-hidden': 'true'},
    h('rect', {class: 'room', width: 80, height: 8}),
    h('rect', {class: 'busy', width: held, height: 8}),
    resting > 0 && h('rect', {class: 'over', x: Math.max(0, held - resting), width: resting, height: 8}));
}
