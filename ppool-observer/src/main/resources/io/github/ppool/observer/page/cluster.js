// The page of the cluster: nodes, permits and singletons are missing here.

import {Component, Empty, h} from './parts.js';

export class Cluster extends Component {
  render() {
    return h('div', null, h('h1', {tabIndex: -1}, 'Cluster'), h(Empty, null, 'See ppool/cluster.'));
  }
}
