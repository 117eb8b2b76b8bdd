/**
 * B-06: a call is at another node by a number of the public network, and the centre, that node or its own dies: what becomes of the caller,
 * the agent, the record, and what the visit had taken.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { QueueId } from '@seatgrid/core/kernel/ids.ts';
import { CarriedNodes, heardAtBothEnds, keyed } from './carried-nodes.ts';
import type { CentredNode } from './centred-nodes.ts';
import { hasKamailio } from './kamailio.ts';
import type { TestDesk } from './test-desk.ts';
import { agentHz, toneOf } from './tones.ts';
import { until } from './until.ts';

if (!hasKamailio) console.warn('SKIPPED: kamailio is not installed (Debian: kamailio)');

const numbers = ['+862150000021', '+862150000022', '+862150000023', '+862150000024'];
/** As long as signs of life over the link may take, with room. */
const noticedMs = 40_000;

describe.skipIf(!hasKamailio)('a visit by number', () => {
  let scene: CarriedNodes;
  let queueId: QueueId;
  let hotline: string;
  /** What each node has free when nothing is on. */
  const idle = new Map<CentredNode, Record<string, number>>();

  beforeAll(async () => {
    scene = await CarriedNodes.start(3, numbers);
    const { all } = scene;
    queueId = (await all.makeQueue('Service', {})).id;
    const flowId = await all.flow('Entry', 'ask', { ask: keyed('account', 'wait'), wait: { kind: 'enqueue', queueId } });
    hotline = await all.number({ kind: 'flow', flowId });
    for (const node of all.nodes) idle.set(node, await taken(node));
  }, 180_000); // prettier-ignore
  afterEach(() => scene.all.settle());
  afterAll(() => scene?.close(), 60_000);

  async function ringing(desk: TestDesk) {
    const { call, callId } = await scene.called(hotline);
    expect(await desk.untilInteraction('ringing', 20_000)).toMatchObject({ callId });
    const number = await until('the number to be told', () => scene.dialled(callId).at(-1));
    expect(numbers).toContain(number);
    return { call, callId };
  }

  async function talking(desk: TestDesk) {
    const { call, callId } = await ringing(desk);
    await speaks(desk);
    await heardAtBothEnds(call, desk);
    return { call, callId };
  }

  async function speaks(desk: TestDesk): Promise<void> {
    await desk.answer();
    desk.sound!.speak(toneOf(agentHz));
  }

  const ends = ({ process }: CentredNode, callId: string) =>
    process.eventsOf('call.ended').filter(({ facts }) => facts.callId === callId);

  async function linkIs(state: 'up' | 'down'): Promise<void> {
    for (const { process } of scene.all.nodes)
      await until(`the link to be ${state}`, async () => {
        const health = (await (await fetch(`${process.ready.localApi}/healthz`)).json()) as { link: string };
        return health.link === state;
      }, 60_000);
  } // prettier-ignore

  /** What a visit takes of a node: lines of the trunk, and ports. */
  async function taken({ process }: CentredNode): Promise<Record<string, number>> {
    const text = await (await fetch(`${process.ready.localApi}/metrics`)).text();
    const lines = text.split('\n').filter((line) => /^seatgrid_node_(trunk_calls|rtp_ports_free)\b/.test(line));
    return Object.fromEntries(lines.map((line) => line.split(/ (?=\S+$)/) as [string, string]).map(([name, value]) => [name, Number(value)]));
  } // prettier-ignore

  const isFreeAgain = (node: CentredNode) =>
    until('all that the visit had taken to be free', async () => {
      const now = await taken(node);
      return Object.entries(idle.get(node)!).every(([name, value]) => now[name] === value);
    }, 20_000); // prettier-ignore

  /** By a number as before. */
  async function isServedAgain(desk: TestDesk): Promise<void> {
    const { call, callId } = await talking(desk);
    call.hangUp();
    await until('the next to be over', () => ends(scene.home, callId).length === 1);
  }

  async function centreIsAway(): Promise<void> {
    await scene.all.killCentre();
    await linkIs('down');
  }

  async function centreIsBack(): Promise<void> {
    await scene.all.startCentreAgain();
    await linkIs('up');
  }

  test('B-06: the centre dies: both are heard on; what the agent attaches meanwhile is told when it is back, before what the agent wants next', async () => {
    const { all, home, host } = scene;
    const desk = await all.ready(host, all.agents[0]!);
    const own = await all.ready(home, all.agents[1]!);
    await own.done({ kind: 'not-ready', reasonId: null });
    const { call, callId } = await talking(desk);
    await centreIsAway();
    await desk.done({ kind: 'attach', callId, variable: 'contract', value: 'K-8' });
    await desk.done({ kind: 'attach', callId, variable: 'contract', value: 'K-9' });
    const passOn = () =>
      desk.command({ kind: 'transfer', callId, target: { kind: 'agent', agentId: all.agents[1]!.agentId } });
    expect(await passOn()).toMatchObject({ ok: false });
    await heardAtBothEnds(call, desk);
    await centreIsBack();
    await own.done({ kind: 'ready' });
    // As fast as a person would: a desk that asks fifty times a second is not listened to. The answer may be lost as the centre comes back.
    const isRung = () => own.state?.interaction?.callId === callId;
    await until('the agent to pass the caller on', async () => isRung() || (await passOn()).ok || pause(1_000, false), 60_000);
    expect(await own.untilInteraction('ringing', 20_000)).toMatchObject({
      callId,
      collected: { account: '47', contract: 'K-9' },
    });
    await speaks(own);
    await heardAtBothEnds(call, own);
    await own.done({ kind: 'end', callId });
    const [ended] = await until('the call to be over', () => ends(home, callId).length > 0 && ends(home, callId));
    expect(ended!.facts).toMatchObject({ reason: { party: 'agent' }, collected: { contract: 'K-9' } });
    expect([ends(home, callId).length, ends(host, callId)]).toEqual([1, []]);
  }, 180_000); // prettier-ignore

  test('B-06: the agent hangs up while the centre is away, and the caller’s node knows that it was the agent; a flow that returns meanwhile leaves the caller where theirs goes on', async () => {
    const { all, home, host } = scene;
    const desk = await all.ready(host, all.agents[0]!);
    const survey = await all.flow('Survey', 'ask', { ask: keyed('contract', 'return'), return: { kind: 'return' } });
    const led = await all.flow('Led', 'ask', {
      ask: keyed('account', 'there'),
      there: { kind: 'site-flow', siteId: host.siteId, flowId: survey, next: 'bye', onFailed: 'wait' },
      bye: { kind: 'hang-up', say: [] },
      wait: { kind: 'enqueue', queueId },
    });
    const surveyed = await all.number({ kind: 'flow', flowId: led });
    const ownToken = await all.agents[1]!.token();
    const first = await talking(desk);
    const second = await scene.called(surveyed);
    await scene.standsAt(host, second.callId, ({ step }) => step?.stepKey === 'ask');
    await centreIsAway();
    await desk.done({ kind: 'end', callId: first.callId });
    await until('the call to be over', () => ends(home, first.callId).length === 1);
    expect(ends(home, first.callId)[0]!.facts.reason).toEqual({ party: 'agent', code: 'hung-up' });
    second.call.rtp.sendDigits('08');
    const own = await all.readyWith(home, ownToken);
    expect(await own.untilInteraction('ringing', 20_000)).toMatchObject({ callId: second.callId, collected: { account: '47' } });
    await speaks(own);
    await heardAtBothEnds(second.call, own);
    second.call.hangUp();
    await until('the call to be over', () => ends(home, second.callId).length === 1);
    expect(ends(home, second.callId)[0]!.facts.reason).toEqual({ party: 'caller', code: 'hung-up' });
    await centreIsBack();
  }, 180_000); // prettier-ignore

  test('B-06: the agent’s node dies: the caller is served next, before all who came later, and neither line nor port is kept', async () => {
    const { all, home, host } = scene;
    const desk = await all.ready(host, all.agents[0]!);
    const { call, callId } = await talking(desk);
    const later = await scene.called(hotline, '13900139000');
    await host.process.kill();
    const own = await nextAt(home, 1, callId);
    await speaks(own);
    await heardAtBothEnds(call, own);
    for (const one of [call, later.call]) one.hangUp();
    await until('both to be over', () => ends(home, callId).length === 1 && ends(home, later.callId).length === 1);
    await isFreeAgain(home);
    await own.done({ kind: 'sign-out' });
    await host.process.boot();
    await linkIs('up');
    expect(ends(host, callId)).toEqual([]);
    await isServedAgain(await all.ready(host, all.agents[0]!));
  }, 180_000); // prettier-ignore

  test('B-06: the agent’s node dies while it rings: the caller keeps waiting, and is served at home', async () => {
    const { all, home, host } = scene;
    const desk = await all.ready(host, all.agents[0]!);
    const { call, callId } = await ringing(desk);
    const rangFrom = performance.now();
    await host.process.kill();
    const own = await nextAt(home, 1, callId);
    // A ring of its own would have lasted longer.
    expect(performance.now() - rangFrom).toBeLessThan(27_000);
    await speaks(own);
    await heardAtBothEnds(call, own);
    call.hangUp();
    await until('the call to be over', () => ends(home, callId).length === 1);
    await isFreeAgain(home);
    await own.done({ kind: 'sign-out' });
    await host.process.boot();
    await linkIs('up');
    await isServedAgain(await all.ready(host, all.agents[0]!));
  }, 180_000); // prettier-ignore

  test.each(['talking', 'ringing'] as const)('B-06: the caller’s node dies while the agent is %s: the agent is free, nothing is kept, and the call has one end', async (stage) => {
    const { all, home, host } = scene;
    const desk = await all.ready(host, all.agents[0]!);
    const { callId } = await { talking, ringing }[stage](desk);
    await home.process.kill();
    await desk.untilPresence('ready', noticedMs);
    if (stage === 'ringing') {
      const { facts } = await host.process.event('reservation.ended', (one) => one.callId === callId);
      expect(facts.outcome).toBe('withdrawn');
    }
    await isFreeAgain(host);
    await home.process.boot();
    await linkIs('up');
    await until('the end of the call', () => ends(home, callId).length > 0);
    expect(ends(home, callId).map(({ facts }) => facts.reason)).toMatchObject([{ party: 'platform', code: 'node-restarted' }]);
    expect(ends(host, callId)).toEqual([]);
    await isServedAgain(desk);
  }, 180_000); // prettier-ignore

  /** An agent there becomes ready, and has that caller and no other. */
  async function nextAt(node: CentredNode, index: number, callId: string): Promise<TestDesk> {
    await scene.standsAt(node, callId, ({ state }) => state === 'queued');
    const desk = await scene.all.ready(node, scene.all.agents[index]!);
    expect(await desk.untilInteraction('ringing', 20_000)).toMatchObject({ callId, collected: { account: '47' } });
    return desk;
  } // prettier-ignore
});
