/** F-17 to F-24: who rings for a call to a ring group, in which order, and what comes when nobody answers. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RingGroup } from '@seatgrid/core/routing/ring-group.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { until } from './until.ts';

const numbers = {
  service: '+864008000001',
  afterSales: '+864008000002',
  inOrder: '+864008000003',
  shares: '+864008000004',
  all: '+864008000005',
  memory: '+864008000006',
  mostIdle: '+864008000007',
} as const;
const shareMs = 3_000;
let side: TelephoneSide;
let tenant: FixtureTenant;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 5 });
    const group = (number: string, places: readonly number[], given: Partial<Omit<RingGroup, 'agentIds'>>) =>
      numberWith(tenant, number, {
        kind: 'ring-group',
        ringGroupId: fixture.ringGroup(tenant, places, given).id,
      });
    const sorry = { kind: 'hang-up' as const, say: [{ kind: 'text' as const, text: { en: 'Nobody is here' } }] };
    group(numbers.service, [0, 1], { strategy: 'all' });
    group(numbers.afterSales, [2, 3], { strategy: 'all' });
    group(numbers.inOrder, [0, 1, 2], { ringEachMs: shareMs, onNoAnswer: sorry });
    group(numbers.shares, [0, 1, 2, 3], { strategy: 'equal-shares', ringTimeoutMs: 4 * shareMs, onNoAnswer: sorry });
    group(numbers.all, [0, 1, 2, 4], { strategy: 'all' });
    group(numbers.memory, [0, 1, 2], { strategy: 'memory' });
    group(numbers.mostIdle, [0, 1, 2], { strategy: 'most-idle' });
  });
}); // prettier-ignore

afterEach(() => side.settle());
afterAll(() => side?.close());

const rungFor = (callId: string) =>
  side.node.eventsOf('reservation.made').filter(({ facts }) => facts.callId === callId);
const placesOf = async (callId: string) => {
  await side.node.written();
  return rungFor(callId).map(({ facts }) => tenant.agents.findIndex(({ id }) => id === facts.agentId));
};
const ready = async (places: readonly number[]) => {
  const desks = [];
  for (const place of places) desks.push(await side.ready(tenant, place));
  return desks;
};
const lastCall = () => side.node.eventsOf('call.started').at(-1)!.facts.callId;

test('F-17: a call to the service group rings only its own positions, one to the after-sales group only those', async () => {
  const desks = await ready([0, 1, 2, 3]);
  await side.ring(numbers.service);
  const { callId } = await desks[1]!.answer();
  await side.ring(numbers.afterSales);
  const other = await desks[2]!.answer();
  expect((await placesOf(callId)).sort()).toEqual([0, 1]);
  expect((await placesOf(other.callId)).sort()).toEqual([2, 3]);
});

test('F-19, F-24: positions ring one after another by list order; not answered, the call takes the group’s next step', async () => {
  await ready([2, 0, 1]);
  const call = await side.ring(numbers.inOrder);
  await side.untilSaid(call, 'Nobody is here', 'en', 30_000);
  expect(await placesOf(lastCall())).toEqual([0, 1, 2]);
  // Nobody was answered while it rang: a caller pays for the words alone.
  const over = side.node.eventsOf('reservation.ended').filter(({ facts }) => facts.callId === lastCall());
  expect(over.map(({ facts }) => facts.outcome)).toEqual(['expired', 'expired', 'expired']);
  const answered = side.node.eventsOf('call.answered').find(({ facts }) => facts.callId === lastCall())!;
  expect(answered.atMs).toBeGreaterThanOrEqual(over.at(-1)!.atMs);
});

test('F-19: each new call starts at the head of the list, and one who declines is followed by the next', async () => {
  const [first, second] = await ready([0, 1]);
  for (let round = 0; round < 2; round++) {
    await side.ring(numbers.inOrder);
    const { callId } = await first!.untilInteraction('ringing');
    await first!.done({ kind: 'decline', callId });
    await second!.answer();
    expect(await placesOf(callId)).toEqual([0, 1]);
    await second!.done({ kind: 'end', callId });
    await first!.done({ kind: 'ready' });
    await second!.untilPresence('ready');
  }
});

test('F-21: four positions ring one after another for a quarter of the time each', async () => {
  await ready([0, 1, 2, 3]);
  const call = await side.ring(numbers.shares);
  await side.untilSaid(call, 'Nobody is here', 'en', 30_000);
  expect(await placesOf(lastCall())).toEqual([0, 1, 2, 3]);
  const over = side.node.eventsOf('reservation.ended').filter(({ facts }) => facts.callId === lastCall());
  // A busy machine wakes late, and the last position bears what the others were late by. Timer and wall clock round apart.
  for (const { facts } of over.slice(0, 3)) expect(facts.rangMs).toBeGreaterThanOrEqual(shareMs - 2);
  expect(over.map(({ facts }) => facts.outcome)).toEqual(['expired', 'expired', 'expired', 'expired']);
});

test('F-22: all idle positions ring at once, a desk phone among them; the first to answer has the call, busy ones never ring', async () => {
  const phone = await RegisteredPhone.open(side.node, {
    extension: tenant.agents[4]!.extension,
    domain: 'demo.seatgrid',
  });
  try {
    expect(await phone.register()).toBe(200);
    const [busy, first, second] = await ready([0, 1, 2]);
    await side.ring(numbers.all, '13800138001');
    await busy!.answer();
    const caller = await side.ring(numbers.all, '13800138002');
    for (const desk of [first, second]) await desk!.untilInteraction('ringing');
    await until('the phone to ring', () => phone.rung.length === 2);
    const { callId } = await second!.answer();
    await caller.until(['talking'], 5_000);
    await first!.untilPresence('ready');
    expect((await placesOf(callId)).sort()).toEqual([1, 2, 4]);
    const over = await until('all to be over', () => {
      const ended = side.node.eventsOf('reservation.ended').filter(({ facts }) => facts.callId === callId);
      return ended.length === 3 && ended;
    });
    const accepted = over.find(({ facts }) => facts.outcome === 'accepted')!;
    for (const { atMs } of over) expect(Math.abs(atMs - accepted.atMs)).toBeLessThanOrEqual(1_000);
  } finally {
    phone.hangUp();
    await phone.close();
  }
});

test('F-20: who answered this caller before rings first; busy, the list’s order applies', async () => {
  const caller = '13800138777';
  const desks = await ready([0, 1, 2]);
  await side.ring(numbers.memory, caller);
  const before = await desks[0]!.untilInteraction('ringing');
  await desks[0]!.done({ kind: 'decline', callId: before.callId });
  await desks[1]!.answer();
  await desks[1]!.done({ kind: 'end', callId: before.callId });
  await desks[0]!.done({ kind: 'ready' });
  await desks[1]!.untilPresence('ready');

  await side.ring(numbers.memory, '13800138778');
  const stranger = await desks[0]!.answer();
  expect(await placesOf(stranger.callId)).toEqual([0]);
  await side.ring(numbers.memory, caller);
  const again = await desks[1]!.answer();
  expect(await placesOf(again.callId)).toEqual([1]);
  await side.ring(numbers.memory, caller);
  const third = await desks[2]!.answer();
  expect(await placesOf(third.callId)).toEqual([2]);
});

test('F-18: the position with the smallest phone time rings', async () => {
  const desks = await ready([0, 1, 2]);
  const talked = (place: number) => {
    const { answeringMs, outgoingMs } = desks[place]!.state!.figures;
    return answeringMs + outgoingMs;
  };
  await side.ring(numbers.mostIdle);
  const least = [0, 1, 2].reduce((best, place) => (talked(place) < talked(best) ? place : best));
  const { callId } = await desks[least]!.untilInteraction('ringing');
  expect(await placesOf(callId)).toEqual([least]);
});

test('F-20, F-07: who answered a caller is remembered over a restart, though the journal of that day is gone', async () => {
  const caller = '13800138779';
  const [desk] = await ready([1]);
  await side.ring(numbers.memory, caller);
  const { callId } = await desk!.answer();
  await desk!.done({ kind: 'end', callId });
  await side.settle();
  await side.node.terminate();
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(join(side.node.folder, `journal.sqlite${suffix}`), { force: true });
  await side.node.boot();
  const desks = await ready([0, 1]);
  await side.ring(numbers.memory, caller);
  expect(await placesOf((await desks[1]!.answer()).callId)).toEqual([1]);
});
