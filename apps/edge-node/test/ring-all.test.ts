/** F-22: every idle agent rings at once; the first to answer has the caller, the rest stop, and who is busy is left in peace. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const number = '+864008000001';
const stopMaxMs = 1_000;
let side: TelephoneSide;
let tenant: FixtureTenant;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 4 });
    const queue = fixture.queue(tenant, { ringing: 'all', ringTimeoutMs: 4_000 });
    numberWith(tenant, number, { kind: 'queue', queueId: queue.id });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

const made = (callId: string) =>
  side.node.eventsOf('reservation.made').filter(({ facts }) => facts.callId === callId);
const ended = (callId: string) =>
  side.node.eventsOf('reservation.ended').filter(({ facts }) => facts.callId === callId);

test('F-22: all idle positions ring together; on the first answer the rest stop; busy ones never ring', async () => {
  const busy = await side.ready(tenant, 3);
  await side.ring(number, '13800138001');
  await busy.answer();
  const [first, second, third] = [
    await side.ready(tenant, 0),
    await side.ready(tenant, 1),
    await side.ready(tenant, 2),
  ];
  const caller = await side.ring(number, '13800138002');
  for (const desk of [first, second, third]) await desk.untilInteraction('ringing');
  const { callId } = await second.answer();
  second.sound!.speak(toneOf(agentHz));
  await first.untilPresence('ready');
  await third.untilPresence('ready');
  expect(first.state!.interaction).toBeNull();
  await caller.rtp.listen(300);
  expect(whoIsHeard(await caller.rtp.listen(400))).toEqual([agentHz]);
  expect(whoIsHeard(await second.listen(400))).toEqual([callerHz]);
  const begun = made(callId);
  const idle = [0, 1, 2].map((index) => tenant.agents[index]!.id);
  expect(new Set(begun.map(({ facts }) => facts.agentId))).toEqual(new Set(idle));
  const over = await until('all three to be over', () => ended(callId).length === 3 && ended(callId));
  const answered = over.find(({ facts }) => facts.outcome === 'accepted')!;
  expect(answered.facts.agentId).toBe(tenant.agents[1]!.id);
  const stopped = over
    .filter(({ facts }) => facts.outcome === 'withdrawn')
    .map(({ atMs }) => atMs - answered.atMs);
  expect(stopped).toHaveLength(2);
  console.log(`the rest stopped after ${stopped.join(' and ')} ms`);
  for (const ms of stopped) expect(ms).toBeLessThanOrEqual(stopMaxMs);
});

test('who becomes idle while it rings is rung too; who declines is left out, and the others ring on', async () => {
  const first = await side.ready(tenant, 0);
  const caller = await side.ring(number);
  const { callId } = await first.untilInteraction('ringing');
  const second = await side.ready(tenant, 1);
  await second.untilInteraction('ringing');
  await first.done({ kind: 'decline', callId });
  await first.untilPresence('paused');
  await second.answer();
  const over = await until('both to be over', () => ended(callId).length === 2 && ended(callId));
  expect(over.map(({ facts }) => facts.outcome)).toEqual(['declined', 'accepted']);
  caller.hangUp();
});

test('nobody answers: each is set not ready, and the caller waits for whoever comes', async () => {
  const first = await side.ready(tenant, 0);
  const second = await side.ready(tenant, 1);
  await side.ring(number);
  const { callId } = await first.untilInteraction('ringing');
  await first.untilPresence('paused', 15_000);
  await second.untilPresence('paused', 15_000);
  const third = await side.ready(tenant, 2);
  expect((await third.answer()).callId).toBe(callId);
});
