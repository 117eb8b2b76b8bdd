import type { DeskInteraction, DeskState } from '@seatgrid/contracts/desk/desk-messages.ts';
import { describe, expect, test } from 'vitest';
import { deskState, interaction, pauseReasons } from '../../../test/demo-world.ts';
import { callActs, canDial, possibleActs, possiblePresence } from './call-acts.ts';
import { dialledNumber } from './dialled-number.ts';
import { liveFigures } from './live-figures.ts';
import { matchingColleagues } from './matching-colleagues.ts';
import { matchingDispositions } from './matching-dispositions.ts';
import { statusLine } from './status-line.ts';

const atMs = 1_795_000_000_000;
const onCall = (
  over: Partial<Record<keyof DeskInteraction, unknown>>,
  desk: Partial<Record<keyof DeskState, unknown>> = {},
) => deskState(atMs, { interaction: interaction(atMs, over), ...desk });
const presence = (state: string, over = {}) => ({
  state,
  sinceMs: atMs - 1000,
  device: 'browser',
  pauseReasonId: null,
  pauseCause: null,
  ...over,
});

describe('the call bar', () => {
  test.each([
    ['ringing', 'answer end'],
    ['dialling', 'mute keypad end'],
    ['talking', 'hold mute consult transfer keypad end'],
    ['held', 'hold consult transfer end'],
    ['consulting', 'conference mute back transfer keypad'],
    ['conference', 'hold mute consult keypad end'],
    ['ended', ''],
  ])('%s: %s', (state, acts) => {
    const possible = possibleActs(onCall({ state }));
    expect(callActs.filter((act) => possible.has(act)).join(' ')).toBe(acts);
  });

  test('is dead in a tab that does not carry the phone', () => {
    expect(possibleActs(onCall({ state: 'talking' }, { isPhoneOwner: false })).size).toBe(0);
  });

  test('brings nobody together while the one consulted still rings', () => {
    const consult = { state: 'ringing', name: 'Wang Jun', number: '1002', sinceMs: atMs };
    expect(possibleActs(onCall({ state: 'consulting', consult })).has('conference')).toBe(false);
  });

  test('keeps agent and customer together while a flow guides them', () => {
    const acts = possibleActs(onCall({ state: 'talking', guidedBy: 'Main menu' }));
    expect([...acts]).toEqual(['hold', 'mute', 'keypad', 'end']);
  });

  test('leaves who only gives advice to speak, or to go', () => {
    expect([...possibleActs(onCall({ state: 'talking', consultedBy: 'Wang Jun' }))]).toEqual([
      'mute',
      'keypad',
      'end',
    ]);
  });

  test('does not answer for a desk phone: its handset does', () => {
    const desk = onCall({ state: 'ringing' }, { presence: presence('reserved', { device: 'phone' }) });
    expect([...possibleActs(desk)]).toEqual(['end']);
  });
});

test.each([
  ['offline', ''],
  ['ready', 'not-ready wrap-up sign-out'],
  ['reserved', 'ready not-ready'],
  ['talking', 'ready not-ready'],
  ['wrapping', 'ready not-ready sign-out'],
  ['paused', 'ready not-ready wrap-up sign-out'],
])('from %s the agent may go: %s', (state, acts) => {
  expect([...possiblePresence(deskState(atMs, { presence: presence(state) }))].join(' ')).toBe(acts);
});

test('calls can be placed when signed in, free, and the desk phone is there', () => {
  const may = (state: string, over = {}, desk = {}) =>
    canDial(deskState(atMs, { presence: presence(state, over), ...desk }));
  expect(['offline', 'reserved', 'talking'].map((state) => may(state))).toEqual([false, false, false]);
  expect(['ready', 'paused', 'wrapping'].map((state) => may(state))).toEqual([true, true, true]);
  expect(may('ready', { device: 'phone' })).toBe(false);
  expect(may('ready', { device: 'phone' }, { isPhoneRegistered: true })).toBe(true);
});

test.each([
  [{ state: 'ringing' }, 'desk.status.calling'],
  [{ state: 'ringing', direction: 'internal' }, 'desk.status.colleagueCalling'],
  [{ state: 'talking' }, 'desk.status.talking'],
  [{ state: 'held' }, 'desk.status.held'],
  [{ state: 'ended', endReason: { party: 'caller', code: 'hung-up' } }, 'desk.status.endedByThem'],
  [{ state: 'ended', endReason: { party: 'agent', code: 'hung-up' } }, 'desk.status.endedByMe'],
  [{ state: 'ended', endReason: { party: 'caller', code: 'abandoned' } }, 'desk.status.gaveUp'],
  [{ state: 'ended', endReason: null }, 'desk.status.ended'],
])('the status line of %j says %s', (over, word) => {
  expect(statusLine(interaction(atMs, over)).word).toBe(word);
});

describe('figures of today', () => {
  const grown = (desk: DeskState) => {
    const before = desk.figures;
    const after = liveFigures(desk, desk.atMs + 5_000);
    return Object.keys(before).filter(
      (key) => after[key as keyof typeof after] === before[key as keyof typeof before] + 5_000,
    );
  };

  test.each([
    [
      'talking to a customer',
      onCall({ state: 'talking' }, { presence: presence('talking') }),
      ['answeringMs'],
    ],
    [
      'an outgoing call',
      onCall({ direction: 'outbound' }, { presence: presence('talking') }),
      ['outgoingMs'],
    ],
    ['an internal call', onCall({ direction: 'internal' }, { presence: presence('talking') }), []],
    ['after-call work', deskState(atMs, { presence: presence('wrapping') }), ['wrapMs']],
    [
      'a break',
      deskState(atMs, { presence: presence('paused', { pauseReasonId: pauseReasons[2]?.id }) }),
      ['breakMs'],
    ],
    ['not ready', deskState(atMs, { presence: presence('paused') }), ['notReadyMs']],
    ['ready', deskState(atMs, { presence: presence('ready') }), []],
  ])('%s feeds %s', (_name, desk, keys) => {
    expect(grown(desk)).toEqual(keys);
  });

  test('never run backwards when the clocks disagree', () => {
    const desk = deskState(atMs, { presence: presence('wrapping') });
    expect(liveFigures(desk, atMs - 9_000)).toEqual(desk.figures);
  });
});

test.each([
  ['138 0013-8000', '13800138000'],
  ['+86 (21) 5555 0100', '+862155550100'],
  ['0044 20 7946 0000', '+442079460000'],
  ['1001', '1001'],
  ['*72#', '*72#'],
  ['1', undefined],
  ['call me', undefined],
  ['', undefined],
])('%j dials %s', (typed, number) => {
  expect(dialledNumber(typed)).toBe(number);
});

test('codes come by their beginning first, then by words of their name', () => {
  const all = [
    { id: 'a', code: '21', label: 'Question answered' },
    { id: 'b', code: '12', label: 'Order 21 changed' },
    { id: 'c', code: '31', label: 'Call back' },
  ] as unknown as Parameters<typeof matchingDispositions>[0];
  expect(matchingDispositions(all, '21').map((each) => each.id)).toEqual(['a', 'b']);
  expect(matchingDispositions(all, 'back call').map((each) => each.id)).toEqual(['c']);
  expect(matchingDispositions(all, ' ')).toHaveLength(3);
});

test('colleagues who can take a call stand first, those who are gone last', () => {
  const states = matchingColleagues(deskState(atMs).colleagues, '').map((each) => each.state);
  expect(states.indexOf('ready')).toBe(0);
  expect(states.lastIndexOf('offline')).toBe(states.length - 1);
  expect(matchingColleagues(deskState(atMs).colleagues, '1003').map((each) => each.name)).toEqual([
    'Zhao Min',
  ]);
});
