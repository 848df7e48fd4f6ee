// The confirmation of an action: a modal dialog that names the object, sends the request, and tells the outcome.
//
// The dialog has a root of its own in the body, so that no new drawing of the page closes it. The browser gives the
// focus back to the button that opened it.

import {h, render, Component, Fragment, createRef} from './preact.js';
import {send} from './api.js';
import {say} from './parts.js';

/** The longest name that has to be typed in full. */
const TYPED = 64;

/** The time for which a good outcome is shown. A bad one stays until the next outcome. */
const SHOWN_MILLIS = 12000;

/** The actions that have been sent and have no answer yet, so that none is sent twice. */
const underway = new Set();

/** A text without control characters, with single blanks, and not too long. */
function plain(text) {
  return String(text).normalize('NFC').replace(/\p{C}/gu, '').replace(/\s+/gu, ' ').trim().slice(0, TYPED).trim();
}

/** A name as an operator can type it. In place of one that has nothing to type there is a word. */
export function typeable(name) {
  return plain(name) || 'yes';
}

/** The name of an object in a sentence. Its direction of writing is its own. */
function Name({children}) {
  return h('bdi', {class: 'name'}, children);
}

/**
 * The form of one action.
 *
 * An action is `{title, name, effect, path, body, danger, fields, facts, check, confirm, told, timeoutMillis}`:
 * `path`, `body`, `danger`, `check` and `confirm` may be functions of the values of the fields; `told` is one of the
 * answer.
 */
class ConfirmForm extends Component {
  constructor(props) {
    super(props);
    this.form = createRef();
    this.state = {
      values: Object.fromEntries((props.action.fields ?? []).map((field) => [field.key, String(field.value ?? '')])),
      typed: '',
      problem: '',
      busy: false,
    };
  }

  componentDidMount() {
    const first = this.form.current.querySelector('input, textarea') ?? this.form.current.querySelector('.cancel');
    first.focus();
  }

  of(what) {
    const value = this.props.action[what];
    return typeof value === 'function' ? value(this.state.values) : value;
  }

  /** Null if the action may be sent, or else the reason why not. */
  obstacle() {
    const {action} = this.props;
    const missing = (action.fields ?? []).find((field) => field.required && this.state.values[field.key].trim() === '');
    if (missing) return 'Fill in: ' + missing.label;
    const wrong = this.of('check');
    if (wrong) return wrong;
    const name = typeable(action.name);
    if (this.of('danger') && plain(this.state.typed) !== name) return `Type ${name} to confirm.`;
    return null;
  }

  async submit(event) {
    event.preventDefault();
    if (this.state.busy) return; // a second click
    const obstacle = this.obstacle();
    if (obstacle) {
      this.setState({problem: obstacle});
      return;
    }
    const {action, close, outcome} = this.props;
    const body = this.of('body');
    const path = this.of('path');
    const key = path + ' ' + JSON.stringify(body);
    if (underway.has(key)) {
      this.setState({problem: 'This has been sent already, and has no answer yet.'});
      return;
    }
    underway.add(key);
    this.setState({busy: true, problem: ''});
    try {
      const answer = await send(path, body, {timeoutMillis: action.timeoutMillis ?? 15000});
      close();
      outcome(told(action, this.state.values, answer), answer.changed !== false, answer);
    } catch (error) {
      const problem = (error.message || 'The request has failed.') + doubt(error.status);
      if (this.gone) {
        outcome(`${action.title}: ${problem}`, false, null);
      } else {
        this.setState({busy: false, problem});
      }
    } finally {
      underway.delete(key);
    }
  }

  componentWillUnmount() {
    this.gone = true;
  }

  /** A key that is held down, or the second click of a double click, must not confirm what the first one opened. */
  tooFast(event) {
    if (event.type === 'keydown' ? event.key === 'Enter' && event.repeat : event.detail > 1) event.preventDefault();
  }

  field(field) {
    const {values, busy} = this.state;
    const id = 'confirm-' + field.key;
    const attributes = {
      id,
      name: field.key,
      value: values[field.key],
      readOnly: busy,
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: false,
      'aria-describedby': field.hint ? id + '-hint' : undefined,
      onInput: (event) => this.setState({values: {...values, [field.key]: event.target.value}, problem: ''}),
    };
    return h('div', {class: 'field', key: field.key},
      h('label', {for: id}, field.label),
      field.type === 'textarea'
        ? h('textarea', {...attributes, rows: 6})
        : h('input', {...attributes, type: 'text', inputMode: field.type === 'number' ? 'numeric' : undefined}),
      field.hint && h('p', {class: 'hint', id: id + '-hint'}, field.hint));
  }

  render({action, close}, {typed, problem, busy}) {
    const danger = this.of('danger');
    return h('form', {
      ref: this.form, onSubmit: (event) => this.submit(event), onKeyDown: (event) => this.tooFast(event),
      'aria-busy': busy ? 'true' : undefined,
    },
    h('h2', {id: 'confirm-title'}, action.title),
    h('p', {id: 'confirm-effect'}, action.effect),
    (action.facts ?? []).length > 0 && h('dl', {class: 'pairs'},
      action.facts.map(([term, fact]) => h(Fragment, {key: term}, h('dt', null, term),
        h('dd', null, h(Name, null, fact))))),
    (action.fields ?? []).map((field) => this.field(field)),
    danger && h('div', {class: 'field', key: 'typed'},
      h('label', {for: 'confirm-typed'}, 'Type ', h(Name, null, typeable(action.name)), ' to confirm'),
      h('input', {
        id: 'confirm-typed', type: 'text', value: typed, readOnly: busy, autocomplete: 'off', autocapitalize: 'off',
        spellcheck: false, onInput: (event) => this.setState({typed: event.target.value, problem: ''}),
      })),
    h('p', {class: 'refusal', role: 'alert'}, problem),
    h('p', {class: 'hint', role: 'status'}, busy ? 'Sent. The answer has not come yet; it is shown here or, if you '
      + 'close this, at the end of the page.' : ''),
    h('div', {class: 'buttons'},
      h('button', {type: 'button', class: 'cancel', onClick: close}, busy ? 'Close' : 'Cancel'),
      h('button', {
        type: 'submit', class: danger ? 'danger' : 'primary', onClick: (event) => this.tooFast(event),
        'aria-disabled': busy || this.obstacle() ? 'true' : undefined,
      }, this.of('confirm') ?? action.title)));
  }
}

/** What an answer of the endpoint says. */
function told(action, values, answer) {
  if (typeof action.told === 'function') return action.told(answer, values);
  const title = typeof action.confirm === 'function' ? action.confirm(values) : action.title;
  if (answer.failure) return `${title}: it could not be started, ${answer.failure}.`;
  return answer.changed === false ? `${title}: there was nothing to change.` : `${title}: done.`;
}

/** A request without an answer may have been carried out. */
function doubt(status) {
  return status === 0 || status === 502 || status === 504
    ? ' Whether it was done is not known: look before you try again.' : '';
}

/** The second press of a double click falls beside the fields, and must not take the focus away from them. */
function stray(event) {
  if (event.detail > 1 && !event.target.closest('input, textarea, button')) event.preventDefault();
}

/** The dialog: first the choice, if there is more than one action, then the form of the chosen one. */
class ActionDialog extends Component {
  constructor(props) {
    super(props);
    this.dialog = createRef();
    this.state = {action: props.actions.length === 1 && !props.title ? props.actions[0] : null};
  }

  componentDidMount() {
    this.dialog.current.showModal();
    this.dialog.current.querySelector('input, textarea, .cancel')?.focus();
  }

  render({actions, title, outcome, closed}, {action}) {
    const close = () => this.dialog.current?.close();
    return h('dialog', {ref: this.dialog, class: 'confirm', 'aria-labelledby': 'confirm-title',
      'aria-describedby': action ? 'confirm-effect' : undefined, onClose: closed, onMouseDown: stray},
    action
      ? h(ConfirmForm, {key: action.title, action, close, outcome})
      : h('div', null,
        h('h2', {id: 'confirm-title'}, title),
        h('ul', {class: 'choices'}, actions.map((each) => h('li', {key: each.title},
          h('button', {type: 'button', class: each.danger ? 'danger' : '',
            onClick: () => this.setState({action: each})},
            each.title),
          h('span', {class: 'hint'}, each.effect)))),
        h('div', {class: 'buttons'}, h('button', {type: 'button', class: 'cancel', onClick: close}, 'Cancel'))));
  }
}

/**
 * Opens the dialog for an action, or for the choice of one of several actions if there is a title.
 *
 * @param actions the action, or a list of actions
 * @param title the title of the choice
 * @param refresh called after the endpoint has answered, so that the page asks for the new state
 * @return a promise of the answer; null if the operator has cancelled
 */
export function confirmAction(actions, {title, refresh} = {}) {
  const opener = document.activeElement;
  const root = document.createElement('div');
  document.body.append(root);
  return new Promise((resolve) => {
    let result = null;
    const outcome = (text, good, answer) => {
      result = answer;
      showOutcome(text, good);
      refresh?.();
      resolve(answer);
    };
    const closed = () => {
      const busy = root.querySelector('form[aria-busy]') !== null;
      render(null, root);
      root.remove();
      if (document.activeElement === document.body || document.activeElement === null) {
        const back = opener?.isConnected ? opener : document.getElementById('main');
        back?.focus({preventScroll: true});
      }
      if (!busy && result === null) resolve(null);
    };
    render(h(ActionDialog, {actions: [actions].flat(), title, outcome, closed}), root);
  });
}

let hiding = 0;

/** Shows the outcome of an action at the end of the page, and has it read out. */
export function showOutcome(text, good) {
  clearTimeout(hiding);
  let box = document.getElementById('outcome');
  if (!box) {
    box = document.createElement('div');
    box.id = 'outcome';
    document.body.append(box);
  }
  const hide = () => render(null, box);
  const dismiss = () => {
    hide();
    document.getElementById('main')?.focus({preventScroll: true});
  };
  render(h('section', {'aria-label': 'Outcome'}, h('p', {class: good ? 'good' : 'bad'},
    h('span', null, good ? '✓ ' : '✕ ', text),
    h('button', {type: 'button', onClick: dismiss, 'aria-label': 'Dismiss the outcome'}, '×'))), box);
  say(text);
  if (good) hiding = setTimeout(hide, SHOWN_MILLIS);
}
