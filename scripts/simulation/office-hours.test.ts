import { expect, test } from 'vitest';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import { recentCallsMax } from '@seatgrid/core/routing/limits.ts';
import type { PromptId } from '@seatgrid/core/kernel/ids.ts';
import { demoFlow } from '../demo/demo-flows.ts';
import { demoTenants } from '../demo/demo-tenants.ts';
import { erlangMeanWaitMs } from './erlang-c.ts';
import { OfficeHours, queueId, type OfficeSettings } from './office-hours.ts';

const plain = {
  agents: 12,
  callsPerHour: 200,
  hours: 400,
  talkMs: 180_000,
  wrapUpMs: 0,
  patienceMs: Infinity,
  answerMs: 0,
  missedShare: 0,
  ringTimeoutMs: 15_000,
} as const satisfies Omit<OfficeSettings, 'random'>;

test('waits agree with Erlang’s formula where its assumptions hold', () => {
  const { meanWaitMs, abandoned, offered } = new OfficeHours({
    ...plain,
    random: createSeededRandom(1),
  }).run();
  expect(abandoned).toBe(0);
  expect(offered).toBeGreaterThan(70_000);
  const expected = erlangMeanWaitMs({ agents: 12, callsPerHour: 200, handleMs: 180_000 });
  expect(Math.abs(meanWaitMs - expected) / expected).toBeLessThan(0.15);
});

test('the distribution knows how its last calls were served, those answered in time among them', () => {
  const served = (agents: number) =>
    new OfficeHours({ ...plain, agents, hours: 8, patienceMs: 120_000, random: createSeededRandom(5) }).run();
  expect(served(40).lately).toMatchObject({ calls: recentCallsMax, inTime: recentCallsMax });
  const { lately, inTargetShare } = served(9);
  expect(lately.calls).toBe(recentCallsMax);
  expect(inTargetShare).toBeLessThan(0.7);
  expect(lately.inTime / lately.calls).toBeLessThan(0.8);
});

test('one seed is one day; another seed is another', () => {
  const settings = {
    ...plain,
    hours: 8,
    patienceMs: 90_000,
    missedShare: 0.05,
    answerMs: 3_000,
    wrapUpMs: 20_000,
  };
  const run = (seed: number) => new OfficeHours({ ...settings, random: createSeededRandom(seed) }).run();
  expect(run(7)).toEqual(run(7));
  expect(run(8)).not.toEqual(run(7));
});

test('callers walk the demo’s menu, and each is counted once', () => {
  const demo = demoTenants[1]!;
  const queues = new Map(demo.queues.map(({ name }) => [name, queueId]));
  const draft = demoFlow(demo, queues, 'chime' as PromptId);
  const flow = { ...draft, id: 'flow', version: 1 };
  const result = new OfficeHours({
    ...plain,
    hours: 20,
    patienceMs: 60_000,
    missedShare: 0.1,
    wrapUpMs: 30_000,
    flow: flow as unknown as CallFlow,
    keys: '0129',
    random: createSeededRandom(3),
  }).run();
  expect(result.answered + result.abandoned + result.leftMenu).toBe(result.offered);
  expect(result.missedRings).toBeGreaterThan(50);
  expect(result.abandoned).toBeGreaterThan(10);
});
