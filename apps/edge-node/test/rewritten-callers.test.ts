/** B-06: a carrier that shows another number than the caller's, or none: its calls by a reserved number prove whose they are, and strangers do not. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { CarriedNodes, carrierAddress, heardAtBothEnds, keyed } from './carried-nodes.ts';
import { hasKamailio } from './kamailio.ts';
import type { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

if (!hasKamailio) console.warn('SKIPPED: kamailio is not installed (Debian: kamailio)');

const [shownOther, shownNone] = ['+862150000031', '+862150000032'] as const;
/** Each rests a while after a call. */
const shows = {
  [shownOther]: '+862150009999',
  [shownNone]: '',
  '+862150000033': '',
  '+862150000034': '+862150009999',
};
const mute = '+862150000039';

describe.skipIf(!hasKamailio)('a carrier that does not show the caller’s number', () => {
  let scene: CarriedNodes;
  let stranger: TestPhone;
  let hotline: string;

  beforeAll(async () => {
    scene = await CarriedNodes.start(2, [...Object.keys(shows), mute], {
      shows,
      mute: { number: mute, from: '127.0.0.1' },
    });
    const { all } = scene;
    stranger = await TestPhone.open({ address: '127.0.0.15' });
    const queueId = (await all.makeQueue('Service', {})).id;
    const flowId = await all.flow('Entry', 'ask', { ask: keyed('account', 'wait'), wait: { kind: 'enqueue', queueId } });
    hotline = await all.number({ kind: 'flow', flowId });
  }, 180_000); // prettier-ignore
  afterEach(() => scene.all.settle());
  afterAll(async () => {
    await stranger?.close();
    await scene?.close();
  }, 60_000);

  async function answered(desk: TestDesk): Promise<void> {
    await desk.answer();
    desk.sound!.speak(toneOf(agentHz));
  }

  const dialled = (callId: CallId) => until('the number to be dialled', () => scene.dialled(callId).at(-1));

  test('B-06: a number that is rewritten and one that is withheld bring the call as one that is shown: both are heard, and it is one call', async () => {
    const { all, home, host } = scene;
    const desk = await all.ready(host, all.agents[0]!);
    const used = new Set<string>();
    for (let calls = 0; calls < 2; calls++) {
      const { call, callId } = await scene.called(hotline);
      expect(await desk.untilInteraction('ringing', 20_000)).toMatchObject({ callId, collected: { account: '47' } });
      used.add(await dialled(callId));
      await answered(desk);
      await heardAtBothEnds(call, desk);
      // It was proven: nobody ends it.
      await desk.done({ kind: 'attach', callId, variable: 'contract', value: 'K-9' });
      await desk.done({ kind: 'end', callId });
      const { facts } = await home.process.event('call.ended', (one) => one.callId === callId);
      expect(facts).toMatchObject({ reason: { party: 'agent' }, collected: { account: '47', contract: 'K-9' } });
      await desk.untilPresence('ready', 20_000);
    }
    expect(used).toEqual(new Set([shownOther, shownNone]));
    expect(host.process.eventsOf('call.ended')).toEqual([]);
    expect(host.process.stderr).not.toContain('called by a stranger');
  }, 120_000); // prettier-ignore

  test('B-02, B-06: a flow at the other site begins once the call is proven', async () => {
    const { all, home, host } = scene;
    const survey = await all.flow('Survey', 'ask', { ask: keyed('contract', 'return'), return: { kind: 'return' } });
    const bye = { kind: 'hang-up' as const, say: [] };
    const led = await all.flow('Led', 'ask', {
      ask: keyed('account', 'there'),
      there: { kind: 'site-flow', siteId: host.siteId, flowId: survey, next: 'bye', onFailed: 'bye' },
      bye,
    });
    const { call, callId } = await scene.called(await all.number({ kind: 'flow', flowId: led }));
    await scene.standsAt(host, callId, ({ step }) => step?.stepKey === 'ask');
    call.rtp.sendDigits('08');
    const { facts } = await home.process.event('call.ended', (one) => one.callId === callId, 20_000);
    expect(facts.collected).toEqual({ account: '47', contract: '08' });
  }, 120_000); // prettier-ignore

  test('B-06: a stranger who calls the number while it is reserved rings the agent, hears nobody and is heard by nobody; the caller is served next', async () => {
    const { all, home, host } = scene;
    const params = { id: host.nodeId };
    await all.platform.call('PUT /api/platform/nodes/:id/public-numbers', { params, body: { use: 'always', numbers: [mute] } });
    await all.isEverywhere();
    const desk = await all.ready(host, all.agents[0]!);
    const { call, callId } = await scene.called(hotline);
    expect(await dialled(callId)).toBe(mute);
    // The carrier rings for the home, and brings nobody; this one comes by itself.
    const wrong = await stranger.ring({ host: carrierAddress, port: scene.carrier.ports.plain, number: mute, from: '13911119999' });
    wrong.rtp.speak(toneOf(callerHz));
    await desk.untilInteraction('ringing', 20_000);
    await answered(desk);
    const heard = [await desk.listen(800), await wrong.rtp.listen(400)].map((sound) => whoIsHeard(sound));
    expect(heard).toEqual([[], []]);
    await until('the stranger to be let go', () => wrong.state.kind === 'ended', 20_000);
    await until('that to be in the log', () => host.process.stderr.includes('a reserved number was called by a stranger'));
    await desk.untilPresence('ready', 20_000);
    await desk.done({ kind: 'sign-out' });
    expect(call.state.kind).toBe('talking');
    const own = await all.ready(home, all.agents[1]!);
    expect(await own.untilInteraction('ringing', 30_000)).toMatchObject({ callId, collected: { account: '47' } });
    await answered(own);
    await heardAtBothEnds(call, own);
    call.hangUp();
    await home.process.event('call.ended', (one) => one.callId === callId);
  }, 120_000); // prettier-ignore
});
