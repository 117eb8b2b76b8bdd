import { expect, test } from 'vitest';
import type { AgentId } from '../kernel/ids.ts';
import { AnsweredBefore, callersRememberedMax } from './answered-before.ts';
import { nextRinging, type RingGroup, type RingMoment, type RingStrategy } from './ring-group.ts';

const [a, b, c, d] = ['801', '802', '803', '804'] as AgentId[] as [AgentId, AgentId, AgentId, AgentId];
const group = (strategy: RingStrategy, given: Partial<RingGroup> = {}): RingGroup => ({
  id: 'g' as never,
  name: 'Service',
  agentIds: [a, b, c],
  strategy,
  ringTimeoutMs: 20_000,
  ringEachMs: 8_000,
  onNoAnswer: { kind: 'hang-up', say: [] },
  ...given,
});

/** A generator every run of which is the same (numerical recipes' constants). */
function seeded(seed: number) {
  let state = seed;
  return {
    bytes: (length: number) =>
      Uint8Array.from({ length }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24),
  };
}

const moment = (given: Partial<RingMoment> = {}): RingMoment => ({
  rung: new Set(),
  remainingMs: 20_000,
  isFree: () => true,
  phoneTimeMs: () => 0,
  answeredBefore: [],
  random: seeded(1),
  ...given,
});

/** Who rings in turn when nobody answers, and for how long. */
function inTurn(one: RingGroup, given: Partial<RingMoment> = {}): [readonly AgentId[], number][] {
  const rung = new Set<AgentId>();
  const turns: [readonly AgentId[], number][] = [];
  for (let remainingMs = one.ringTimeoutMs; ;) {
    const ringing = nextRinging(one, moment({ ...given, rung, remainingMs }));
    if (!ringing) return turns;
    turns.push([ringing.agentIds, ringing.lastsMs]);
    for (const id of ringing.agentIds) rung.add(id);
    remainingMs -= ringing.lastsMs;
  }
}

test('F-19: positions ring one after another by list order, and no longer than the group', () => {
  expect(inTurn(group('in-order'))).toEqual([
    [[a], 8_000],
    [[b], 8_000],
    [[c], 4_000],
  ]);
  expect(inTurn(group('in-order', { ringTimeoutMs: 16_000 })).map(([ids]) => ids)).toEqual([[a], [b]]);
});

test('F-18: with phone times of 50, 20 and 35 minutes the second position rings, then the third', () => {
  const minutes = new Map([
    [a, 50],
    [b, 20],
    [c, 35],
  ]);
  const phoneTimeMs = (id: AgentId) => minutes.get(id)! * 60_000;
  expect(inTurn(group('most-idle'), { phoneTimeMs }).map(([ids]) => ids)).toEqual([[b], [c], [a]]);
});

test('F-20: who answered this caller before rings first; busy, the list’s order applies', () => {
  const answeredBefore = ['stranger' as AgentId, b, c];
  expect(inTurn(group('memory'), { answeredBefore }).map(([ids]) => ids)).toEqual([[b], [c], [a]]);
  const isFree = (id: AgentId) => id !== b;
  expect(nextRinging(group('memory'), moment({ answeredBefore: [b], isFree }))?.agentIds).toEqual([a]);
});

test('F-21: four positions and 20 s: each rings exactly 5 s in list order', () => {
  expect(inTurn(group('equal-shares', { agentIds: [a, b, c, d] }))).toEqual(
    [a, b, c, d].map((id) => [[id], 5_000]),
  );
});

test('F-22: all who are idle ring at once for the whole time, and nobody else after', () => {
  expect(inTurn(group('all'), { isFree: (id) => id !== b })).toEqual([[[a, c], 20_000]]);
});

test('F-23: over 300 calls three positions share within 10 points', () => {
  const random = seeded(7);
  const counts = new Map<AgentId, number>();
  for (let call = 0; call < 300; call++) {
    const [id] = nextRinging(group('random'), moment({ random }))!.agentIds;
    counts.set(id!, (counts.get(id!) ?? 0) + 1);
  }
  const shares = [a, b, c].map((id) => (counts.get(id) ?? 0) / 300);
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThan(0.1);
});

test('busy ones never ring, whatever the strategy; with nobody free nobody rings', () => {
  for (const strategy of ['in-order', 'most-idle', 'memory', 'equal-shares', 'all', 'random'] as const) {
    expect(nextRinging(group(strategy), moment({ isFree: () => false }))).toBeUndefined();
    expect(
      nextRinging(group(strategy), moment({ isFree: (id) => id === c, answeredBefore: [a] }))?.agentIds,
    ).toEqual([c]);
  }
});

test('the last who answered stands first, each once; the callers heard longest ago are forgotten', () => {
  const memory = new AnsweredBefore();
  for (const id of [a, b, a]) memory.note('138', id);
  expect(memory.of('138')).toEqual([a, b]);
  memory.note('', a);
  expect(memory.of('')).toEqual([]);
  for (let caller = 0; caller < callersRememberedMax; caller++) memory.note(String(caller + 1_000), c);
  expect(memory.of('138')).toEqual([]);
});
