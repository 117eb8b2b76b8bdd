import { expect, test } from 'vitest';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { LinkMachine, type LinkInput, type LinkState } from './link-machine.ts';
import { connectMaxMs, reconnectMaxMs } from './limits.ts';

/** Each row: when, what comes, what is done about it, and what the link is then. */
type Row = [atMs: number, input: LinkInput, effects: string[], state: LinkState];
const wake: LinkInput = { kind: 'wake' };
const start: LinkInput = { kind: 'start' };
const opened: LinkInput = { kind: 'opened' };
const heard: LinkInput = { kind: 'heard' };
const stop: LinkInput = { kind: 'stop' };
const welcome: LinkInput = { kind: 'welcome', acknowledged: 7 };
const closed: LinkInput = { kind: 'closed', why: 'reset' };
const refused: LinkInput = { kind: 'refused', why: 'revoked' };

const stories: Record<string, Row[]> = {
  'greets, comes up, and beats while it hears the centre': [
    [0, start, ['connect'], 'connecting'],
    [10, opened, ['send-hello'], 'greeting'],
    [20, heard, [], 'greeting'],
    [20, welcome, ['up'], 'up'],
    [1_809, wake, [], 'up'],
    [1_810, wake, ['send-beat'], 'up'],
    [4_000, heard, [], 'up'],
    [4_010, wake, ['send-beat'], 'up'],
    [9_399, wake, ['send-beat'], 'up'],
    [9_400, wake, ['disconnect', 'down'], 'resting'],
  ],
  'an answer that never comes is given up': [
    [0, start, ['connect'], 'connecting'],
    [connectMaxMs, wake, ['disconnect', 'down'], 'resting'],
    [connectMaxMs + 500, wake, ['connect'], 'connecting'],
  ],
  'a centre that opens and never welcomes is given up after three beats': [
    [0, start, ['connect'], 'connecting'],
    [0, opened, ['send-hello'], 'greeting'],
    [1_800, wake, [], 'greeting'],
    [5_400, wake, ['disconnect', 'down'], 'resting'],
  ],
  'a refusal is not asked for again soon': [
    [0, start, ['connect'], 'connecting'],
    [0, opened, ['send-hello'], 'greeting'],
    [0, refused, ['disconnect', 'down'], 'resting'],
    [0, closed, [], 'resting'],
    [reconnectMaxMs / 2 - 1, wake, [], 'resting'],
    [reconnectMaxMs, wake, ['connect'], 'connecting'],
  ],
  'what comes out of turn changes nothing': [
    [0, opened, [], 'stopped'],
    [0, welcome, [], 'stopped'],
    [0, closed, [], 'stopped'],
    [0, refused, [], 'stopped'],
    [0, wake, [], 'stopped'],
    [0, stop, [], 'stopped'],
    [0, start, ['connect'], 'connecting'],
    [0, start, [], 'connecting'],
    [0, welcome, [], 'connecting'],
    [0, opened, ['send-hello'], 'greeting'],
    [0, opened, [], 'greeting'],
    [0, welcome, ['up'], 'up'],
    [0, welcome, [], 'up'],
    [0, closed, ['down'], 'resting'],
    [0, opened, [], 'resting'],
    [0, stop, [], 'stopped'],
    [9_999, wake, [], 'stopped'],
  ],
  'stopping an open link closes it': [
    [0, start, ['connect'], 'connecting'],
    [0, opened, ['send-hello'], 'greeting'],
    [0, welcome, ['up'], 'up'],
    [0, stop, ['disconnect'], 'stopped'],
  ],
};

test.each(Object.entries(stories))('%s', (_, rows) => {
  const machine = new LinkMachine(createSeededRandom(1));
  for (const [atMs, input, effects, state] of rows) {
    const done = machine.handle(input, atMs).map(({ kind }) => kind);
    expect({ atMs, input, effects: done, state: machine.state }).toEqual({ atMs, input, effects, state });
  }
});

test('the rest between tries doubles up to its limit, jittered, and is short again after a success', () => {
  const machine = new LinkMachine(createSeededRandom(2));
  const restOf = (nowMs: number) => {
    const [down] = machine.handle(closed, nowMs);
    return down?.kind === 'down' ? down.retryMs : NaN;
  };
  let nowMs = 0;
  machine.handle(start, nowMs);
  const rests: number[] = [];
  for (let tries = 0; tries < 8; tries++) {
    rests.push(restOf(nowMs));
    nowMs += rests.at(-1)!;
    expect(machine.wakeAtMs).toBe(nowMs);
    expect(machine.handle(wake, nowMs)).toEqual([{ kind: 'connect' }]);
  }
  const whole = [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000];
  rests.forEach((rest, index) => {
    expect(rest).toBeGreaterThanOrEqual(whole[index]! / 2);
    expect(rest).toBeLessThanOrEqual(whole[index]!);
  });
  expect(new Set(rests.slice(5)).size).toBeGreaterThan(1);
  machine.handle(opened, nowMs);
  machine.handle(welcome, nowMs);
  expect(restOf(nowMs)).toBeLessThanOrEqual(500);
});

test('of a hundred flaps in an hour each is over within five seconds of the line being there again, and nodes do not come back together', () => {
  const backMs: number[] = [];
  const firstRests = new Set<number>();
  for (let seed = 1; seed <= 20; seed++) {
    const random = createSeededRandom(seed);
    const machine = new LinkMachine(random);
    let nowMs = 0;
    const dial = (isThere: boolean) => {
      if (!isThere) return machine.handle(closed, nowMs);
      machine.handle(opened, nowMs);
      return machine.handle(welcome, nowMs);
    };
    machine.handle(start, nowMs);
    dial(true);
    for (let flap = 0; flap < 100; flap++) {
      nowMs += 36_000;
      machine.handle(heard, nowMs);
      const thereAgainMs = nowMs + Math.floor((random.bytes(1)[0]! / 256) * 3_000);
      machine.handle(closed, nowMs);
      if (flap === 0) firstRests.add(machine.wakeAtMs! - nowMs);
      while (machine.state !== 'up') {
        nowMs = machine.wakeAtMs!;
        expect(machine.handle(wake, nowMs)).toEqual([{ kind: 'connect' }]);
        dial(nowMs >= thereAgainMs);
      }
      backMs.push(nowMs - thereAgainMs);
    }
  }
  expect(Math.max(...backMs)).toBeLessThan(5_000);
  expect(firstRests.size).toBeGreaterThan(10);
});
