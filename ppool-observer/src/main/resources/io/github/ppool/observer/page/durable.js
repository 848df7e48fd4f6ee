// The page of durable tasks: counts, tasks and attempts are missing here.

import {Component, Empty, h} from './parts.js';

export class Durable extends Component {
  render() {
    return h('div', null, h('h1', {tabIndex: -1}, 'Durable tasks'), h(Empty, null, 'See ppool/durable.'));
  }
}
