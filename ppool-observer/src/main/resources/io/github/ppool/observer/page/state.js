// The state of the page beyond one answer: the address, what the browser remembers, and the history of the pools.
//
// Answers are foreign data: a field may be absent, null or of another type. The functions `list`, `number` and `text`
// make something usable of each.

/** A list, whatever the answer has in its place. */
export function list(value) {
  return Array.isArray(value) ? value.filter((each) => each !== null && each !== undefined) : [];
}

/** A number with which one can reckon, or null. */
export function number(value) {
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : null;
}

/** A text, or null. */
export function text(value) {
  if (typeof value === 'string') return value;
  return value === null || value === undefined || typeof value === 'object' ? null : String(value);
}

/** An object, whatever the answer has in its place. */
export function object(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

/** Reads what the browser has remembered; null if it may not, or has nothing. */
export function remembered(key) {
  try {
    return localStorage.getItem('ppool-observer.' + key);
  } catch {
    return null;
  }
}

/** Lets the browser remember something, if it may. */
export function remember(key, value) {
  try {
    localStorage.setItem('ppool-observer.' + key, value);
  } catch {
    // a browser without storage begins with the defaults each time
  }
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Reads a hash such as `#/pool/mail?sort=-wait`: the name of the page, its arguments and its query. */
export function readHash(hash) {
  const [path, query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [page, ...args] = path.split('/').filter((part) => part !== '').map(decoded);
  return {page: page || 'pools', args, query: Object.fromEntries(new URLSearchParams(query))};
}

/** Writes a hash; values of the query that are empty are left out. */
export function writeHash(page, args = [], query = {}) {
  const path = [page, ...args].map((part) => encodeURIComponent(String(part))).join('/');
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '' && value !== false) params.set(key, value);
  }
  const end = params.toString();
  return '#/' + path + (end ? '?' + end : '');
}

/** A step of a path, as the endpoint writes it. */
export function step(name) {
  return String(name).replaceAll('%', '%25').replaceAll('/', '%2F');
}

/** The name that a step of a path stands for. */
export function unstep(part) {
  return part.replaceAll(/%2F/gi, '/').replaceAll('%25', '%');
}

/** The five series of a pool's samples. */
const SERIES = ['busy', 'queue', 'rate', 'p50', 'p99'];

/** The time that the history covers, in samples of a second. */
const SPAN = 600;

/** The samples of a bucket of the overview's sparklines. */
const BUCKET = 10;

/**
 * Calls `take(first, last, series, value)` for each point of an answer's samples, with the numbers of the first and the
 * last second that it stands for. Zeros at the end of a series are left out of the answer.
 */
function eachPoint(samples, sequence, take) {
  const from = number(samples.from);
  const every = Math.max(1, number(samples.every) || 1);
  if (from === null) return;
  const series = SERIES.map((name) => list(samples[name]));
  const points = number(samples.points) ?? Math.max(...series.map((each) => each.length), 0);
  for (let i = 0; i < Math.min(points, SPAN); i++) {
    const first = from + i * every;
    series.forEach((values, s) => take(first, Math.min(sequence, first + every - 1), s, number(values[i]) || 0));
  }
}

/** The last ten minutes of a pool in sixty buckets, for sparklines. A bucket has the highest of its points. */
class Buckets {
  constructor() {
    this.newest = 0;
    this.values = SERIES.map(() => []); // the number of the bucket is the index, counted from `first`
    this.first = 0;
  }

  add(samples, sequence) {
    eachPoint(samples, sequence, (first, last, series, value) => {
      for (let b = Math.floor(first / BUCKET); b <= Math.floor(last / BUCKET); b++) this.raise(b, series, value);
    });
    this.newest = Math.max(this.newest, Math.floor(sequence / BUCKET));
    const gone = this.newest - SPAN / BUCKET - this.first;
    if (gone > 0) {
      this.values.forEach((values) => values.splice(0, gone));
      this.first += gone;
    }
  }

  raise(bucket, series, value) {
    const values = this.values[series];
    if (this.newest === 0 && this.first === 0 && values.length === 0) this.first = bucket;
    const i = bucket - this.first;
    if (i < 0 || i > 4 * SPAN) return;
    if (!(values[i] >= value)) values[i] = value;
  }

  /** The values of a series, the newest at the end of sixty places; undefined where nothing is known. */
  series(name) {
    const values = this.values[SERIES.indexOf(name)];
    const places = SPAN / BUCKET;
    return Array.from({length: places}, (_, i) => values[this.newest - places + 1 + i - this.first]);
  }
}

/** The last ten minutes of the one pool that is shown in detail, second by second, as uPlot wants it. */
class Seconds {
  constructor(pool) {
    this.pool = pool;
    this.points = new Map();
  }

  add(samples, sequence) {
    eachPoint(samples, sequence, (first, last, series, value) => {
      for (let second = first; second <= last; second++) {
        if (!this.points.has(second)) this.points.set(second, []);
        this.points.get(second)[series] = value;
      }
    });
    for (const second of this.points.keys()) {
      if (second <= sequence - SPAN) this.points.delete(second);
    }
  }

  /** The columns of a chart: the times in seconds of the epoch, then each of the series. */
  columns(names, sequence, nowSeconds) {
    const seconds = [...this.points.keys()].sort((a, b) => a - b);
    const columns = names.map((name) => seconds.map((second) => this.value(name, this.points.get(second))));
    return [seconds.map((second) => nowSeconds - (sequence - second)), ...columns];
  }

  /** A second without a hand-out has no waits to tell of; a zero would hide that callers wait. */
  value(name, point) {
    const stands = point[SERIES.indexOf('rate')] === 0 && point[SERIES.indexOf('queue')] > 0;
    return stands && OF_HAND_OUTS.includes(name) ? null : point[SERIES.indexOf(name)] ?? null;
  }
}

/** The series that tell of hand-outs. */
const OF_HAND_OUTS = ['p50', 'p99'];

/** The newest entries of the journal that the page keeps. */
const KEPT_ENTRIES = 500;

/** The history that the page puts together from the answers of `observe`. */
export class Store {
  constructor() {
    this.forget();
  }

  forget() {
    this.start = null;
    this.sequence = null;
    this.journalSequence = null;
    this.buckets = new Map();
    this.seconds = null;
    this.journal = [];
    this.snapshot = null;
  }

  /** The parameters of the next request. A pool in detail is asked for as a whole when it is new. */
  params(pool, top) {
    const whole = pool && (this.seconds === null || this.seconds.pool !== pool);
    return {since: whole ? null : this.sequence, journalSince: this.journalSequence, pool, top};
  }

  /** Takes an answer over, and returns the snapshot for the pages. */
  accept(answer, pool) {
    const start = text(answer.start);
    const restarted = this.start !== null && start !== this.start;
    if (restarted) this.forget();
    this.start = start;
    const sequence = number(answer.sequence) || 0;
    const everySecond = (number(answer.everyMillis) || 1000) / 1000;
    this.sequence = sequence;

    const worst = new Map();
    for (const each of list(answer.problems)) {
      if ((each.kind ?? 'pool') === 'pool' && !worst.has(each.of)) worst.set(each.of, each);
    }
    const known = new Map();
    const pools = list(answer.pools).map((each) => {
      const name = text(each.name) ?? '?';
      const buckets = this.buckets.get(name) || new Buckets();
      buckets.add(object(each.samples), sequence);
      known.set(name, buckets);
      return new PoolView(name, each, buckets, worst.get(name));
    });
    this.buckets = known;

    const detail = answer.detail && text(answer.detail.pool) === pool ? answer.detail : null;
    if (detail) {
      if (this.seconds === null || this.seconds.pool !== pool) this.seconds = new Seconds(pool);
      this.seconds.add(object(detail.samples), sequence);
    } else if (!pool) {
      this.seconds = null;
    }

    this.#note(list(answer.journal));
    if (restarted) this.sequence = this.journalSequence = null; // this answer has only what is new: ask for the whole
    const at = Date.parse(answer.at) || Date.now();
    this.snapshot = {
      ...answer,
      at,
      sequence,
      everySecond,
      application: object(answer.application),
      problems: list(answer.problems),
      pools,
      trees: list(answer.trees),
      groups: list(answer.groups),
      top: object(answer.top),
      journal: this.journal,
      detail,
      seconds: this.seconds,
    };
    return this.snapshot;
  }

  #note(entries) {
    const seen = new Set(this.journal.map((each) => each.sequence));
    const fresh = entries.filter((each) => each.sequence === undefined || !seen.has(each.sequence));
    if (fresh.length === 0) return;
    for (const each of fresh) {
      this.journalSequence = Math.max(this.journalSequence ?? 0, number(each.sequence) || 0);
    }
    this.journal = [...fresh, ...this.journal]
      .sort((a, b) => (number(b.sequence) || 0) - (number(a.sequence) || 0))
      .slice(0, KEPT_ENTRIES);
  }
}

/** A pool of the answer with all its fields, null where the answer has none, and its worst problem. */
class PoolView {
  constructor(name, answer, buckets, problem) {
    const workers = object(answer.workers);
    const queue = object(answer.queue);
    const rates = object(answer.rates);
    const wait = object(answer.wait);
    this.name = name;
    this.buckets = buckets;
    this.problem = problem;
    this.phase = text(answer.phase) ?? '';
    this.state = text(answer.state) ?? '';
    this.supervisor = text(answer.supervisor);
    this.size = number(answer.size);
    this.maxOverflow = number(answer.maxOverflow);
    this.minIdle = number(answer.minIdle);
    this.warmingUp = number(answer.warmingUp) || 0;
    this.overflow = number(answer.overflow);
    this.workers = workers;
    this.total = number(workers.total);
    this.busy = number(workers.borrowed) === null && number(workers.working) === null
      ? null
      : (number(workers.borrowed) || 0) + (number(workers.working) || 0);
    this.restarting = number(workers.restarting) || 0;
    this.orphaned = number(workers.orphaned) || 0;
    this.queue = number(queue.depth);
    this.capacity = number(queue.capacity);
    this.oldestWait = number(queue.oldestWaitMillis);
    this.order = text(queue.order);
    this.overloaded = queue.overloaded === true;
    this.shed = number(queue.shed);
    this.rate = number(rates.perSecond);
    this.crashes = number(rates.crashesPerMinute);
    const stands = this.rate === 0 && this.queue > 0; // no wait has ended, so there is no figure
    this.p50 = stands ? null : number(wait.p50Micros);
    this.p99 = stands ? null : number(wait.p99Micros);
    this.restarts = number(answer.restarts);
    this.waitingForPermit = number(answer.waitingForPermit);
    const rate = object(answer.rate);
    this.limit = text(rate.limit);
    this.limitUsed = number(rate.used);
    this.limitNext = number(rate.nextInMillis);
    const share = object(answer.clusterRate);
    this.clusterLimit = text(share.limit);
    this.share = number(share.share);
    this.shareUsed = number(share.used);
    this.shareNext = number(share.nextInMillis);
    this.overruns = answer.overruns === undefined ? null : number(answer.overruns);
    this.lastFailure = text(answer.lastFailure);
    this.nextRestart = number(answer.nextRestartInMillis);
  }

  /** The level of the pool's worst problem: down, degraded or waiting; otherwise running, or off. */
  get level() {
    const level = this.problem && text(this.problem.level);
    if (level) return level;
    return this.phase === 'stopped' ? 'off' : 'running';
  }

  /** The state in a word. */
  get word() {
    if (this.phase !== 'running') return this.phase.replaceAll('_', ' ') || 'unknown';
    if (this.restarting > 0) return this.restarting + ' restarting';
    if (this.orphaned > 0) return this.orphaned + ' orphaned';
    if (this.queue > 0 && this.queue === this.capacity) return 'queue full';
    if (this.overloaded) return 'overloaded';
    if (this.waitingForPermit > 0) return 'waits for permit';
    if (this.queue > 0 && (this.limitNext > 0 || this.shareNext > 0)) return 'waits for rate';
    if (this.problem && this.problem.what === 'creation') return "can't be made";
    if (this.queue > 0) return 'queueing';
    return this.state === 'full' || this.state === 'overflow' ? this.state : 'ready';
  }
}
