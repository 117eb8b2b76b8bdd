/** A desk phone answers a call that rings a colleague's, by the dialog that rings there (RFC 3891 §3). */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ladderSchema } from '@seatgrid/contracts/nouns/ladder.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TestDesk } from './test-desk.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, callerHz, otherAgentHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const direct = '+864008000001';
const queued = '+864008000002';
let side: TelephoneSide;
let tenant: FixtureTenant;
let rung: RegisteredPhone;
let helpful: RegisteredPhone;
let stranger: RegisteredPhone;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 3 });
    numberWith(tenant, direct, { kind: 'agent', agentId: tenant.agents[0]!.id });
    numberWith(tenant, queued, { kind: 'queue', queueId: fixture.queue(tenant).id });
    fixture.tenant({ slug: 'other', number: '+864008000009', agents: 1 });
  });
  const open = async (extension: string, hz: number, slug = 'demo', address = '127.0.0.3') => {
    const phone = await RegisteredPhone.open(side.node, { extension, domain: `${slug}.seatgrid`, address });
    phone.rtp.speak(toneOf(hz));
    expect(await phone.register()).toBe(200);
    return phone;
  };
  rung = await open('1001', otherAgentHz);
  helpful = await open('1002', agentHz);
  stranger = await open('1001', agentHz, 'other', '127.0.0.13');
});
beforeEach(() => signIn(0));
afterEach(async () => {
  for (const phone of [rung, helpful, stranger]) phone.hangUp();
  await side.settle();
  for (const phone of [rung, helpful, stranger]) phone.rung.length = 0;
});
afterAll(async () => {
  for (const phone of [rung, helpful, stranger]) await phone?.close();
  await side?.close();
});

/** At work on the desk phone. */
async function signIn(agentIndex: number): Promise<TestDesk> {
  const desk = side.track(await TestDesk.open(side.node, tenant, agentIndex));
  await desk.done({ kind: 'sign-in', device: 'phone' });
  await desk.done({ kind: 'ready' });
  return desk;
}

/** The dialog of the INVITE that rings `rung`, as one who watches that phone would name it. */
async function ringingDialog({ sipCallId }: IncomingInvite): Promise<string> {
  const ringing = await until('it to ring', async () => {
    const callId = side.node.eventsOf('call.started').at(-1)?.facts.callId;
    const reply = await fetch(`${side.node.ready.localApi}/calls/${callId}/ladder`);
    if (!reply.ok) return undefined;
    const { messages } = ladderSchema.parse(await reply.json());
    return messages.find((one) => one.sipCallId === sipCallId && one.text.startsWith('SIP/2.0 180'));
  });
  const tagOf = (field: string) => new RegExp(`^${field}:.*;tag=([^;\\s]+)`, 'm').exec(ringing.text)![1]!;
  return `${sipCallId};to-tag=${tagOf('From')};from-tag=${tagOf('To')}`;
}

test('a caller who rings one phone is answered by another of the tenant: they hear each other, the first stops ringing and knows why', async () => {
  const call = await side.ring(direct);
  const invite = await rung.untilRung();
  let told: string | undefined;
  invite.onCancelled = (reason) => (told = reason?.text);
  const replaces = await ringingDialog(invite);
  helpful.dial('1001', { Replaces: `${replaces};early-only` });
  await helpful.untilTalking();
  await until('the first to stop', () => told !== undefined);
  expect(told).toBe('Call completed elsewhere');
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(400))).toEqual([agentHz]);
  expect(whoIsHeard(await helpful.rtp.listen(400))).toEqual([callerHz]);
  const reservation = await side.node.event('reservation.ended');
  expect(reservation.facts).toMatchObject({ agentId: tenant.agents[0]!.id, outcome: 'withdrawn' });
  helpful.hangUp();
  const ended = await side.node.event('call.ended');
  expect(ended.facts.reason).toMatchObject({ party: 'agent', code: 'hung-up' });
});

test('another tenant’s phone is refused and the call rings on', async () => {
  await side.ring(direct);
  stranger.dial('1001', { Replaces: await ringingDialog(await rung.untilRung()) });
  await until('the refusal', () => stranger.failedStatus === 403);
  await side.node.written();
  expect(side.node.eventsOf('reservation.ended').length).toBeLessThan(
    side.node.eventsOf('reservation.made').length,
  );
});

test('a dialog that does not ring here, or rings no more, is 481', async () => {
  helpful.dial('1001', { Replaces: 'nobody@here;to-tag=a;from-tag=b' });
  await until('the refusal', () => helpful.failedStatus === 481);
  const call = await side.ring(direct);
  const replaces = await ringingDialog(await rung.untilRung());
  call.hangUp();
  await until('the call to be over', () => side.node.eventsOf('call.ended').length === side.node.eventsOf('call.started').length);
  helpful.dial('1001', { Replaces: replaces });
  await until('the refusal', () => helpful.failedStatus === 481);
}); // prettier-ignore

test('an agent at work on a desk phone who picks up is shown talking, and free again after', async () => {
  const desk = await signIn(1);
  await side.ring(direct);
  helpful.dial('1001', { Replaces: await ringingDialog(await rung.untilRung()) });
  await helpful.untilTalking();
  await desk.untilPresence('talking');
  expect(await desk.untilInteraction('talking')).toMatchObject({ number: '13800138000' });
  helpful.hangUp();
  await until('the agent to be out of the call', () => desk.state!.presence.state !== 'talking');
});

test('a call that a queue gives is not picked up', async () => {
  await side.ring(queued);
  helpful.dial('1001', { Replaces: await ringingDialog(await rung.untilRung()) });
  await until('the refusal', () => helpful.failedStatus === 403);
});
