// Polls the application once a second while the page is visible. All data comes from addresses that curl can read too:
// naggers, inbox and phrases. All texts are set as text, never as HTML. Rows are kept and changed in place, so that
// focus, selection and scrolling stay where they are.

const ENDED = ['done', 'stopped', 'failed', 'rejected'];
/** How many naggers are shown that have ended; the others are counted. Living ones are all shown. */
const ENDED_SHOWN = 20;

const byId = id => document.getElementById(id);
const count = (number, thing) => number + ' ' + thing + (number === 1 ? '' : 's');

/** Sets a text only if it differs: a status would be read out again, and a selection would be lost. */
function say(element, text, className) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
  if (className !== undefined && element.className !== className) {
    element.className = className;
  }
}

function make(tag, attributes, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}

async function ask(path, options) {
  const answer = await fetch(path, {headers: {Accept: 'application/json'}, ...options});
  const text = await answer.text();
  let body = {};
  try {
    body = text ? JSON.parse(text) : {};
  } catch (noJson) {
    body = {detail: answer.statusText};
  }
  return {ok: answer.ok, status: answer.status, body};
}

/**
 * Shows items as children of an element. An item that was there before keeps its element, and elements move only where
 * the order has changed.
 */
class List {
  constructor(parent, key, begin, update) {
    Object.assign(this, {parent, key, begin, update, shown: new Map()});
  }

  show(items) {
    const now = new Map();
    let place = this.parent.firstElementChild;
    for (const item of items) {
      const key = this.key(item);
      const row = this.shown.get(key) ?? this.begin(item);
      now.set(key, row);
      this.update(row, item);
      if (row.element === place) {
        place = place.nextElementSibling;
      } else {
        this.put(row.element, place);
      }
    }
    for (const [key, row] of this.shown) {
      if (!now.has(key)) {
        row.element.remove();
      }
    }
    this.shown = now;
  }

  /** An element that moves loses the focus, which it gets back. */
  put(element, before) {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    this.parent.insertBefore(element, before);
    focused?.focus({preventScroll: true});
  }
}

// ---- naggers

function beginNagger(nagger) {
  const cells = Array.from({length: 8}, (nothing, column) => make(column === 1 ? 'th' : 'td', {}));
  cells[1].scope = 'row';
  cells[7].className = 'actions';
  const badge = make('span', {className: 'state'});
  cells[2].append(badge);
  const stop = make('button', {className: 'small', type: 'button', textContent: 'Stop'});
  stop.setAttribute('aria-label', `Stop nagger ${nagger.id}: ${nagger.task}`);
  stop.addEventListener('click', () => stopNagger(nagger.id, stop));
  return {element: make('tr', {}, ...cells), cells, badge, stop};
}

function updateNagger(row, nagger) {
  const {cells} = row;
  say(cells[0], String(nagger.id));
  say(cells[1], nagger.task);
  cells[1].title = nagger.task + ', to ' + nagger.to;
  say(row.badge, nagger.state, 'state ' + nagger.state);
  say(cells[3], `${nagger.nagged} of ${nagger.times ?? '∞'}`);
  say(cells[4], nagger.sent + (nagger.lost ? `, ${nagger.lost} lost` : ''));
  say(cells[5], nagger.every);
  say(cells[6], nagger.mode);
  const living = !ENDED.includes(nagger.state);
  if (living && !row.stop.isConnected) {
    cells[7].append(row.stop);
  } else if (!living && row.stop.isConnected) {
    const focused = document.activeElement === row.stop;
    row.stop.remove();
    if (focused) { // on to the next one that can be stopped
      (byId('naggers').querySelector('button') ?? byId('naggersTitle')).focus();
    }
  }
}

const naggerList = new List(byId('naggers'), nagger => nagger.id, beginNagger, updateNagger);

/** All that run, then those that wait in their order, then the last ones that have ended. */
function inOrder(naggers) {
  const byNumber = naggers.toSorted((a, b) => a.id - b.id);
  const ended = byNumber.filter(nagger => ENDED.includes(nagger.state)).reverse();
  return {
    running: byNumber.filter(nagger => nagger.state === 'running'),
    queued: byNumber.filter(nagger => !ENDED.includes(nagger.state) && nagger.state !== 'running'),
    ended: ended.slice(0, ENDED_SHOWN),
    hidden: Math.max(0, ended.length - ENDED_SHOWN),
  };
}

async function showNaggers() {
  const {ok, body} = await ask('naggers');
  if (!ok || !Array.isArray(body)) {
    throw new Error('no naggers');
  }
  const {running, queued, ended, hidden} = inOrder(body);
  say(byId('naggerCount'), `${running.length} running, ${queued.length} queued`);
  naggerList.show([...running, ...queued, ...ended]);
  say(byId('moreNaggers'), body.length === 0 ? 'No nagger was started yet.'
      : hidden ? `and ${count(hidden, 'nagger')} more that ended before` : '');
}

async function stopNagger(id, button) {
  if (button.getAttribute('aria-disabled') === 'true') {
    return; // a second click
  }
  button.setAttribute('aria-disabled', 'true');
  try {
    const {ok, body} = await ask('naggers/' + id, {method: 'DELETE'});
    say(byId('answer'), ok ? `nagger ${id} is stopped` : body.detail ?? 'it could not be stopped', ok ? '' : 'bad');
  } catch (failure) {
    say(byId('answer'), 'the application does not answer', 'bad');
  } finally {
    button.removeAttribute('aria-disabled');
    look();
  }
}

byId('form').addEventListener('submit', async event => {
  event.preventDefault();
  const button = byId('startButton');
  if (button.getAttribute('aria-disabled') === 'true') {
    return; // a second click
  }
  const body = Object.fromEntries(new FormData(event.target));
  if (body.times === '') {
    delete body.times;
  } else {
    body.times = Number(body.times);
  }
  const said = byId('answer');
  say(said, body.mode === 'sync' ? 'waiting until it has begun …' : '…', '');
  button.setAttribute('aria-disabled', 'true');
  try {
    const answer = await ask('naggers', {
      method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
    say(said, answer.ok ? `${answer.status}: nagger ${answer.body.id} is ${answer.body.state}`
        : `${answer.status}: ${answer.body.detail ?? 'refused'}`, answer.ok ? '' : 'bad');
  } catch (failure) {
    say(said, 'the application does not answer', 'bad');
  } finally {
    button.removeAttribute('aria-disabled');
    look();
  }
});

// ---- other words, where python is there

async function showPhrases() {
  try {
    const {ok, body} = await ask('phrases');
    byId('words').hidden = !(ok && body.python);
  } catch (failure) {
    byId('words').hidden = true;
  }
}

byId('phrase').addEventListener('click', async () => {
  const button = byId('phrase');
  if (button.getAttribute('aria-disabled') === 'true') {
    return; // a second click
  }
  button.setAttribute('aria-disabled', 'true');
  const task = byId('form').elements.task;
  try {
    const {ok, status, body} = await ask('phrases', {
      method: 'POST', headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({task: task.value.split(',')[0]})});
    if (ok) {
      task.value = body.phrase;
    }
    say(byId('answer'), ok ? `program ${body.program} has answered` : `${status}: ${body.detail ?? 'refused'}`,
        ok ? '' : 'bad');
  } catch (failure) {
    say(byId('answer'), 'the application does not answer', 'bad');
  } finally {
    button.removeAttribute('aria-disabled');
  }
});

// ---- inbox

function beginMail() {
  const time = make('time', {className: 'fine'});
  const subject = make('b', {});
  const text = make('p', {});
  return {element: make('li', {}, make('details', {}, make('summary', {}, time, subject), text)), time, subject, text};
}

function updateMail(row, received) {
  row.time.dateTime = received.sent;
  say(row.time, new Date(received.sent).toLocaleTimeString());
  say(row.subject, received.subject);
  say(row.text, `To ${received.to}: ${received.text}`);
}

const inboxList = new List(byId('inbox'), received => received.key, beginMail, updateMail);

/** A mail may arrive twice with one Message-ID, so the second one has a key of its own. */
function withKeys(mails) {
  const seen = new Map();
  return mails.toReversed().map(received => {
    const times = (seen.get(received.id) ?? 0) + 1;
    seen.set(received.id, times);
    return {...received, key: received.id + ' ' + times};
  }).reverse();
}

/** False where the mails go to a server of the operator's own, of which the application shows nothing. */
let embedded = true;

async function showInbox() {
  if (!embedded) {
    return;
  }
  const {ok, status, body} = await ask('inbox');
  embedded = status !== 404;
  byId('drop').hidden = !ok;
  say(byId('inboxCount'), ok ? count(body.total, 'mail') : '');
  inboxList.show(ok ? withKeys(body.mails) : []);
  say(byId('inboxNote'), !ok ? body.detail ?? '' : body.total ? '' : 'Nothing has arrived yet.');
}

byId('hangUp').addEventListener('click', async () => {
  const button = byId('hangUp');
  if (button.getAttribute('aria-disabled') === 'true') {
    return; // a second click
  }
  button.setAttribute('aria-disabled', 'true');
  try {
    const {ok} = await ask('inbox/connections', {method: 'DELETE'});
    say(byId('inboxNote'), ok ? 'All connections were dropped.' : 'They could not be dropped.');
  } finally {
    button.removeAttribute('aria-disabled');
    look();
  }
});

// ---- the observer, if this application shows it here

async function showObserver() {
  try {
    const {ok, body} = await ask('actuator');
    const there = ok && body._links?.observer !== undefined;
    byId('observer').hidden = !there;
    byId('watch').hidden = !there;
  } catch (failure) {
    byId('observer').hidden = true; // the actuator has a port of its own, say
  }
}

// ---- once a second, while the page is visible

let next;
let looking = false;

async function look() {
  clearTimeout(next);
  if (looking || document.hidden) {
    return;
  }
  looking = true;
  try {
    await Promise.all([showNaggers(), showInbox()]);
    say(byId('live'), 'live', 'on');
  } catch (failure) {
    say(byId('live'), 'the application does not answer', 'off');
  } finally {
    looking = false;
  }
  clearTimeout(next);
  next = setTimeout(look, 1000);
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    clearTimeout(next);
    say(byId('live'), 'paused', '');
  } else {
    look();
  }
});
showObserver();
showPhrases();
look();
