/** E-10, E-12 at a host: linphonec is the agent of a caller of another node, and passes them on by its own keys; the caller's node does it. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { phonePassword, type FixtureTenant } from './fixture-config.ts';
import { hasLinphone, Linphone } from './linphone.ts';
import { numberWith } from './telephone-side.ts';
import { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, otherAgentHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { hostAddress, TwoNodes, type Match } from './two-nodes.ts';
import { until } from './until.ts';

if (!hasLinphone) console.warn('SKIPPED: linphonec is not on this machine (apt-get install -y linphone-cli)');

const hotline = '+864008000001';
const outside = '13911112222';

describe.skipIf(!hasLinphone)('a desk phone at another node than the caller’s', () => {
  let nodes: TwoNodes;
  let tenant: FixtureTenant;
  let phone: Linphone;
  /** Of the phone's agent. */
  let desk: TestDesk;

  beforeAll(async () => {
    nodes = await TwoNodes.start((fixture) => {
      tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 4 });
      fixture.trunks[0]!.outboundChannelsMax = 1;
      const queue = fixture.queue(tenant, { wrapUpMs: 0 });
      numberWith(tenant, hotline, { kind: 'queue', queueId: queue.id });
    });
    phone = await Linphone.start({
      extension: '1001',
      domain: 'demo.seatgrid',
      proxy: `${hostAddress}:${nodes.host.sipPort}`,
      password: phonePassword,
      toneHz: agentHz,
    });
    await phone.untilRegistered();
  });
  afterEach(async () => {
    phone?.type('terminate all');
    desk?.close();
    await nodes.settle();
  });
  afterAll(async () => {
    await phone?.close();
    await nodes?.close();
  });

  async function hears(party: { listen(durationMs: number): Promise<Int16Array> }, ...hz: number[]) {
    await until(
      `${hz.join(' and ')} Hz to be heard`,
      async () => {
        const heard = whoIsHeard(await party.listen(300));
        return heard.length === hz.length && hz.every((one) => heard.includes(one));
      },
      20_000,
    );
  }

  async function talking(): Promise<{ call: PhoneCall; match: Match }> {
    const call = await nodes.home.ring(hotline);
    const match = await nodes.waiting();
    desk = await TestDesk.open(nodes.host, tenant, 0);
    await desk.done({ kind: 'sign-in', device: 'phone' });
    await desk.done({ kind: 'ready' });
    await desk.untilPresence('ready');
    const agentId = tenant.agents[0]!.id;
    const place = await nodes.expect(match, tenant, agentId);
    phone.said = '';
    await nodes.claim(match, tenant, agentId, place!);
    await phone.untilSaid(/Receiving new incoming call/);
    phone.type('answer');
    await hears(call.rtp, agentHz);
    return { call, match };
  }

  /** As linphonec counts them, the one begun last is the last. */
  const callIds = () => [...phone.said.matchAll(/Call (?:with id |)(\d+)/g)].map(([, id]) => Number(id));

  async function isOutOfIt({ callId }: Match): Promise<void> {
    await nodes.host.event('agent.left-call', (facts) => facts.callId === callId && facts.by === 'transfer');
    await nodes.host.event('leg.media', (facts) => facts.callId === callId && facts.leg === 'home');
    await desk.untilPresence('ready');
  }

  async function wordsAtHost({ callId }: Match): Promise<string> {
    return (await fetch(`${nodes.host.ready.localApi}/calls/${callId}/ladder`)).text();
  }

  test('blind: the caller’s node dials the outside, and host and phone are out of it', async () => {
    const { call, match } = await talking();
    phone.type(`transfer sip:${outside}@demo.seatgrid`);
    await hears(call.rtp, outsideHz);
    await isOutOfIt(match);
    await nodes.home.node.event('leg.dialled', ({ callId }) => callId === match.callId);
    expect(nodes.host.eventsOf('leg.dialled')).toEqual([]);
    call.hangUp();
  });

  test('blind, to somebody who is nowhere: told so, and the two talk on', async () => {
    const { call, match } = await talking();
    phone.type('transfer sip:1004@demo.seatgrid');
    await until('the phone to be told so', async () => /sipfrag[^]*480/.test(await wordsAtHost(match)));
    await hears(call.rtp, agentHz);
    expect(desk.state!.interaction).toMatchObject({ callId: match.callId, state: 'talking' });
    call.hangUp();
  });

  test('attended: the phone asks somebody at the caller’s node on its second line, and hands over', async () => {
    const { call, match } = await talking();
    const advisor = await nodes.home.ready(tenant, 1);
    phone.type('pause');
    phone.type('call sip:1002@demo.seatgrid');
    await advisor.answer();
    advisor.sound!.speak(toneOf(otherAgentHz));
    await until(
      'the phone at the advisor',
      async () => toneAmplitude(await advisor.listen(300), agentHz) > 0.1,
    );
    await call.rtp.listen(300);
    expect(whoIsHeard(await call.rtp.listen(300))).toEqual([]);
    const [first, second] = callIds().slice(-2);
    phone.type(`transfer ${first} --to-call ${second}`);
    await hears(call.rtp, otherAgentHz);
    await hears(advisor, callerHz);
    await isOutOfIt(match);
    await nodes.home.node.written();
    expect(nodes.home.node.eventsOf('consult.ended').at(-1)!.facts).toMatchObject({ outcome: 'transfer' });
    call.hangUp();
  });

  test('a second line to nobody is refused, and the phone goes back to the caller', async () => {
    const { call } = await talking();
    phone.type('pause');
    phone.type('call sip:1004@demo.seatgrid');
    await phone.untilSaid(/temporarily unavailable|Call \d+ with [^\n]+ error/);
    await until('the caller to hear the phone again', async () => {
      phone.type('resume');
      return whoIsHeard(await call.rtp.listen(300)).includes(agentHz);
    });
    call.hangUp();
  });

  test('an outside number is asked over a line of the caller’s node, or of the host where that one has none free; handed over, the two are heard', async () => {
    const ask = async () => {
      const call = await nodes.home.ring(hotline);
      const match = await nodes.waiting();
      const { desk: browser } = await nodes.served(match, tenant, 2);
      browser.sound!.speak(toneOf(agentHz));
      const { callId } = match;
      await browser.done({ kind: 'consult', callId, target: { kind: 'number', number: outside } });
      await hears(browser, outsideHz);
      await browser.done({ kind: 'end-consult', callId, outcome: 'transfer' });
      await hears(call.rtp, outsideHz);
      return { browser, callId };
    };
    const first = await ask();
    await first.browser.untilPresence('ready');
    await first.browser.done({ kind: 'sign-out' });
    const second = await ask();
    const dialled = (node: typeof nodes.host, callId: string) =>
      node.eventsOf('leg.dialled').filter(({ facts }) => facts.callId === callId).length;
    expect([dialled(nodes.home.node, first.callId), dialled(nodes.host, first.callId)]).toEqual([1, 0]);
    expect([dialled(nodes.home.node, second.callId), dialled(nodes.host, second.callId)]).toEqual([0, 1]);
  });
});
