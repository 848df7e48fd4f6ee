// What the pages of the cluster and of durable tasks share: both ask a database, which may not answer.

import {watch} from './api.js';
import {Badge, Component, clockTime, h, span} from './parts.js';
import {number} from './state.js';

/** The shortest pause between two questions to the database. */
const AT_LEAST_MILLIS = 2000;

/**
 * A component that repeats a question while it is seen. A subclass has `question()`, which tells one question from
 * another, and `load()`, which asks it. The state has the last `answer`, the `error` since then, and `since`, the time
 * of the first failure in a row.
 */
export class Asking extends Component {
  componentDidMount() {
    this.begin();
  }

  componentDidUpdate(before) {
    const {snapshot} = this.props;
    if (snapshot && snapshot !== before.snapshot && number(snapshot.at) !== null) this.skew = snapshot.at - Date.now();
    if (this.question() !== this.asked) this.begin();
  }

  componentWillUnmount() {
    this.handle?.stop();
  }

  begin() {
    this.handle?.stop();
    this.asked = this.question();
    const {asked} = this;
    this.handle = watch(() => this.load(), {
      atLeast: AT_LEAST_MILLIS,
      done: (answer) => {
        this.setState({answer, of: asked, error: null, answeredAt: Date.now()});
        if (this.final(answer)) this.handle.stop();
      },
      failed: (error) => {
        this.setState((state) => ({error, since: state.error ? state.since : Date.now()}));
        if (error.status === 400 || error.status === 404) this.handle.stop(); // the same question gets the same answer
      },
    });
  }

  /** True if an answer will not change any more. */
  final() {
    return false;
  }

  /** Asks again at once: after an action. */
  again = () => {
    this.begin();
    this.props.refresh?.();
  };

  /** The time of the application, as far as the snapshots tell it. */
  now() {
    return Date.now() + (this.skew ?? 0);
  }

  /** True while the shown answer is of another question, or older than a failure. */
  get stale() {
    return Boolean(this.state.error) || this.state.of !== this.question();
  }
}

/**
 * The place of an instant beside another: `3 m 20 s ago` or `in 5 s`. It is a text, or a dash if the instant is
 * missing.
 */
export function when(instant, now) {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return '–';
  return at > now + 500 ? 'in ' + span(at - now) : span(Math.max(0, now - at)) + ' ago';
}

/** A point of time beside now, with the time of the day as its hint. */
export function When({at, now}) {
  return typeof at !== 'string' ? h('span', {class: 'faint'}, '–')
    : h('time', {dateTime: at, title: at, class: 'num'}, when(at, now));
}

/** Says calmly that the database does not answer, and what that means. */
export function Away({error, since, answeredAt, what, meanwhile}) {
  if (!error) return null;
  return h('div', {class: 'away', role: 'status'},
    h(Badge, {level: 'waiting'}, error.status === 503 ? 'no answer' : 'not shown'), ' ',
    h('span', null, error.status === 503
      ? `The database of ${what} does not answer since ${clockTime(since)}. ${meanwhile}`
      : error.message),
    error.status === 503 && h('span', {class: 'faint'}, ' ' + error.message),
    answeredAt && h('span', {class: 'faint'}, ` The figures are those of ${clockTime(answeredAt)}.`));
}
