// Requests to the endpoint `ppool`, and the clock that repeats them.
//
// All addresses are relative to the page, which is `{base}/observer/page`. So a base path, a management port and the
// prefix of a proxy need no setting.

import {object, remember, remembered} from './state.js';

/** The time after which a request counts as not answered. */
const TIMEOUT_MILLIS = 15000;

/** The longest pause between two tries while the application does not answer. */
const LONGEST_PAUSE_MILLIS = 30000;

/** The intervals that the header offers. */
export const INTERVALS = [1000, 2000, 5000, 15000, 60000];

/** A request that was refused. Status 0: there was no answer; -1: the answer was no JSON. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.name = 'Refused';
    this.status = status;
  }
}

/** A name as a segment of an address. */
export function segment(name) {
  return encodeURIComponent(String(name));
}

/** What the page's own endpoint tells of this session: the way to the endpoint `ppool`, and the token against CSRF. */
let session = null;

const NO_SESSION = {ppool: '../ppool'};

async function learn() {
  try {
    const response = await fetch('./session.json', {credentials: 'same-origin', cache: 'no-store'});
    session = object(await response.json());
    if (!response.ok) session = NO_SESSION;
  } catch {
    return NO_SESSION; // without an answer the next request asks again
  }
  return session;
}

async function address(path, params) {
  const {ppool} = session || await learn();
  if (typeof ppool !== 'string') {
    session = null; // it may be exposed after a restart
    throw new Refused(404, 'The endpoint ppool is not exposed. The page needs it beside observer: add ppool to'
      + ' management.endpoints.web.exposure.include.');
  }
  const url = new URL(path.replace(/^ppool/, () => ppool), document.baseURI);
  for (const [key, value] of Object.entries(params || {})) {
    if (value !== null && value !== undefined && value !== '') url.searchParams.set(key, value);
  }
  return url;
}

/** What a status means to an operator, where the answer itself says nothing. */
function meaning(status, posting) {
  switch (status) {
    case 401:
      return 'You are not logged in (401). Log in to the application, then reload this page.';
    case 403:
      return posting
        ? 'You may not do this (403): your login may look, and has no right to change.'
        : 'You may not see this (403): your login has no right to read the endpoint ppool.';
    case 404:
      return 'There is no endpoint ppool (404). The page needs it beside observer: add ppool to'
        + ' management.endpoints.web.exposure.include.';
    case 405:
      return 'The endpoint ppool only reads (405). Changes need management.endpoint.ppool.access=unrestricted.';
    case 429:
      return 'The application takes no more requests now (429).';
    case 502:
    case 503:
    case 504:
      return 'The application does not answer (' + status + ').';
    default:
      return 'The application answers with status ' + status + '.';
  }
}

async function ask(path, params, {timeoutMillis = TIMEOUT_MILLIS, headers, ...options}) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), timeoutMillis);
  let response;
  let text;
  try {
    response = await fetch(await address(path, params), {
      ...options,
      // X-Requested-With keeps the browser from asking for a password itself
      headers: {Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest', ...headers},
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'manual',
      signal: stop.signal,
    });
    text = await response.text();
  } catch (error) {
    if (error instanceof Refused) throw error;
    session = null;
    throw new Refused(0, stop.signal.aborted
      ? 'The application has not answered within ' + timeoutMillis / 1000 + ' s.'
      : 'The application does not answer.');
  } finally {
    clearTimeout(late);
  }
  if (response.type === 'opaqueredirect') {
    throw new Refused(401, 'The session has ended. Reload this page to log in again.');
  }
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if (!response.ok) {
    const told = answer && typeof answer.message === 'string' && ![401, 403].includes(response.status)
      ? answer.message : '';
    throw new Refused(response.status, told || meaning(response.status, options.method === 'POST'));
  }
  if (answer === undefined || answer === null || typeof answer !== 'object') {
    throw new Refused(-1, 'The application answers with something that is no JSON. If it is a page for the login,'
      + ' reload this page.');
  }
  return answer;
}

/** Reads: `get('ppool/process/17')`. `ppool` stands for the address of that endpoint. Rejects with `Refused`. */
export function get(path, params) {
  return ask(path, params, {method: 'GET'});
}

/** Changes: `send('ppool/mail', {action: 'suspend'})`. Rejects with `Refused`. */
export async function send(path, body, {timeoutMillis} = {}) {
  const {csrf} = await learn(); // a token changes with the login and the session
  const post = (headers) => ask(path, null, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', ...headers},
    body: JSON.stringify(body),
    timeoutMillis,
  });
  try {
    return await post(csrf && csrf.header && csrf.token ? {[csrf.header]: csrf.token} : {});
  } catch (error) {
    const token = cookie('XSRF-TOKEN');
    // 401: the user is not known at an error page that the application protects
    if (![401, 403].includes(error.status) || token === null) throw error;
    return post({'X-XSRF-TOKEN': token}); // the filter has refused before anything was done
  }
}

function cookie(name) {
  const found = document.cookie.split('; ').find((each) => each.startsWith(name + '='));
  if (!found) return null;
  const value = found.slice(name.length + 1);
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // a token that is not encoded is taken as it is
  }
}

// The clock: all watches follow one interval, one pause button, and the visibility of the tab.

const watches = new Set();

/** The settings of the clock. `changed` is called after each change of them. */
export const clock = {
  interval: INTERVALS.includes(Number(remembered('interval'))) ? Number(remembered('interval')) : 1000,
  paused: false,
  changed: () => {},
  get rests() {
    return this.paused || document.hidden;
  },
  every(millis) {
    this.interval = millis;
    remember('interval', String(millis));
    this.wake();
  },
  pause(paused) {
    this.paused = paused;
    this.wake();
  },
  wake() {
    for (const each of watches) each.wake();
    this.changed();
  },
  /** Lets all watches that have failed try again, because the application answers again. */
  back() {
    for (const each of watches) each.retry();
  },
};

document.addEventListener('visibilitychange', () => clock.wake());

/**
 * Repeats a request while the page is seen and not paused. The next request begins when the last one has its answer.
 * While the application does not answer, the pauses grow to half a minute.
 *
 * @param load the request, a function that returns a promise
 * @param done called with each answer
 * @param failed called with the error of each failure and the number of failures in a row
 * @param atLeast the shortest pause in milliseconds, for requests that cost more than others; or a function of it
 * @return `now()` asks at once, also while the clock rests; `stop()` ends the watch; `nextAt` is the time of the next
 *     try
 */
export function watch(load, {done, failed = () => {}, atLeast = 0}) {
  let timer = 0;
  let failures = 0;
  let asking = false;
  let again = false;
  let ended = false;
  let last = 0;

  const handle = {
    nextAt: 0,
    now() {
      clearTimeout(timer);
      again = asking;
      if (!asking && !ended) run();
    },
    wake() {
      clearTimeout(timer);
      if (!clock.rests && !asking && !ended) plan();
    },
    retry() {
      if (failures > 0 && !asking) handle.now();
    },
    stop() {
      ended = true;
      clearTimeout(timer);
      watches.delete(handle);
    },
  };

  function pause() {
    const usual = Math.max(clock.interval, typeof atLeast === 'function' ? atLeast() : atLeast);
    return failures === 0 ? usual : Math.max(usual, Math.min(LONGEST_PAUSE_MILLIS, 1000 * 2 ** (failures - 1)));
  }

  function plan() {
    handle.nextAt = Math.max(Date.now(), last + pause());
    timer = setTimeout(run, handle.nextAt - Date.now());
  }

  async function run() {
    asking = true;
    last = Date.now();
    try {
      const answer = await load();
      failures = 0;
      if (!ended) done(answer);
    } catch (error) {
      failures++;
      if (!(error instanceof Refused)) console.error(error);
      handle.nextAt = Date.now() + pause();
      if (!ended) failed(error, failures);
    } finally {
      asking = false;
    }
    if (ended) return;
    if (again) {
      again = false;
      run();
    } else if (!clock.rests) {
      plan();
    }
  }

  watches.add(handle);
  run();
  return handle;
}
