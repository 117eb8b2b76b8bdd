import { expect, test } from 'vitest';
import type { CallId } from '../kernel/ids.ts';
import type { PauseReasonId, PresenceState } from './presence.ts';
import { PresenceMachine, type PresenceInput } from './presence-machine.ts';
import { TodayFiguresCounter } from './today-figures.ts';

const callId = 'call' as CallId;
const lunch = 'lunch' as PauseReasonId;
const inputs: Record<string, PresenceInput> = {
  in: { kind: 'sign-in', device: 'browser' },
  out: { kind: 'sign-out' },
  ready: { kind: 'ready' },
  pause: { kind: 'not-ready', reasonId: lunch },
  reserve: { kind: 'reserve', callId },
  release: { kind: 'release' },
  rona: { kind: 'ring-no-answer' },
  talk: { kind: 'talk', callId },
  ended: { kind: 'call-ended', wrapUpMs: 0 },
  wrapAfter: { kind: 'call-ended', wrapUpMs: 5_000 },
  wrap: { kind: 'wrap-up' },
  wrapEnded: { kind: 'wrap-ended' },
  lost: { kind: 'desk-lost' },
};
/** How to get into each state. */
const into: Record<PresenceState, string> = {
  offline: '',
  paused: 'in',
  ready: 'in ready',
  reserved: 'in ready reserve',
  talking: 'in ready reserve talk',
  wrapping: 'in ready reserve talk wrapAfter',
};

function walk(words: string): { machine: PresenceMachine; last: string } {
  const machine = new PresenceMachine(0);
  let last = '';
  words
    .split(' ')
    .filter(Boolean)
    .forEach((word, index) => {
      const outcome = machine.handle(inputs[word]!, (index + 1) * 1_000);
      last = outcome.ok ? machine.state : outcome.code;
    });
  return { machine, last };
}

/** State × input → state, or refused (-). Every cell stands here, the impossible ones included. */
const table: Record<PresenceState, Record<string, string>> = {
  offline: {
    in: 'paused',
    out: '-',
    ready: '-',
    pause: '-',
    reserve: '-',
    release: '-',
    rona: '-',
    talk: '-',
    ended: '-',
    wrapAfter: '-',
    wrap: '-',
    wrapEnded: '-',
    lost: 'offline',
  },
  paused: {
    in: 'paused',
    out: 'offline',
    ready: 'ready',
    pause: 'paused',
    reserve: '-',
    release: '-',
    rona: '-',
    talk: 'talking',
    ended: '-',
    wrapAfter: '-',
    wrap: 'wrapping',
    wrapEnded: '-',
    lost: 'paused',
  },
  ready: {
    in: 'ready',
    out: 'offline',
    ready: 'ready',
    pause: 'paused',
    reserve: 'reserved',
    release: '-',
    rona: '-',
    talk: 'talking',
    ended: '-',
    wrapAfter: '-',
    wrap: 'wrapping',
    wrapEnded: '-',
    lost: 'paused',
  },
  reserved: {
    in: '-',
    out: '-',
    ready: 'reserved',
    pause: 'reserved',
    reserve: '-',
    release: 'ready',
    rona: 'paused',
    talk: 'talking',
    ended: '-',
    wrapAfter: '-',
    wrap: '-',
    wrapEnded: '-',
    lost: 'paused',
  },
  talking: {
    in: '-',
    out: '-',
    ready: 'talking',
    pause: 'talking',
    reserve: '-',
    release: '-',
    rona: '-',
    talk: '-',
    ended: 'ready',
    wrapAfter: 'wrapping',
    wrap: '-',
    wrapEnded: '-',
    lost: 'talking',
  },
  wrapping: {
    in: 'wrapping',
    out: 'offline',
    ready: 'ready',
    pause: 'paused',
    reserve: '-',
    release: '-',
    rona: '-',
    talk: 'talking',
    ended: '-',
    wrapAfter: '-',
    wrap: '-',
    wrapEnded: 'ready',
    lost: 'paused',
  },
};

test.each(
  Object.entries(table).flatMap(([state, row]) =>
    Object.entries(row).map(([input, then]) => [state as PresenceState, input, then] as const),
  ),
)('%s, told %s: %s', (state, input, then) => {
  const { machine, last } = walk(`${into[state]} ${input}`);
  expect(last).toBe(then === '-' ? 'wrong-state' : then);
  if (then === '-') expect(machine.state).toBe(state);
});

test.each([
  ['in ready reserve talk pause ended', 'paused', 'chosen'],
  ['in ready reserve talk pause wrapAfter wrapEnded', 'paused', 'chosen'],
  ['in ready reserve talk pause ready ended', 'ready', undefined],
  ['in ready reserve rona', 'paused', 'ring-no-answer'],
  ['in pause talk ended', 'paused', 'chosen'],
  ['in ready reserve talk lost wrapAfter', 'paused', 'desk-lost'],
])('%s ends %s (%s)', (words, state, cause) => {
  const { machine } = walk(words);
  expect([machine.state, machine.pause?.kind]).toEqual([state, cause]);
});

test('figures of today count each state and start anew at midnight (E-13)', () => {
  const machine = new PresenceMachine(0);
  const figures = new TodayFiguresCounter(0, (id) => (id === lunch ? 'break' : 'not-ready'));
  const tell = (word: string, atMs: number, direction: 'inbound' | 'outbound' | 'internal' = 'inbound') => {
    const outcome = machine.handle(inputs[word]!, atMs);
    if (outcome.ok && outcome.change) figures.onPresence(outcome.change, direction, atMs);
  };
  tell('in', 0);
  tell('ready', 10);
  tell('reserve', 20);
  tell('talk', 25);
  tell('wrapAfter', 125);
  tell('wrapEnded', 175);
  tell('pause', 200);
  tell('ready', 260);
  tell('talk', 300, 'outbound');
  tell('ended', 340);
  tell('reserve', 350);
  tell('rona', 400);
  expect(figures.read(1_400)).toEqual({
    callsAnswered: 1,
    answeringMs: 100,
    notReadyCount: 1,
    notReadyMs: 1_010,
    breakCount: 1,
    breakMs: 60,
    outgoingCount: 1,
    outgoingMs: 40,
    wrapMs: 50,
  });
  figures.startDay(2_000);
  expect(figures.read(2_500)).toMatchObject({ callsAnswered: 0, notReadyMs: 500, answeringMs: 0 });
});
