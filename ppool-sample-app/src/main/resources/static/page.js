'use strict';
// Polls the application once a second while the page is visible. All data comes from addresses that curl can read too:
// /actuator/ppool, /naggers, /inbox. All texts are set as text, never as HTML.

const byId = id => document.getElementById(id);

function element(tag, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

const state = text => element('span', {className: 'state ' + text, textContent: text.replace('_', ' ')});
const seconds = millis => (millis / 1000).toFixed(millis < 10000 ? 1 : 0) + ' s';
const count = (number, thing) => number + ' ' + thing + (number === 1 ? '' : 's');

async function ask(path) {
  const answer = await fetch(path, {headers: {Accept: 'application/json'}});
  return {ok: answer.ok, body: await answer.json()};
}

// ---- the tree

function places(pool) {
  const boxes = ['idle', 'borrowed', 'working', 'starting', 'stopping', 'restarting']
      .flatMap(what => Array(pool.workers[what]).fill(what));
  while (boxes.length < pool.size + pool.maxOverflow) {
    boxes.push('free');
  }
  return element('span', {className: 'places', title: boxes.join(', ')},
      ...boxes.map(what => element('i', {className: what})));
}

function queue(pool) {
  const {depth, capacity, oldestWaitMillis} = pool.queue;
  return element('div', {className: 'queue fine'},
      element('meter', {max: Math.max(capacity, 1), value: depth, title: 'queue'}),
      `${depth} of ${capacity} waiting` + (depth ? `, the first for ${seconds(oldestWaitMillis)}` : ''));
}

function child(info) {
  const runs = info.child.startsWith('<');
  return element('li', {}, element('div', {className: 'row'},
      element('span', {className: 'name', textContent: info.id}),
      runs ? element('span', {className: 'pid', textContent: info.child}) : state(info.child),
      runs ? element('span', {className: 'fine', textContent: 'up ' + seconds(info.uptimeMillis)}) : null,
      info.restartInMillis != null
          ? element('span', {className: 'fine', textContent: 'back in ' + seconds(info.restartInMillis)}) : null,
      info.restarts
          ? element('span', {className: 'fine', textContent: count(info.restarts, 'restart')}) : null,
      info.lastExit
          ? element('span', {className: 'fine', textContent: 'last exit: ' + info.lastExit.split('.').pop()}) : null));
}

function poolNode(pool, children) {
  return element('li', {},
      element('div', {className: 'row'},
          element('span', {className: 'name', textContent: pool.name}),
          element('span', {className: 'pid', textContent: pool.supervisor ?? ''}),
          state(pool.phase === 'running' ? pool.state : pool.phase),
          places(pool),
          element('span', {className: 'fine', textContent: `size ${pool.size} + ${pool.maxOverflow}`}),
          queue(pool)),
      element('ul', {}, ...children.map(child)));
}

async function showTree() {
  const {body} = await ask('actuator/ppool');
  const children = await Promise.all(
      body.pools.map(pool => ask(`actuator/ppool/${encodeURIComponent(pool.name)}/which_children`)));
  byId('tree').replaceChildren(element('li', {},
      element('div', {className: 'row'},
          element('span', {className: 'name', textContent: 'ppool'}),
          element('span', {className: 'pid', textContent: body.supervisor.pid}),
          state(body.supervisor.alive ? 'running' : 'gave_up')),
      element('ul', {}, ...body.pools.map((pool, i) => poolNode(pool, children[i].body.children ?? [])))));
}

// ---- naggers

const ENDED = ['done', 'stopped', 'failed', 'rejected'];

function naggerRow(nagger) {
  const stop = element('button', {className: 'small', textContent: 'stop'});
  stop.addEventListener('click', () => fetch('naggers/' + nagger.id, {method: 'DELETE'}).then(look));
  return element('tr', {},
      ...[nagger.id, nagger.task, nagger.every, nagger.mode].map((value, i) =>
          element('td', {className: i === 1 ? 'task' : '', title: i === 1 ? nagger.to : '', textContent: value})),
      element('td', {}, state(nagger.state)),
      element('td', {textContent: `${nagger.nagged} of ${nagger.times ?? '∞'}`}),
      element('td', {textContent: nagger.sent + (nagger.lost ? ` (${nagger.lost} lost)` : '')}),
      element('td', {}, ENDED.includes(nagger.state) ? null : stop));
}

async function showNaggers() {
  const {body} = await ask('naggers');
  const newestFirst = body.reverse();
  byId('naggerCount').textContent = newestFirst.filter(nagger => nagger.state === 'running').length + ' nagging, '
      + newestFirst.filter(nagger => nagger.state === 'queued').length + ' queued';
  // the buttons of running naggers stay in place while the user aims at them
  newestFirst.sort((a, b) => ENDED.includes(a.state) - ENDED.includes(b.state));
  byId('naggers').replaceChildren(...newestFirst.slice(0, 12).map(naggerRow));
}

byId('form').addEventListener('submit', async event => {
  event.preventDefault();
  const body = Object.fromEntries(new FormData(event.target));
  if (body.times === '') {
    delete body.times;
  } else {
    body.times = Number(body.times);
  }
  const said = byId('answer');
  said.className = '';
  said.textContent = body.mode === 'sync' ? 'waiting until it has begun …' : '…';
  const answer = await fetch('naggers', {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
  const content = await answer.json();
  said.className = answer.ok ? '' : 'bad';
  said.textContent = answer.ok
      ? `${answer.status}: nagger ${content.id} is ${content.state}` : `${answer.status}: ${content.detail}`;
  look();
});

// ---- inbox

function mail(received) {
  return element('li', {title: received.text},
      element('span', {className: 'fine', textContent: new Date(received.sent).toLocaleTimeString()}),
      element('b', {textContent: received.subject}),
      element('span', {className: 'fine', textContent: received.to}));
}

async function showInbox() {
  const {ok, body} = await ask('inbox');
  byId('hangUp').hidden = !ok;
  byId('inboxCount').textContent = ok ? count(body.total, 'mail') : '';
  const note = ok ? 'Nothing has arrived yet.' : body.detail;
  byId('inbox').replaceChildren(...(ok && body.total
      ? body.mails.map(mail) : [element('li', {className: 'note', textContent: note})]));
}

byId('hangUp').addEventListener('click', () => fetch('inbox/connections', {method: 'DELETE'}).then(look));

// ---- once a second, while the page is visible

let next;
let looking = false;

async function look() {
  clearTimeout(next);
  if (looking || document.hidden) {
    return;
  }
  looking = true;
  const live = byId('live');
  try {
    await Promise.all([showTree(), showNaggers(), showInbox()]);
    live.className = 'on';
    live.textContent = 'live';
  } catch (failure) {
    live.className = 'off';
    live.textContent = 'the application does not answer';
  } finally {
    looking = false;
  }
  next = setTimeout(look, 1000);
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    clearTimeout(next);
    byId('live').className = '';
    byId('live').textContent = 'paused';
  } else {
    look();
  }
});
look();
