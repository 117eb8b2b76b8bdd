/** Callback instead of waiting, the place kept; F-15: a group's queue that calls a list when it is quiet. By real calls. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CallId, Id } from '@seatgrid/core/kernel/ids.ts';
import { plainCallback, type Duty } from '@seatgrid/core/routing/callback.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import type { TestDesk } from './test-desk.ts';
import { agentHz, outsideHz, toneOf } from './tones.ts';
import { until } from './until.ts';

const offered = '+864008000021';
const plain = '+864008000022';
const shown = '+864008000023';
let side: TelephoneSide;
let tenant: FixtureTenant;
let queue: Queue;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'returns', number: shown, agents: 2, locale: 'en' });
    queue = fixture.queue(tenant, {
      callback: { ...plainCallback, mayKeyNumber: true, attemptsMax: 2, pauseMs: 1_000, offerAfterMs: 5_000 },
    });
    const flow = fixture.flow(tenant, 'sort', {
      sort: {
        kind: 'menu',
        welcome: [],
        prompt: [{ kind: 'text', text: { en: 'Press 5 for orders' } }],
        invalid: [],
        choices: { '5': { label: 'Orders', next: 'offer' } },
        timeoutMs: 8_000,
        attempts: 1,
        otherwise: 'offer',
      },
      offer: { kind: 'callback-offer', queueId: queue.id, next: 'bye', onDeclined: 'wait', onNone: 'none' },
      wait: { kind: 'enqueue', queueId: queue.id },
      bye: { kind: 'hang-up', say: [] },
      none: { kind: 'hang-up', say: [{ kind: 'text', text: { en: 'We cannot call you back' } }] },
    });
    numberWith(tenant, offered, { kind: 'flow', flowId: flow.id });
    numberWith(tenant, plain, { kind: 'queue', queueId: queue.id });
    tenant.config.barredNumbers = ['13800000099'];
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

const asked = (number: string) =>
  side.node.event('callback.asked', (facts) => facts.number === number, 20_000);
const ended = (callbackId: Id<'callback'>) =>
  side.node.event('callback.ended', (facts) => facts.callbackId === callbackId, 20_000);

async function queued(from: string) {
  const before = side.node.eventsOf('queue.entered').length;
  const call = await side.ring(plain, from);
  await until('the caller to be queued', () => side.node.eventsOf('queue.entered').length > before);
  return call;
}

/** The flow has come to its offer: a key is heard from here on, whatever is being said. */
async function offeredTo(from: string): Promise<void> {
  const { facts } = await side.node.event('call.started', (one) => one.fromNumber === from);
  await side.node.event('flow.step', (one) => one.stepKey === 'sort' && one.callId === facts.callId, 20_000);
}

/** The agent takes what rings, and has no sound yet: who is called may be busy before it is there. */
async function takes(desk: TestDesk, after?: CallId) {
  // What the desk was told last may be a call that is over.
  await until('another call', () => desk.state?.interaction?.callId !== after, 20_000);
  const { callId } = await desk.untilInteraction('ringing', 20_000);
  const sound = await desk.openSound();
  const reply = await desk.done({ kind: 'answer', callId, offer: sound.offerSdp });
  return { callId, answer: reply.answer! };
}

/** The key means nothing before it was offered. */
async function leavesByKey(call: PhoneCall) {
  for (const atMs of [6_000, 10_000, 15_000]) {
    await until('the offer', () => call.rtp.heard().length > atMs * 8, 20_000);
    call.press('1');
    const found = await side.node.event('queue.left', (one) => one.cause === 'callback', 2_500).catch(() => undefined); // prettier-ignore
    if (found) return found;
  }
  throw new Error('the key was never taken');
}

/** Says yes to the offer of the flow. */
async function asks(from: string): Promise<Id<'callback'>> {
  const call = await side.ring(offered, from);
  await call.until(['talking'], 15_000);
  call.press('5');
  await offeredTo(from);
  call.press('1');
  const { facts } = await asked(from);
  await call.until(['ended'], 30_000);
  return facts.callbackId;
}

async function settings(changed: Partial<Queue>): Promise<void> {
  Object.assign(queue, changed);
  await side.reconfigure();
}

test('who asked before goes before: the agent is offered the callback with what the caller chose, the number is called and the two talk', async () => {
  const callbackId = await asks('13800000001');
  await queued('13800000002');
  const desk = await side.ready(tenant);
  const { callId } = await desk.untilInteraction('ringing');
  const interaction = desk.state!.interaction!;
  expect(interaction).toMatchObject({
    direction: 'outbound',
    number: '13800000001',
    callback: { origin: 'caller' },
    path: ['Orders'],
    queue: { id: queue.id },
  });
  await desk.connect(callId, (await takes(desk)).answer);
  const rung = await until('the number to be called', () => side.outsideLeg);
  expect(rung).toMatchObject({ number: '13800000001', from: shown });
  await desk.untilInteraction('talking');
  desk.sound!.speak(toneOf(agentHz));
  await until('the agent outside', async () => toneAmplitude(await rung.rtp.listen(300), agentHz) > 0.1);
  await until('the caller at the desk', async () => toneAmplitude(await desk.listen(300), outsideHz) > 0.1);
  expect((await ended(callbackId)).facts.end).toBe('reached');
  const tried = await side.node.event('callback.tried', (facts) => facts.callbackId === callbackId);
  expect(tried.facts).toMatchObject({ callId, attempt: 1, outcome: 'reached' });
  await desk.done({ kind: 'end', callId });
  expect((await desk.answer()).number).toBe('13800000002');
}, 60_000);

test('a waiting caller presses the key, gives another number and confirms it; a restart keeps the place; busy twice is the end of it', async () => {
  const call = await queued('13800000003');
  const left = await leavesByKey(call);
  call.press('2');
  await side.untilSaid(call, 'Please enter the number to be called back, then the hash key.', 'en', 40_000);
  call.press('13800000004#');
  await side.untilSaid(call, 'You entered 1 3 8 0 0 0 0 0 0 0 4.', 'en', 60_000);
  call.press('1');
  const { facts } = await asked('13800000004');
  await call.until(['ended'], 30_000);
  expect(left.facts.callId).toBe(facts.callId);
  const entered = await side.node.event('queue.entered', (one) => one.callId === facts.callId);
  expect(Math.abs(facts.sinceMs - entered.atMs)).toBeLessThan(1_000);

  await side.node.kill();
  await side.node.boot();
  side.busyOutside.add('13800000004');
  const desk = await side.ready(tenant);
  let last: CallId | undefined;
  for (const attempt of [1, 2]) {
    last = (await takes(desk, last)).callId;
    const tried = await side.node.event(
      'callback.tried',
      (one) => one.callbackId === facts.callbackId && one.attempt === attempt,
      20_000,
    );
    expect(tried.facts.outcome).toBe('busy');
  }
  expect((await ended(facts.callbackId)).facts.end).toBe('not-reached');
}, 180_000);

test('a number is owed one call however often it asks; a barred one none; who declines waits', async () => {
  const callbackId = await asks('13800000005');
  const again = await side.ring(offered, '13800000005');
  await again.until(['talking'], 15_000);
  again.press('51');
  await again.until(['ended'], 30_000);
  expect(side.node.eventsOf('callback.asked').filter(({ facts }) => facts.number === '13800000005')).toHaveLength(1); // prettier-ignore
  await settings({ callback: { ...queue.callback!, pendingMax: 1 } });
  const none = await side.ring(offered, '13800000006');
  await none.until(['talking'], 15_000);
  await side.untilSaid(none, 'We cannot call you back', 'en', 30_000);
  await settings({ callback: { ...queue.callback!, pendingMax: 20 } });
  const before = side.node.eventsOf('queue.entered').length;
  const waits = await side.ring(offered, '13800000007');
  await waits.until(['talking'], 15_000);
  waits.press('5');
  await side.untilSaid(waits, 'To be called at another number press 2.', 'en', 60_000);
  waits.press('0');
  await until('the caller to wait', () => side.node.eventsOf('queue.entered').length > before);
  const desk = await side.ready(tenant);
  await desk.answer();
  expect((await ended(callbackId)).facts.end).toBe('reached');
}, 120_000);

/** As they lie at the node once its tenant has put them on the list. */
function listed(numbers: readonly string[]): void {
  const folder = join(side.node.folder, 'callbacks');
  mkdirSync(folder, { recursive: true });
  const nowMs = Date.now();
  for (const [index, number] of numbers.entries()) {
    const id = newId<'callback'>();
    const callback = { id, tenantId: tenant.config.tenant.id, queueId: queue.id, number, origin: 'list', callId: null, language: 'en', path: [], collected: {}, sinceMs: nowMs + index, expiresAtMs: nowMs + 3_600_000, attempts: 0, nextAtMs: nowMs }; // prettier-ignore
    writeFileSync(join(folder, `${id}.json`), JSON.stringify(callback));
  }
}

test('F-15: one group takes inbound calls and, when two of it have been idle, numbers of the list', async () => {
  const mixed: Duty = { kind: 'mixed', idleAgentsMin: 2, idleMs: 1_500 };
  await settings({ duty: mixed });
  await side.node.kill();
  listed(['13900000001', '13900000002']);
  await side.node.boot();
  const first = await side.ready(tenant, 0);
  const caller = await queued('13800000010');
  expect((await first.answer()).number).toBe('13800000010');
  const second = await side.ready(tenant, 1);
  // One idle agent is too few: nobody is called while the other talks.
  const readyAtMs = Date.now();
  await until('the idle time to pass', () => Date.now() > readyAtMs + 3_000);
  expect(side.outsideLegs).toHaveLength(0);
  caller.hangUp();
  await first.untilPresence('ready', 20_000);
  const ringing = await until('somebody to be offered the list', () => [first, second].find((one) => one.state?.interaction?.state === 'ringing'), 20_000); // prettier-ignore
  expect(ringing.state!.interaction).toMatchObject({
    number: '13900000001',
    callback: { origin: 'list' },
    direction: 'outbound',
  });
  await ringing.answer();
  await until('the number to be called', () => side.outsideLegs.find(({ number }) => number === '13900000001')); // prettier-ignore
  // The other takes whoever calls meanwhile.
  const other = ringing === first ? second : first;
  await queued('13800000011');
  expect((await other.answer()).number).toBe('13800000011');
  expect(side.outsideLegs.map(({ number }) => number)).toEqual(['13900000001']);
}, 90_000);
