/** A number that one node owes a call is served by an agent of another: the node that owes it calls, over its own lines. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CallWanting } from '@seatgrid/core/matching/match.ts';
import { plainCallback } from '@seatgrid/core/routing/callback.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import type { FixtureTenant } from './fixture-config.ts';
import type { MatchQuestion } from './matched-node.ts';
import { numberWith } from './telephone-side.ts';
import { agentHz, outsideHz, toneOf } from './tones.ts';
import { TwoNodes } from './two-nodes.ts';
import { until } from './until.ts';

const offered = '+864008000031';
let nodes: TwoNodes;
let tenant: FixtureTenant;

beforeAll(async () => {
  nodes = await TwoNodes.start((fixture) => {
    tenant = fixture.tenant({ slug: 'owed', number: '+864008000030', agents: 2, locale: 'en' });
    const callback = { ...plainCallback, attemptsMax: 2, pauseMs: 1_000 };
    const { id: queueId } = fixture.queue(tenant, { callback, isRecorded: true, wrapUpMs: 5_000 });
    const bye = { kind: 'hang-up', say: [] } as const;
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
      offer: { kind: 'callback-offer', queueId, next: 'bye', onDeclined: 'bye', onNone: 'bye' },
      bye,
    });
    numberWith(tenant, offered, { kind: 'flow', flowId: flow.id });
  });
});
afterEach(() => nodes.settle());
afterAll(() => nodes?.close());

/** Somebody asks to be called back; what the matchmaker is told of it. */
async function owed(from: string): Promise<CallWanting> {
  const { home } = nodes;
  const call = await home.ring(offered, from);
  await call.until(['talking'], 15_000);
  call.press('5');
  const started = await home.node.event('call.started', (one) => one.fromNumber === from);
  const { callId } = started.facts;
  await home.node.event('flow.step', (one) => one.stepKey === 'sort' && one.callId === callId, 20_000);
  call.press('1');
  await home.node.event('callback.asked', (facts) => facts.number === from, 20_000);
  await call.until(['ended'], 30_000);
  const question: MatchQuestion = { kind: 'wanting', tenantId: tenant.config.tenant.id };
  const found = await until('the number to want an agent', async () =>
    (await home.node.ask<CallWanting[]>(question)).find(({ contact }) => contact === 'callback'),
  );
  return found;
}

test('the agent at the other node is offered what the caller chose, sees the number dialled, and talks with whoever answers', async () => {
  const match = await owed('13800000041');
  const desk = await nodes.rung(match, tenant, 0);
  expect(desk.state!.interaction).toMatchObject({
    direction: 'outbound',
    number: '13800000041',
    callback: { origin: 'caller' },
    path: ['Orders'],
    queue: { id: match.queueId },
  });
  const { callId } = match;
  const sound = await desk.openSound();
  const reply = await desk.done({ kind: 'answer', callId, offer: sound.offerSdp });
  await desk.connect(callId, reply.answer!);
  const rung = await until('the number to be called', () => nodes.home.outsideLeg);
  await desk.untilInteraction('talking');
  desk.sound!.speak(toneOf(agentHz));
  await until('the agent outside', async () => toneAmplitude(await rung.rtp.listen(300), agentHz) > 0.1);
  await until('the caller at the desk', async () => toneAmplitude(await desk.listen(300), outsideHz) > 0.1);
  const tried = await nodes.home.node.event('callback.tried', (facts) => facts.callId === callId);
  expect(tried.facts).toMatchObject({ attempt: 1, outcome: 'reached' });
  await desk.done({ kind: 'end', callId });
  await desk.untilPresence('wrapping');
  const bridged = await nodes.home.node.event('call.bridged', (facts) => facts.callId === callId);
  expect(bridged.facts.agentId).toBe(tenant.agents[0]!.id);
  await nodes.host.event('recording.finished', (facts) => facts.callId === callId);
  await desk.done({ kind: 'finish-wrap-up', callId, dispositionId: null, notes: '' });
}, 60_000);

test('the number is busy: the agent at the other node hears so and has nothing to wrap up, and the number is owed a call as before', async () => {
  nodes.home.busyOutside.add('13800000042');
  const match = await owed('13800000042');
  const desk = await nodes.rung(match, tenant, 1);
  const { callId } = match;
  const sound = await desk.openSound();
  await desk.done({ kind: 'answer', callId, offer: sound.offerSdp });
  await desk.untilPresence('ready');
  const tried = await nodes.home.node.event('callback.tried', (facts) => facts.callId === callId);
  expect(tried.facts.outcome).toBe('busy');
  expect(nodes.host.eventsOf('recording.finished').filter(({ facts }) => facts.callId === callId)).toEqual(
    [],
  );
}, 60_000);
