// The visitor's page: one button, and a line that says how the call goes. Draws what the line and the node say.
import { VisitorLine } from './visitor-line.js';
import { chooseLanguage, fill, wordsIn } from './visitor-words.js';

/** @import { VisitorState } from '@seatgrid/contracts/web-call/web-call-messages.ts' */

const { token = '', name = '', locale = 'en' } = document.body.dataset;
const language = chooseLanguage(navigator.languages, locale);
const words = wordsIn(language);
document.documentElement.lang = language;

const main = /** @type {HTMLElement} */ (document.querySelector('main'));
const status = document.createElement('p');
status.setAttribute('role', 'status');
const clock = document.createElement('time');
const callButton = button(fill(words.call, { name }), 'call', () => void line.call(token, language));
// The token was used up: a new page brings a new one.
const againButton = button(words.again, 'call', () => location.reload());
const endButton = button(words.end, 'end', () => line.end());
const muteButton = button(words.mute, 'plain', () => mute(muteButton.ariaPressed !== 'true'));
const keypadButton = button(words.keypad, 'plain', () => openKeypad(keypadButton.ariaExpanded !== 'true'));
const acts = document.createElement('div');
acts.className = 'acts';
const keypad = document.createElement('div');
keypad.className = 'keypad';
keypad.append(
  ...[...'123456789*0#'].map((key) => {
    const one = button(key, 'key', () => line.press(key));
    one.setAttribute('aria-label', fill(words.key, { key }));
    return one;
  }),
);
main.append(status, clock, acts, keypad);

let talkingSinceMs = 0;
const line = new VisitorLine({
  onStep: (step) => show(words[step], []),
  onState: (state) => drawState(state),
  onRefused: (why) => show(words.refused[why], [againButton]),
});

show(words.ready, [callButton]);
setInterval(tick, 500);

/** @param {VisitorState} state */
function drawState(state) {
  // The node's clock is not this one: what lasts is counted from when it was heard of.
  talkingSinceMs = state.phase === 'talking' ? talkingSinceMs || Date.now() : 0;
  if (state.phase === 'ended') return show(words.endedBy[state.endedBy ?? 'centre'], [againButton]);
  const place = state.position === null ? '' : ` ${fill(words.position, { position: state.position })}`;
  show(words[state.phase] + place, [endButton, muteButton, keypadButton]);
}

/**
 * @param {string} text
 * @param {readonly HTMLButtonElement[]} buttons
 */
function show(text, buttons) {
  // A status that says the same again is read out again.
  if (status.textContent !== text) status.textContent = text;
  const isSame =
    buttons.length === acts.children.length && buttons.every((one, at) => one === acts.children[at]);
  if (!isSame) {
    const hadFocus = acts.contains(document.activeElement);
    acts.replaceChildren(...buttons);
    if (hadFocus) buttons[0]?.focus();
  }
  if (!buttons.includes(keypadButton)) openKeypad(false);
  if (!buttons.includes(endButton)) talkingSinceMs = 0;
  tick();
}

function tick() {
  const seconds = Math.floor((Date.now() - talkingSinceMs) / 1_000);
  clock.textContent = talkingSinceMs
    ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    : '';
}

/** @param {boolean} isMuted */
function mute(isMuted) {
  line.mute(isMuted);
  muteButton.ariaPressed = String(isMuted);
  muteButton.textContent = isMuted ? words.unmute : words.mute;
}

/** @param {boolean} isOpen */
function openKeypad(isOpen) {
  keypad.hidden = !isOpen;
  keypadButton.ariaExpanded = String(isOpen);
}

/**
 * @param {string} text
 * @param {string} look
 * @param {() => void} act
 */
function button(text, look, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = look;
  made.textContent = text;
  made.addEventListener('click', act);
  return made;
}
