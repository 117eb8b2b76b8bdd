/** A-02, E-01: desk phones register, are rung, and call; two tenants with equal extensions never meet. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loudness } from '@seatgrid/testkit/tone-finder.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, otherAgentHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

let node: NodeProcess;
let red: FixtureTenant;
let blue: FixtureTenant;
let trunkPhone: TestPhone;
const open: { close(): unknown }[] = [];
const placed: PhoneCall[] = [];

beforeAll(async () => {
  trunkPhone = await TestPhone.open({
    address: '127.0.0.2',
    onRung(invite, rtp) {
      const dialog = invite.accept(rtp.sdp(), { onReinvite: () => rtp.sdp(), onEnded: () => undefined });
      rtp.connect(invite.sdp);
      rtp.speak(toneOf(outsideHz));
      open.push({ close: () => dialog.bye() });
    },
  });
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: ['127.0.0.2'], target: { host: '127.0.0.2', port: trunkPhone.sipPort } });
  red = fixture.tenant({ slug: 'red', number: '+8640080010001', agents: 3 });
  blue = fixture.tenant({ slug: 'blue', number: '+8640080020002', agents: 3 });
  for (const tenant of [red, blue])
    fixture.route(tenant, {
      kind: 'queue',
      queueId: fixture.queue(tenant, { name: tenant.config.tenant.slug }).id,
    });
  node = await NodeProcess.start(fixture);
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
  await trunkPhone?.close();
  await node?.close();
});

async function deskPhone(tenant: FixtureTenant, index: number, address: string): Promise<RegisteredPhone> {
  const phone = await RegisteredPhone.open(node, {
    extension: tenant.agents[index]!.extension,
    domain: `${tenant.config.tenant.slug}.seatgrid`,
    address,
  });
  expect(await phone.register()).toBe(200);
  open.push({
    close: async () => {
      phone.hangUp();
      await phone.register(0);
      await phone.close();
    },
  });
  return phone;
}

async function phoneAgent(tenant: FixtureTenant, index: number): Promise<TestDesk> {
  const desk = await TestDesk.open(node, tenant, index);
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
  await desk.done({ kind: 'sign-in', device: 'phone' });
  await desk.done({ kind: 'ready' });
  return desk;
}

async function ringIn(number: string): Promise<PhoneCall> {
  const call = await trunkPhone.ring({ host: nodeAddress, port: node.sipPort, number, from: '13800138000' });
  call.rtp.speak(toneOf(callerHz));
  placed.push(call);
  return call;
}

test('a wrong password is not believed', async () => {
  const phone = await RegisteredPhone.open(node, {
    extension: '1001',
    domain: 'red.seatgrid',
    password: 'guessed',
  });
  expect(await phone.register()).toBe(401);
  await phone.close();
});

test('an agent without a registered phone cannot sign in with it', async () => {
  const desk = await TestDesk.open(node, red, 0);
  expect(desk.state!.isPhoneRegistered).toBe(false);
  expect(await desk.command({ kind: 'sign-in', device: 'phone' })).toMatchObject({
    code: 'phone-not-registered',
  });
  desk.close();
});

test('a queue call rings the desk phone; lifting the handset answers; its hold key gives the caller music', async () => {
  const handset = await deskPhone(red, 0, '127.0.0.3');
  handset.rtp.speak(toneOf(agentHz));
  const desk = await phoneAgent(red, 0);
  expect(desk.state!.isPhoneRegistered).toBe(true);
  const call = await ringIn('+8640080010001');
  const { callId } = await desk.untilInteraction('ringing');
  const invite = await handset.liftHandset();
  expect(invite.from.user).toBe('13800138000');
  await desk.untilInteraction('talking');
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(500))).toEqual([agentHz]);
  expect(whoIsHeard(await handset.rtp.listen(500))).toEqual([callerHz]);
  await handset.hold(true);
  await call.rtp.listen(300);
  const held = await call.rtp.listen(500);
  expect(whoIsHeard(held)).toEqual([]);
  expect(loudness(held)).toBeGreaterThan(0.005);
  await handset.hold(false);
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(500))).toEqual([agentHz]);
  handset.hangUp();
  const ended = await node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'agent', code: 'hung-up' });
  await call.until(['ended'], 4_000);
});

test('C-06: equal extensions of two tenants: each tenant’s caller reaches its own', async () => {
  const redPhone = await deskPhone(red, 0, '127.0.0.3');
  const bluePhone = await deskPhone(blue, 0, '127.0.0.5');
  await phoneAgent(red, 0);
  await phoneAgent(blue, 0);
  await ringIn('+8640080020002');
  await bluePhone.liftHandset();
  expect(redPhone.rung).toEqual([]);
  await ringIn('+8640080010001');
  await redPhone.liftHandset();
});

test('a phone calls a colleague’s extension, and the two talk', async () => {
  const first = await deskPhone(red, 0, '127.0.0.3');
  const second = await deskPhone(red, 1, '127.0.0.5');
  first.rtp.speak(toneOf(agentHz));
  second.rtp.speak(toneOf(otherAgentHz));
  first.dial('1002');
  const invite = await second.liftHandset();
  expect(invite.from.user).toBe('1001');
  await first.untilTalking();
  expect(first.progressStatuses).toContain(180);
  await first.rtp.listen(300);
  expect(whoIsHeard(await first.rtp.listen(500))).toEqual([otherAgentHz]);
  expect(whoIsHeard(await second.rtp.listen(500))).toEqual([agentHz]);
  first.hangUp();
  await until('the colleague’s line to be closed', () => second.ended);
  const started = await node.event('call.started', (facts) => facts.direction === 'internal');
  expect(started.facts).toMatchObject({ fromNumber: '1001', toNumber: '1002' });
});

test('a phone calls the outside, and the outside sees the tenant’s number', async () => {
  const first = await deskPhone(red, 0, '127.0.0.3');
  first.rtp.speak(toneOf(agentHz));
  first.dial('13911112222');
  await first.untilTalking();
  await first.rtp.listen(300);
  expect(whoIsHeard(await first.rtp.listen(500))).toEqual([outsideHz]);
  first.hangUp();
  const dialled = await node.event('leg.dialled', (facts) => facts.number === '13911112222');
  expect(dialled.facts.callerNumber).toBe('+8640080010001');
});

test('a phone that calls another tenant’s number is a caller there like any other', async () => {
  const first = await deskPhone(red, 0, '127.0.0.3');
  first.rtp.speak(toneOf(callerHz));
  const desk = await TestDesk.ready(node, blue, 1);
  first.dial('40080020002');
  const interaction = await desk.answer();
  expect(interaction).toMatchObject({
    direction: 'inbound',
    number: '+8640080010001',
    calledNumber: '+8640080020002',
  });
  await desk.listen(300);
  expect(whoIsHeard(await desk.listen(500))).toEqual([callerHz]);
  first.hangUp();
  const ended = await node.event('call.ended', (facts) => facts.callId === interaction.callId);
  expect(ended.tenantId).toBe(blue.config.tenant.id);
  expect(ended.facts.reason).toEqual({ party: 'caller', code: 'hung-up' });
  await desk.untilPresence('ready');
  await desk.done({ kind: 'sign-out' });
  desk.close();
});

test('an agent with a desk phone places a call: the own phone rings first, then the other side', async () => {
  const handset = await deskPhone(red, 0, '127.0.0.3');
  const desk = await phoneAgent(red, 0);
  const reply = await desk.done({ kind: 'dial', number: '13911112222', offer: null });
  await handset.liftHandset();
  await desk.untilInteraction('talking');
  await handset.rtp.listen(300);
  expect(whoIsHeard(await handset.rtp.listen(500))).toEqual([outsideHz]);
  await desk.done({ kind: 'end', callId: reply.callId! });
  await until('the handset to be released', () => handset.ended);
});

test('a phone that knows only the node’s address registers by slug and extension', async () => {
  const phone = await RegisteredPhone.open(node, {
    extension: '1003',
    domain: 'red.seatgrid',
    user: 'red-1003',
    host: nodeAddress,
    address: '127.0.0.6',
  });
  expect(await phone.register()).toBe(200);
  const desk = await TestDesk.open(node, red, 2);
  await until('the registration to be seen', () => desk.state!.isPhoneRegistered);
  desk.close();
  await phone.close();
});
