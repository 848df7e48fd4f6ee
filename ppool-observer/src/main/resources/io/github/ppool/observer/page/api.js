// Requests to the endpoint `ppool`, and the clock that repeats them.
//
// All addresses are relative to the page, which is `{base}/observer/page`. So a base path, a management port and the
// prefix of a proxy need no setting.

import {remembered, remember} from './state.js';

const BASE = new URL('..', document.baseURI);

/** The time after which a request counts as not answered. */
const TIMEOUT_MILLIS = 15000;

/** The longest pause between two tries while the application does not answer. */
const LONGEST_PAUSE_MILLIS = 30000;

/** The intervals that the header offers. */
export const INTERVALS = [1000, 2000, 5000, 15000, 60000];

/** A request that was refused, not answered, or answered by something that is no JSON. Status 0: no answer. */
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

function address(path, params) {
  const url = new URL(path, BASE);
  for (const [key, value] of Object.entries(params || {})) {
    if (value !== null && value !== undefined && value !== '') url.searchParams.set(key, value);
  }
  return url;
}

/** What a status means to an operator, where the answer itself says nothing. */
function meaning(status, path, posting) {
  const endpoint = path.split(/[/?]/)[0];
  switch (status) {
    case 401:
      return 'You are not logged in (401). Log in to the application, then reload this page.';
    case 403:
      return posting
        ? 'You may not do this (403): your login has no right to change, or the request had no valid CSRF token. '
          + 'Reload this page; if that does not help, ask for the right.'
        : 'You may not see this (403): your login has no right to read the endpoint ' + endpoint + '.';
    case 404:
      return 'There is no endpoint ' + endpoint + ' (404). The page needs it beside observer: add ' + endpoint
        + ' to management.endpoints.web.exposure.include.';
    case 405:
      return 'The endpoint ' + endpoint + ' only reads (405). Changes need management.endpoint.' + endpoint
        + '.access=unrestricted.';
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

/** The token of Spring Security: from the page's head, else from the cookie. */
function csrf() {
  const meta = document.querySelector('meta[name="csrf"]');
  if (meta && meta.content) return [meta.dataset.header || 'X-CSRF-TOKEN', meta.content];
  const cookie = document.cookie.split('; ').find((each) => each.startsWith('XSRF-TOKEN='));
  if (!cookie) return null;
  let token = cookie.slice('XSRF-TOKEN='.length);
  try {
    token = decodeURIComponent(token);
  } catch {
    // a token that is not encoded is taken as it is
  }
  return ['X-XSRF-TOKEN', token];
}

async function ask(path, params, options) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), TIMEOUT_MILLIS);
  let response;
  let text;
  try {
    response = await fetch(address(path, params), {
      ...options,
      headers: {Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest', ...options.headers},
      credentials: 'same-origin',
      cache: 'no-store',
      signal: stop.signal,
    });
    text = await response.text();
  } catch {
    throw new Refused(0, stop.signal.aborted
      ? 'The application has not answered within ' + TIMEOUT_MILLIS / 1000 + ' s.'
      : 'The application does not answer.');
  } finally {
    clearTimeout(late);
  }
  let answer;
  try {
    answer = text === '' ? null : JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if (!response.ok) {
    const told = answer && typeof answer.message === 'string' ? answer.message : '';
    throw new Refused(response.status, told || meaning(response.status, path, options.method === 'POST'));
  }
  if (answer === undefined || answer === null || typeof answer !== 'object') {
    throw new Refused(response.redirected ? 401 : response.status, response.redirected
      ? 'The application answers with another page. The session may have ended: reload this page to log in again.'
      : 'The application answers with something that is no JSON.');
  }
  return answer;
}

/** Reads: `get('ppool/process/17')`. Rejects with `Refused`. */
export function get(path, params) {
  return ask(path, params, {method: 'GET'});
}

/** Changes: `send('ppool/mail', {action: 'suspend'})`. Rejects with `Refused`. */
export function send(path, body) {
  const token = csrf();
  const headers = {'Content-Type': 'application/json'};
  if (token) headers[token[0]] = token[1];
  return ask(path, null, {method: 'POST', headers, body: JSON.stringify(body)});
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
};

document.addEventListener('visibilitychange', () => clock.wake());

/**
 * Repeats a request while the page is seen and not paused. The next request begins when the last one has its answer.
 * While the application does not answer, the pauses grow to half a minute.
 *
 * @param load the request, a function that returns a promise
 * @param done called with each answer
 * @param failed called with the error of each failure and the number of failures in a row
 * @param atLeast the shortest pause in milliseconds, for requests that cost more than others
 * @return `now()` asks at once, also while the clock rests; `stop()` ends the watch; `nextAt` is the time of the next try
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
    stop() {
      ended = true;
      clearTimeout(timer);
      watches.delete(handle);
    },
  };

  function pause() {
    const usual = Math.max(clock.interval, atLeast);
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
