/** E-10, E-12 from a desk phone, which SIPp plays: blind and attended transfer, and what becomes of the call and its record. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loudness } from '@seatgrid/testkit/tone-finder.ts';
import { newId, phonePassword, type FixtureTenant } from './fixture-config.ts';
import { nodeAddress } from './node-process.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { hasSipp, runSipp } from './sipp.ts';
import { attendedTransfer, blindTransfer, vainTransfer } from './sipp-phone-scenarios.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, callerHz, otherAgentHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

if (!hasSipp) console.warn('SKIPPED: sipp is not installed (Debian: sip-tester)');

const queueNumber = '+864008000001';
const flowNumber = '+864008000002';

describe.skipIf(!hasSipp)('a desk phone that sends its call elsewhere', () => {
  let side: TelephoneSide;
  let tenant: FixtureTenant;
  /** Extension 1002, whom SIPp (1001) calls; and 1003. */
  let called: RegisteredPhone;
  let colleague: RegisteredPhone;

  beforeAll(async () => {
    side = await TelephoneSide.start((fixture) => {
      tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 4 });
      const skill = { id: tenant.agents[3]!.id as never, name: 'Fourth' };
      tenant.config.groups.push({ id: newId<'group'>(), name: 'First line', leaderNumber: '600' });
      Object.assign(tenant.config.agents[2]!, { kind: 'leader', groupId: tenant.config.groups[0]!.id });
      tenant.config.skills = [skill];
      tenant.config.agents[3]!.skills = [{ skillId: skill.id, level: 5 }];
      const queue = fixture.queue(tenant, { requires: [{ skillId: skill.id, level: 1 }] });
      numberWith(tenant, queueNumber, { kind: 'queue', queueId: queue.id });
      const flow = fixture.flow(tenant, 'bye', { bye: { kind: 'hang-up', say: [] } });
      numberWith(tenant, flowNumber, { kind: 'flow', flowId: flow.id });
    });
    called = await phone('1002', '127.0.0.3', callerHz);
    colleague = await phone('1003', '127.0.0.5', otherAgentHz);
  });

  afterEach(async () => {
    for (const one of [called, colleague]) {
      one.hangUp();
      one.dialog = null;
      one.rung.length = 0;
    }
    await side.settle();
  });

  afterAll(async () => {
    await called?.close();
    await colleague?.close();
    await side?.close();
  });

  async function phone(extension: string, address: string, hz: number): Promise<RegisteredPhone> {
    const opened = await RegisteredPhone.open(side.node, { extension, domain: 'demo.seatgrid', address });
    expect(await opened.register()).toBe(200);
    opened.rtp.speak(toneOf(hz));
    return opened;
  }

  const play = (scenario: string) =>
    runSipp({
      scenario,
      target: `${nodeAddress}:${side.node.sipPort}`,
      address: '127.0.0.8',
      deadlineSeconds: 20,
      // A Call-ID that needs no escape within a Refer-To.
      arguments: ['-cid_str', '%u-%p'],
    });

  async function heardBy(party: { listen(durationMs: number): Promise<Int16Array> }): Promise<number[]> {
    await party.listen(300);
    return whoIsHeard(await party.listen(500));
  }

  const startedCalls = () => side.node.eventsOf('call.started').length;

  test('blind, to a colleague: the phone hears how it goes, the two talk, and it stays one call', async () => {
    const before = startedCalls();
    const played = play(blindTransfer('1002', '1003', phonePassword, ['100', '180', '200']));
    await called.liftHandset();
    await colleague.liftHandset();
    await played;
    expect(await heardBy(called.rtp)).toEqual([otherAgentHz]);
    expect(await heardBy(colleague.rtp)).toEqual([callerHz]);
    await side.node.written();
    expect(startedCalls()).toBe(before + 1);
    const transferred = side.node.eventsOf('call.transferred').at(-1)!.facts;
    expect(transferred).toMatchObject({
      agentId: tenant.agents[0]!.id,
      target: { kind: 'number', number: '1003' },
    });
  });

  test.each([
    ['a colleague’s staff ID', '8003'],
    ['the leader position', '600'],
  ])('blind, to %s', async (_, number) => {
    const played = play(blindTransfer('1002', number, phonePassword, ['100', '180', '200']));
    await called.liftHandset();
    await colleague.liftHandset();
    await played;
    expect(await heardBy(called.rtp)).toEqual([otherAgentHz]);
  });

  test('blind, to the outside', async () => {
    const played = play(blindTransfer('1002', '13911112222', phonePassword, ['100', '180', '200']));
    await called.liftHandset();
    await played;
    expect(await heardBy(called.rtp)).toEqual([outsideHz]);
    expect(side.outsideLeg).toMatchObject({ number: '13911112222' });
  });

  test('blind, to a queue’s number: the phone is done at once, and the other waits for an agent of that skill', async () => {
    const played = play(blindTransfer('1002', queueNumber, phonePassword, ['100', '200']));
    await called.liftHandset();
    await played;
    const desk = await side.ready(tenant, 3);
    await desk.answer();
    desk.sound!.speak(toneOf(agentHz));
    expect(await heardBy(called.rtp)).toEqual([agentHz]);
  });

  test('blind, to an automatic service, which serves and says goodbye', async () => {
    const played = play(blindTransfer('1002', flowNumber, phonePassword, ['100', '200']));
    await called.liftHandset();
    await played;
    await until('the call to be over', () => side.node.eventsOf('call.ended').length === startedCalls());
    expect(side.node.eventsOf('call.ended').at(-1)!.facts.reason).toMatchObject({ code: 'flow-ended' });
  });

  test('blind, to nobody: told so, and the two talk on', async () => {
    const played = play(vainTransfer('1002', '1004', phonePassword, '480'));
    await called.liftHandset();
    await played;
    await until('the call to be over', () => side.node.eventsOf('call.ended').length === startedCalls());
    expect(side.node.eventsOf('call.ended').at(-1)!.facts.reason).toEqual({
      party: 'agent',
      code: 'hung-up',
    });
  });

  test('attended: the other waits with music while the phone asks, then the two talk, and it stays one call', async () => {
    const before = startedCalls();
    const played = play(attendedTransfer('1002', '1003', phonePassword));
    await called.liftHandset();
    await colleague.liftHandset();
    await called.rtp.listen(300);
    const waiting = await called.rtp.listen(400);
    expect(whoIsHeard(waiting)).toEqual([]);
    expect(loudness(waiting)).toBeGreaterThan(0.005);
    await played;
    expect(await heardBy(called.rtp)).toEqual([otherAgentHz]);
    expect(await heardBy(colleague.rtp)).toEqual([callerHz]);
    expect(startedCalls()).toBe(before + 1);
    expect(side.node.eventsOf('consult.ended').at(-1)!.facts).toMatchObject({ outcome: 'transfer' });
  });

  /** RFC 3891: names the line of `of` as the node knows it. */
  const replacing = (of: RegisteredPhone) => ({
    Replaces: `${of.dialog!.sipCallId};to-tag=${of.dialog!.remoteTag};from-tag=${of.dialog!.localTag}`,
  });

  test('the same extension at another place takes its call over, and nobody else can', async () => {
    const before = startedCalls();
    called.dial('1003');
    await colleague.liftHandset();
    await called.untilTalking();
    const stranger = await RegisteredPhone.open(side.node, {
      extension: '1004',
      domain: 'demo.seatgrid',
      address: '127.0.0.9',
    });
    stranger.dial('1003', replacing(called));
    expect(await until('the stranger to be refused', () => stranger.failedStatus)).toBe(403);
    await stranger.close();
    const elsewhere = await RegisteredPhone.open(side.node, {
      extension: '1002',
      domain: 'demo.seatgrid',
      address: '127.0.0.9',
    });
    elsewhere.rtp.speak(toneOf(agentHz));
    elsewhere.dial('1003', replacing(called));
    await elsewhere.untilTalking();
    await until('the first place to be released', () => called.ended);
    expect(await heardBy(colleague.rtp)).toEqual([agentHz]);
    expect(await heardBy(elsewhere.rtp)).toEqual([otherAgentHz]);
    elsewhere.hangUp();
    await until('the call to be over', () => side.node.eventsOf('call.ended').length > before);
    expect(startedCalls()).toBe(before + 1);
    await elsewhere.close();
  });
});
