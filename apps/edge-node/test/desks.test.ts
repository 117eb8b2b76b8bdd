/** The desk socket: who is believed, several tabs, a reload in the middle of a call, a browser that never comes back. */
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loudness } from '@seatgrid/testkit/tone-finder.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { FixtureConfig, newId, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

let node: NodeProcess;
let tenant: FixtureTenant;
let phone: TestPhone;
const open: { close(): unknown }[] = [];
const placed: PhoneCall[] = [];

beforeAll(async () => {
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: ['127.0.0.2'] });
  tenant = fixture.tenant({ slug: 'demo', number: '+8640080010001', agents: 4 });
  tenant.config.agents[3]!.isAutoAnswer = true;
  fixture.route(tenant, { kind: 'queue', queueId: fixture.queue(tenant, { wrapUpMs: 2_500 }).id });
  node = await NodeProcess.start(fixture, { SEATGRID_DESK_ORIGINS: 'https://desk.example' });
  phone = await TestPhone.open({ address: '127.0.0.2' });
});

afterEach(async () => {
  for (const call of placed.splice(0)) call.hangUp();
  for (const one of open.splice(0).reverse()) await one.close();
  await until(
    'every call to be over',
    () => node.eventsOf('call.started').length === node.eventsOf('call.ended').length,
  );
});

afterAll(async () => {
  await phone?.close();
  await node?.close();
});

async function ring(): Promise<PhoneCall> {
  const call = await phone.ring({
    host: nodeAddress,
    port: node.sipPort,
    number: '+8640080010001',
    from: '13800138000',
  });
  call.rtp.speak(toneOf(callerHz));
  placed.push(call);
  await call.until(['talking'], 5_000);
  return call;
}

/** Ends signed out, so that no later caller rings here. */
function track(desk: TestDesk): TestDesk {
  open.push({
    close: async () => {
      await until(
        'the agent to be free',
        () => !['reserved', 'talking'].includes(desk.state!.presence.state),
      );
      await desk.command({ kind: 'sign-out' });
      desk.close();
    },
  });
  return desk;
}

test('a token of another key, an agent unknown here, and rubbish are not believed', async () => {
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const sign = (agentId: string, key: Parameters<SignJWT['sign']>[0]) =>
    new SignJWT({ tenantId: tenant.config.tenant.id, userId: newId<'user'>() })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
      .setSubject(agentId)
      .setAudience('seatgrid-desk')
      .setExpirationTime('1h')
      .sign(key);
  const tokens = [
    await sign(tenant.agents[0]!.id, stranger),
    await node.fixture.deskToken(tenant.config.tenant.id, newId<'agent'>()),
    'rubbish',
  ];
  for (const token of tokens) {
    const desk = await TestDesk.openWith(node.ready.desk, token);
    await until('the refusal', () => desk.closedWhy === 'bad-token');
    expect(desk.state).toBeNull();
    desk.close();
  }
});

test.each([
  ['https://elsewhere.example', 403],
  ['https://desk.example', 101],
])('a page from %s: %i', async (origin, status) => {
  const socket = new WebSocket(node.ready.desk, { origin });
  const seen = await new Promise<number>((resolve) => {
    socket.on('upgrade', (response) => resolve(response.statusCode!));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!));
    socket.on('error', () => undefined);
  });
  socket.terminate();
  expect(seen).toBe(status);
});

test('a command that makes no sense is refused by its place, and the desk goes on', async () => {
  const desk = track(await TestDesk.open(node, tenant, 0));
  expect(await desk.command({ kind: 'not-ready' } as never)).toMatchObject({ code: 'malformed' });
  expect(await desk.command({ kind: 'ready' })).toMatchObject({ code: 'not-signed-in' });
  await desk.done({ kind: 'sign-in', device: 'browser' });
  expect(await desk.command({ kind: 'not-ready', reasonId: newId<'pause-reason'>() })).toMatchObject({
    code: 'malformed',
  });
});

test('E-02: every state command shows at once and is journalled with its time', async () => {
  const desk = track(await TestDesk.open(node, tenant, 0));
  await desk.done({ kind: 'sign-in', device: 'browser' });
  expect((await desk.untilPresence('paused')).presence.pauseCause).toBe('signed-in');
  await desk.done({ kind: 'ready' });
  await desk.untilPresence('ready');
  const reasonId = tenant.config.pauseReasons[0]!.id;
  await desk.done({ kind: 'not-ready', reasonId });
  expect((await desk.untilPresence('paused')).presence).toMatchObject({
    pauseCause: 'chosen',
    pauseReasonId: reasonId,
  });
  await until('the break to be counted', () => desk.state!.figures.breakCount > 0);
  await desk.done({ kind: 'wrap-up' });
  await desk.untilPresence('wrapping');
  await desk.done({ kind: 'ready' });
  await desk.untilPresence('ready');
  await desk.done({ kind: 'sign-out' });
  await desk.untilPresence('offline');
  const agentId = tenant.agents[0]!.id;
  const steps = await until('the last step to be journalled', () => {
    const all = node.eventsOf('agent.presence').filter((event) => event.facts.agentId === agentId);
    const [before, last] = all.slice(-2).map((event) => event.facts.to);
    return before === 'ready' && last === 'offline' ? all : undefined;
  });
  expect(steps.slice(-6).map((event) => event.facts.to)).toEqual([
    'paused',
    'ready',
    'paused',
    'wrapping',
    'ready',
    'offline',
  ]);
});

test('two tabs: one carries the sound; the other takes over in the middle of a call', async () => {
  const first = track(await TestDesk.ready(node, tenant, 0));
  const second = await TestDesk.open(node, tenant, 0);
  open.push(second);
  expect(second.state!.isPhoneOwner).toBe(false);
  const call = await ring();
  const { callId } = await first.answer();
  await second.untilInteraction('talking');
  const sound = await second.openSound();
  const reply = await second.done({ kind: 'reconnect', callId, offer: sound.offerSdp });
  await second.connect(reply.callId!, reply.answer!);
  second.sound!.speak(toneOf(agentHz));
  await until('the sound to be here', () => second.state!.isPhoneOwner && !first.state!.isPhoneOwner);
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(500))).toEqual([agentHz]);
  expect(whoIsHeard(await second.listen(500))).toEqual([callerHz]);
});

test('a page reloaded in the middle of a call: the caller hears music meanwhile, then the agent again', async () => {
  const before = await TestDesk.ready(node, tenant, 1);
  const call = await ring();
  const { callId } = await before.answer();
  before.close();
  await until('music for the caller', async () => {
    const heard = await call.rtp.listen(300);
    return whoIsHeard(heard).length === 0 && loudness(heard) > 0.005;
  });
  const after = track(await TestDesk.open(node, tenant, 1));
  expect(after.state!).toMatchObject({
    presence: { state: 'talking' },
    interaction: { callId },
    isPhoneOwner: true,
  });
  const sound = await after.openSound();
  const reply = await after.done({ kind: 'reconnect', callId, offer: sound.offerSdp });
  await after.connect(reply.callId!, reply.answer!);
  after.sound!.speak(toneOf(agentHz));
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(500))).toEqual([agentHz]);
});

test('a browser that never comes back: the caller returns to the queue, the agent is paused', async () => {
  const lost = await TestDesk.ready(node, tenant, 2);
  await ring();
  const { callId } = await lost.answer();
  lost.close();
  const other = track(await TestDesk.ready(node, tenant, 0));
  const left = await node.event('agent.left-call', (facts) => facts.callId === callId, 40_000);
  expect(left.facts.by).toBe('platform');
  expect(await other.answer(5_000)).toMatchObject({ callId });
  const back = track(await TestDesk.open(node, tenant, 2));
  expect(back.state!.presence).toMatchObject({ state: 'paused', pauseCause: 'desk-lost' });
}, 70_000);

test('E-04: a desk set to auto-answer is told so with the ring', async () => {
  const desk = track(await TestDesk.ready(node, tenant, 3));
  await ring();
  expect(await desk.untilInteraction('ringing')).toMatchObject({ isAutoAnswer: true });
  await desk.answer();
});

test('after-call work ends by itself, unless the agent stays in it', async () => {
  const desk = track(await TestDesk.ready(node, tenant, 0));
  await ring();
  const first = await desk.answer();
  await desk.done({ kind: 'end', callId: first.callId });
  await desk.untilPresence('wrapping');
  await desk.untilPresence('ready', 8_000);
  const closed = await node.event('interaction.closed', (facts) => facts.callId === first.callId);
  expect(closed.facts).toMatchObject({ dispositionId: null });
  expect(closed.facts.wrapMs).toBeGreaterThanOrEqual(2_490);
  await ring();
  const second = await desk.answer();
  await desk.done({ kind: 'end', callId: second.callId });
  await desk.untilPresence('wrapping');
  await desk.done({ kind: 'wrap-up' });
  await until('no end of the wrap-up', () => desk.state!.interaction!.wrapEndsAtMs === null);
  const grantedUntilMs = performance.now() + 3_500;
  await until('longer than the time granted', () => performance.now() > grantedUntilMs);
  expect(desk.state!.presence.state).toBe('wrapping');
  await desk.done({ kind: 'finish-wrap-up', callId: second.callId, dispositionId: null, notes: 'Later.' });
  await desk.untilPresence('ready');
});
