/** F-01, F-02, F-03, F-25, E-04, E-06: callers wait, agents ring, in the right order. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

const ringTimeoutMs = 3_000;
let node: NodeProcess;
let tenant: FixtureTenant;
let phone: TestPhone;
let desks: TestDesk[] = [];
let placed: PhoneCall[] = [];

beforeAll(async () => {
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: ['127.0.0.2'] });
  tenant = fixture.tenant({ slug: 'demo', number: '+8640080010001', agents: 3 });
  const queue = fixture.queue(tenant, {
    ringTimeoutMs,
    waitingMax: 2,
    waitMaxMs: 4_000,
    onFull: { kind: 'hang-up', say: [{ kind: 'text', text: { en: 'The queue is full' } }] },
    onTimeout: { kind: 'hang-up', say: [] },
  });
  fixture.route(tenant, { kind: 'queue', queueId: queue.id });
  node = await NodeProcess.start(fixture);
  phone = await TestPhone.open({ address: '127.0.0.2' });
});

afterEach(async () => {
  for (const call of placed) call.hangUp();
  await until(
    'every call to be over',
    () => node.eventsOf('call.started').length === node.eventsOf('call.ended').length,
  );
  for (const desk of desks) {
    await until('the agent to be free', () => !['reserved', 'talking'].includes(desk.state!.presence.state));
    await desk.command({ kind: 'sign-out' });
    desk.close();
  }
  desks = [];
  placed = [];
});

afterAll(async () => {
  await phone?.close();
  await node?.close();
});

async function ring(from: string): Promise<PhoneCall> {
  const before = node.eventsOf('queue.entered').length;
  const call = await phone.ring({ host: nodeAddress, port: node.sipPort, number: '40080010001', from });
  placed.push(call);
  await until('the caller to be queued', () => node.eventsOf('queue.entered').length > before);
  return call;
}

async function ready(agentIndex: number): Promise<TestDesk> {
  const desk = await TestDesk.ready(node, tenant, agentIndex);
  desks.push(desk);
  return desk;
}

test('callers are served in the order they came', async () => {
  await ring('101');
  await ring('102');
  const desk = await ready(0);
  expect((await desk.answer()).number).toBe('101');
  await desk.done({ kind: 'end', callId: desk.state!.interaction!.callId });
  await desk.untilInteraction('ringing');
  expect((await desk.answer()).number).toBe('102');
});

test('the agent who has been idle longest is rung first', async () => {
  const second = await ready(1);
  const first = await ready(0);
  await ring('103');
  await second.untilInteraction('ringing');
  expect(first.state!.presence.state).toBe('ready');
});

test('an agent who lets it ring is paused and told, and the next one has the call', async () => {
  const first = await ready(0);
  const second = await ready(1);
  await ring('104');
  await first.untilInteraction('ringing');
  await second.untilInteraction('ringing', ringTimeoutMs + 2_000);
  expect(first.state!.presence).toMatchObject({ state: 'paused', pauseCause: 'ring-no-answer' });
  const expired = await node.event('reservation.ended', (facts) => facts.outcome === 'expired');
  expect(expired.facts.rangMs).toBeGreaterThanOrEqual(ringTimeoutMs - 50);
  expect(expired.facts.rangMs).toBeLessThan(ringTimeoutMs + 500);
  expect((await second.answer()).number).toBe('104');
});

test('a caller who rang in vain stands before those who came later', async () => {
  const first = await ready(0);
  await ring('105');
  await first.untilInteraction('ringing');
  await ring('106');
  await first.done({ kind: 'decline', callId: first.state!.interaction!.callId });
  await first.untilPresence('paused');
  const second = await ready(1);
  expect((await second.answer()).number).toBe('105');
});

test('a caller who gives up is counted as abandoned, and the agent who rang is free again', async () => {
  const desk = await ready(0);
  const call = await ring('107');
  const { callId } = await desk.untilInteraction('ringing');
  call.hangUp();
  await desk.untilPresence('ready');
  expect(desk.state!.interaction).toBeNull();
  const left = await node.event('queue.left', (facts) => facts.callId === callId);
  expect(left.facts.cause).toBe('abandoned');
  const ended = await node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'caller', code: 'abandoned' });
  await node.event('reservation.ended', (facts) => facts.callId === callId && facts.outcome === 'withdrawn');
});

test('a queue that holds two sends the third to its own next step', async () => {
  await ring('108');
  await ring('109');
  const third = await ring('110');
  await third.until(['ended'], 5_000);
  const full = await node.event('queue.left', (facts) => facts.cause === 'full');
  const ended = await node.event('call.ended', (facts) => facts.callId === full.facts.callId);
  expect(ended.facts.reason).toEqual({ party: 'platform', code: 'flow-ended' });
});

test('a caller who waited as long as the queue allows takes its timeout step', async () => {
  const call = await ring('111');
  await call.until(['ended'], 6_000);
  const left = await node.event('queue.left', (facts) => facts.cause === 'timeout');
  expect(left.facts.waitedMs).toBeGreaterThanOrEqual(3_990);
});

test('the desk counts who waits, and for how long', async () => {
  const desk = await TestDesk.open(node, tenant, 2);
  desks.push(desk);
  await ring('112');
  const queue = await until('one waiting for nobody', () =>
    desk.state!.queues.find((one) => one.waiting === 1 && one.hint === 'nobody'),
  );
  expect(queue).toMatchObject({ name: 'Service', isMine: true });
  expect(desk.state!.atMs - queue.longestSinceMs!).toBeLessThan(3_000);
});
