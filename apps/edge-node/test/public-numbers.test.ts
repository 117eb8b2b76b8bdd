/**
 * B-06, translation routing by the public network: a true centre, three nodes, and a carrier between them (Kamailio) that knows numbers alone.
 * What is known of a call goes by the centre, its sound by a number reserved for it; both are there at each end.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { CallId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { hasKamailio, Kamailio } from './kamailio.ts';
import { transitScript } from './kamailio-scripts.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

if (!hasKamailio) console.warn('SKIPPED: kamailio is not installed (Debian: kamailio)');

const carrierAddress = '127.0.0.14';
const [numberOfB, secondOfB, muteOfB] = ['+862150000001', '+862150000002', '+862150000003'] as const;
/** Which the carrier brings to nobody. */
const numberOfC = '+862150000009';

const keyed = (variable: string, next: string): FlowStep => ({
  kind: 'gather',
  prompt: [],
  variable,
  length: { kind: 'fixed', digits: 2 },
  timeoutMs: 20_000,
  next,
});
const bye: FlowStep = { kind: 'hang-up', say: [] };

describe.skipIf(!hasKamailio)('nodes that a carrier alone is between', () => {
  let all: CentredNodes;
  let [siteA, siteB, siteC] = [] as unknown as [CentredNode, CentredNode, CentredNode];
  let carrier: Kamailio;
  let stranger: TestPhone;
  let queueId: QueueId;
  let hotline: string;

  beforeAll(async () => {
    all = await CentredNodes.start(['127.0.0.1', '127.0.0.12', '127.0.0.13'], 4);
    [siteA, siteB, siteC] = all.nodes as [CentredNode, CentredNode, CentredNode];
    const atB = `${siteB.address}:${siteB.process.sipPort}`;
    carrier = await Kamailio.start({
      address: carrierAddress,
      certificate: makeCertificate(`IP:${carrierAddress}`),
      script: () =>
        transitScript({
          numbers: { [numberOfB]: atB, [secondOfB]: atB, [muteOfB]: atB, '+862150000004': atB },
          mute: { number: muteOfB, from: siteA.address },
        }),
    });
    for (const { nodeId } of all.nodes)
      await all.platform.call('POST /api/platform/trunks', {
        body: {
          nodeId,
          name: 'Carrier',
          sources: [carrierAddress],
          target: { host: carrierAddress, port: carrier.ports.plain, protocol: 'udp' },
          account: null,
          isProbed: false,
          channelsMax: 30,
          inboundChannelsMax: null,
          outboundChannelsMax: null,
        },
      });
    stranger = await TestPhone.open({ address: '127.0.0.15' });
    await isReachedBy(siteB, [numberOfB, secondOfB]);
    await isReachedBy(siteC, [numberOfC]);
    queueId = (await all.makeQueue('Service', { isRecorded: true })).id;
    const flowId = await all.flow('Entry', 'ask', { ask: keyed('account', 'wait'), wait: { kind: 'enqueue', queueId } });
    hotline = await all.number({ kind: 'flow', flowId });
  }, 180_000); // prettier-ignore
  afterEach(() => all.settle());
  afterAll(async () => {
    await stranger?.close();
    await carrier?.close();
    await all?.close();
  }, 60_000);

  async function isReachedBy({ nodeId }: CentredNode, numbers: string[]): Promise<void> {
    const params = { id: nodeId };
    await all.platform.call('PUT /api/platform/nodes/:id/public-numbers', { params, body: { use: 'always', numbers } });
    await all.isEverywhere();
  } // prettier-ignore

  /** A caller of A who has keyed an account. */
  async function called(number: string): Promise<{ call: PhoneCall; callId: CallId }> {
    const before = new Set(siteA.process.eventsOf('call.started').map(({ facts }) => facts.callId));
    const call = await until('the number to be taken', async () => {
      const one = await all.ring(siteA, number);
      return one.until(['talking'], 10_000).then(
        () => one,
        () => undefined,
      );
    });
    const { facts } = await siteA.process.event('call.started', ({ callId }) => !before.has(callId));
    call.rtp.sendDigits('47');
    return { call, callId: facts.callId };
  }

  const ofCall = (node: CentredNode, callId: string) =>
    node.process
      .events()
      .flatMap(({ facts }) => ('callId' in facts && facts.callId === callId ? [facts.kind] : []));
  const dialled = (callId: string) =>
    siteA.process
      .eventsOf('leg.dialled')
      .flatMap(({ facts }) => (facts.callId === callId ? [facts.number] : []));
  const ended = async (callId: string) =>
    (await siteA.process.event('call.ended', (facts) => facts.callId === callId)).facts;
  const saysAtLog = (node: CentredNode, what: string) =>
    until(what, () => node.process.stderr.includes(what), 20_000);

  async function heardAtBothEnds(call: PhoneCall, desk: { listen(ms: number): Promise<Int16Array> }): Promise<void> {
    await until('the agent to be heard', async () => whoIsHeard(await call.rtp.listen(300)).includes(agentHz));
    await until('the caller to be heard', async () => whoIsHeard(await desk.listen(300)).includes(callerHz));
  } // prettier-ignore

  test('B-06: a caller is brought to another site on a public number reserved for the call; what was keyed is there, what the agent attaches is here, both are heard, and it is one call', async () => {
    const [agent, colleague] = [all.agents[0]!, all.agents[1]!];
    const desk = await all.ready(siteB, agent);
    const { call, callId } = await called(hotline);
    expect(await desk.untilInteraction('ringing', 20_000)).toMatchObject({
      callId,
      number: '13800138000',
      calledNumber: hotline,
      collected: { account: '47' },
    });
    await desk.answer();
    desk.sound!.speak(toneOf(agentHz));
    await heardAtBothEnds(call, desk);
    expect(dialled(callId)).toEqual([numberOfB]);
    await desk.done({ kind: 'attach', callId, variable: 'contract', value: 'K-9' });
    // What the agent wants is done where the call lives: a colleague there has the caller next.
    const own = await all.ready(siteA, colleague);
    await desk.done({ kind: 'transfer', callId, target: { kind: 'agent', agentId: colleague.agentId } });
    expect(await own.untilInteraction('ringing', 20_000)).toMatchObject({
      callId,
      collected: { account: '47', contract: 'K-9' },
    });
    await own.answer();
    own.sound!.speak(toneOf(agentHz));
    await heardAtBothEnds(call, own);
    await desk.untilPresence('ready', 20_000);
    await own.done({ kind: 'end', callId });
    expect(await ended(callId)).toMatchObject({ collected: { account: '47', contract: 'K-9' }, reason: { party: 'agent' } });
    // Each wrote its own part of the one record.
    await siteB.process.event('agent.left-call', (facts) => facts.callId === callId && facts.by === 'transfer');
    await siteB.process.event('recording.finished', (facts) => facts.callId === callId);
    for (const kind of ['call.started', 'call.answered', 'call.bridged', 'call.ended'])
      expect(ofCall(siteB, callId)).not.toContain(kind);
    expect(ofCall(siteB, callId)).toContain('reservation.made');
    const record = await until('the record to be whole', async () => {
      const found = await all.administrator.call('GET /api/calls/:id', { params: { id: callId } });
      const kinds = found.timeline.map(({ facts }) => facts.kind);
      return ['leg.dialled', 'reservation.made', 'call.transferred', 'call.ended'].every((kind) => kinds.includes(kind as never)) && found;
    });
    const served = record.timeline.flatMap(({ facts }) => (facts.kind === 'call.bridged' ? [facts.agentId] : []));
    expect(served).toEqual([agent.agentId, colleague.agentId]);
    const { items } = await all.administrator.call('GET /api/calls', { query: { limit: 50 } });
    expect(items.filter(({ id }) => id === callId)).toHaveLength(1);
  }, 120_000); // prettier-ignore

  test('B-06: the agent hangs up, and the caller’s node says so; each next call goes by another number', async () => {
    const desk = await all.ready(siteB, all.agents[0]!);
    const ways = [];
    for (let calls = 0; calls < 2; calls++) {
      const { callId } = await called(hotline);
      await desk.untilInteraction('ringing', 20_000);
      await desk.answer();
      await desk.done({ kind: 'end', callId });
      expect((await ended(callId)).reason).toMatchObject({ party: 'agent', code: 'hung-up' });
      ways.push(...dialled(callId));
      await desk.untilPresence('ready', 20_000);
    }
    expect(new Set(ways)).toEqual(new Set([numberOfB, secondOfB]));
  }, 120_000);

  test('B-02, B-06: a caller is led to a flow of another site by a public number, keys there, and comes back with what it found', async () => {
    const survey = await all.flow('Survey', 'ask', { ask: keyed('contract', 'return'), return: { kind: 'return' } });
    const home = await all.flow('Led', 'ask', {
      ask: keyed('account', 'there'),
      there: { kind: 'site-flow', siteId: siteB.siteId, flowId: survey, next: 'back', onFailed: 'bye' },
      back: keyed('after', 'bye'),
      bye,
    });
    const { call, callId } = await called(await all.number({ kind: 'flow', flowId: home }));
    await until('the flow there to have the caller', () => siteB.process.stderr !== '' || dialled(callId).length > 0, 20_000);
    const step = (node: CentredNode, variable: string, digits: string) =>
      until(`${variable} to be keyed`, async () => {
        call.rtp.sendDigits(digits);
        await new Promise((wake) => setTimeout(wake, 1_500));
        return node.process.eventsOf('flow.step').some(({ facts }) => facts.callId === callId && facts.changes?.[variable] !== undefined);
      }, 30_000);
    await step(siteB, 'contract', '08');
    await step(siteA, 'after', '15');
    expect(await ended(callId)).toMatchObject({ reason: { code: 'flow-ended' }, collected: { account: '47', contract: '08', after: '15' } });
    expect(ofCall(siteB, callId)).not.toContain('call.ended');
  }, 120_000); // prettier-ignore

  test('B-06: a caller who hangs up while the other site rings stops the ring there, and the number is reserved for nobody', async () => {
    const desk = await all.ready(siteB, all.agents[0]!);
    const { call, callId } = await called(hotline);
    await desk.untilInteraction('ringing', 20_000);
    call.hangUp();
    const left = await siteB.process.event('reservation.ended', (facts) => facts.callId === callId);
    expect(left.facts.outcome).toBe('withdrawn');
    await desk.untilPresence('ready');
  }, 60_000);

  test('B-06: a carrier that does not know the number: the agent is let go at once, and the caller waits on and is served at home', async () => {
    const far = await all.ready(siteC, all.agents[2]!);
    const { call, callId } = await called(hotline);
    await until('the number to be tried', () => dialled(callId).includes(numberOfC), 20_000);
    const tried = await siteA.process.event('leg.dial-ended', (facts) => facts.callId === callId);
    expect(tried.facts).toMatchObject({ outcome: 'failed', status: 404 });
    await far.untilPresence('ready');
    const own = await all.ready(siteA, all.agents[3]!);
    expect(await own.untilInteraction('ringing', 20_000)).toMatchObject({
      callId,
      collected: { account: '47' },
    });
    // Not tried again and again.
    expect(dialled(callId)).toEqual([numberOfC]);
    call.hangUp();
  }, 60_000);

  test('B-06: a number that is called too late, a pool that is empty, and a stranger who calls it meanwhile', async () => {
    await isReachedBy(siteB, [muteOfB]);
    const [first, second] = [await all.ready(siteB, all.agents[0]!), await all.ready(siteB, all.agents[1]!)];
    const one = await called(hotline);
    await until('the number to be dialled', () => dialled(one.callId).includes(muteOfB), 20_000);
    // The only one is reserved: nobody is kept in vain for the next caller, who waits.
    const two = await called(hotline);
    await saysAtLog(siteB, 'every number of the public network is reserved');
    // Whoever calls the number hears what every number that is nobody's says, whether it is reserved just now or not.
    const refusals = [];
    for (const number of [muteOfB, '+862150000004']) {
      const wrong = await stranger.ring({ host: carrierAddress, port: carrier.ports.plain, number, from: '13911119999' });
      await until('the stranger to be refused', () => wrong.state.kind === 'failed', 20_000);
      refusals.push(wrong.state);
    }
    expect(refusals[0]).toEqual(refusals[1]);
    expect(refusals[0]).toMatchObject({ status: 404 });
    await saysAtLog(siteB, 'a reserved number was not called in time');
    const tried = await siteA.process.event('leg.dial-ended', (facts) => facts.callId === one.callId);
    expect(tried.facts.status).toBe(487);
    for (const desk of [first, second]) {
      await desk.untilPresence('ready', 20_000);
      expect(desk.state!.interaction).toBeNull();
    }
    expect(siteB.process.eventsOf('reservation.made').some(({ facts }) => [one.callId, two.callId].includes(facts.callId))).toBe(false);
    for (const { call } of [one, two]) {
      expect(call.state.kind).toBe('talking');
      call.hangUp();
    }
  }, 120_000); // prettier-ignore
});
