/**
 * B-02: a caller in a flow of one site is led to a flow that runs at another, with all that is known of the call: there it speaks, listens
 * and leads on as it would at home, and its own flow goes on when that one has returned, or cannot be had.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { CallId, FlowId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

let all: CentredNodes;
let [siteA, siteB, siteC] = [] as unknown as [CentredNode, CentredNode, CentredNode];
let queueId: QueueId;

const keyed = (variable: string, next: string): FlowStep => ({
  kind: 'gather',
  prompt: [],
  variable,
  length: { kind: 'fixed', digits: 2 },
  timeoutMs: 20_000,
  next,
});
const bye: FlowStep = { kind: 'hang-up', say: [] };

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12', '127.0.0.13'], 2);
  [siteA, siteB, siteC] = all.nodes as [CentredNode, CentredNode, CentredNode];
  queueId = (await all.makeQueue('Contracts', { isRecorded: true, ringTimeoutMs: 20_000 })).id;
}, 120_000);
afterEach(() => all.settle());
afterAll(() => all?.close(), 60_000);

/** A number of a flow that asks, leads its callers to that flow at a site, and asks again when they are back, or were never there. */
async function numberLeadingTo(flowId: FlowId, site: CentredNode): Promise<string> {
  const home = await all.flow(`Led to ${flowId}`, 'ask', {
    ask: keyed('account', 'there'),
    there: { kind: 'site-flow', siteId: site.siteId, flowId, next: 'back', onFailed: 'failed' },
    back: keyed('after', 'bye'),
    failed: keyed('instead', 'bye'),
    bye,
  });
  return all.number({ kind: 'flow', flowId: home });
}

/** A caller of A who has keyed an account. */
async function led(number: string): Promise<{ call: PhoneCall; callId: CallId }> {
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

/** Keys, until the step that waits for them is left at that node. */
async function keys(
  call: PhoneCall,
  digits: string,
  { process }: CentredNode,
  variable: string,
  callId: string,
) {
  await until('the step to be entered', async () => (await floorOf(process, callId)) !== undefined);
  call.rtp.sendDigits(digits);
  await process.event('flow.step', (step) => step.callId === callId && step.changes?.[variable] === digits);
}

/** The step the call stands in at that node. */
async function floorOf({ ready }: CentredNode['process'], callId: string): Promise<string | undefined> {
  const inspected = (await (await fetch(`${ready.localApi}/inspect`)).json()) as {
    tenants: { floor: { calls: { callId: string; step: { stepKey: string } | null }[] } }[];
  };
  const calls = inspected.tenants.flatMap(({ floor }) => floor.calls);
  return calls.find((one) => one.callId === callId)?.step?.stepKey;
}

const standsIn = (node: CentredNode, callId: string, step: string) =>
  until(`the call to stand in ${step}`, async () => (await floorOf(node.process, callId)) === step, 10_000);

async function isOver({ process }: CentredNode, callId: string) {
  return (await process.event('call.ended', (facts) => facts.callId === callId)).facts;
}

test('B-02: a caller in A’s flow is led to one that runs at C: it speaks and reads keys there, returns with what it found, and the record has both parts', async () => {
  const survey = await all.flow('Survey', 'hello', {
    hello: { kind: 'say', text: { en: 'This is the third site.' }, next: 'ask' },
    ask: keyed('contract', 'return'),
    return: { kind: 'return' },
  });
  const { call, callId } = await led(await numberLeadingTo(survey, siteC));
  await until('C’s flow to be heard', async () =>
    (await call.rtp.listen(200)).some((sample) => Math.abs(sample) > 1_000),
  );
  await standsIn(siteC, callId, 'ask');
  await keys(call, '08', siteC, 'contract', callId);
  await standsIn(siteA, callId, 'back');
  await keys(call, '15', siteA, 'after', callId);
  expect(await isOver(siteA, callId)).toMatchObject({
    reason: { party: 'platform', code: 'flow-ended' },
    collected: { account: '47', contract: '08', after: '15' },
  });
  expect(siteC.process.eventsOf('call.ended')).toEqual([]);
  const steps = await until('the record to be whole', async () => {
    const { timeline } = await all.administrator.call('GET /api/calls/:id', { params: { id: callId } });
    const told = timeline.flatMap(({ facts }) =>
      facts.kind === 'flow.step' ? [[facts.flowName, facts.stepKey, facts.outcome]] : [],
    );
    return told.length === 7 && told;
  });
  const [there, home] = ['Survey', `Led to ${survey}`];
  expect(steps).toEqual([
    [home, 'ask', 'entered'],
    [there, 'hello', 'next'],
    [there, 'ask', 'entered'],
    [there, 'return', 'returned'],
    [home, 'there', 'returned'],
    [home, 'back', 'entered'],
    [home, 'bye', 'hang-up'],
  ]);
});

test('B-02: C’s flow leads to a queue: an agent there, then one of B, is shown all that was keyed, is heard, and passes the caller on; each site writes its own', async () => {
  const flowId = await all.flow('Contracts', 'ask', {
    ask: keyed('contract', 'wait'),
    wait: { kind: 'enqueue', queueId },
  });
  const number = await numberLeadingTo(flowId, siteC);
  for (const site of [siteC, siteB]) {
    const desk = await all.ready(site, all.agents[0]!);
    const { call, callId } = await led(number);
    await standsIn(siteC, callId, 'ask');
    await keys(call, '08', siteC, 'contract', callId);
    expect(await desk.untilInteraction('ringing', 20_000)).toMatchObject({
      callId,
      collected: { account: '47', contract: '08' },
    });
    await desk.answer();
    desk.sound!.speak(toneOf(agentHz));
    await until('the agent to be heard', async () =>
      whoIsHeard(await call.rtp.listen(300)).includes(agentHz),
    );
    await until('the caller to be heard', async () => whoIsHeard(await desk.listen(300)).includes(callerHz));
    const { agentId } = all.agents[0]!;
    const served = await siteA.process.event('call.bridged', (facts) => facts.callId === callId);
    expect(served.facts).toMatchObject({ agentId, queueId });
    await desk.done({ kind: 'attach', callId, variable: 'offer', value: '20 %' });
    await desk.done({ kind: 'transfer', callId, target: { kind: 'queue', queueId } });
    // Whoever waits now waits at home, and is this agent's again.
    expect(await desk.untilInteraction('ringing', 20_000)).toMatchObject({ collected: { offer: '20 %' } });
    await siteA.process.event('queue.entered', (facts) => facts.callId === callId);
    call.hangUp();
    expect(await isOver(siteA, callId)).toMatchObject({
      collected: { account: '47', contract: '08', offer: '20 %' },
    });
    for (const { process } of [siteB, siteC]) expect(process.eventsOf('call.ended')).toEqual([]);
    await site.process.event(
      'agent.left-call',
      (facts) => facts.callId === callId && facts.by === 'transfer',
    );
    await all.settle();
  }
});

test('B-02: an agent passes the caller to a flow that runs at C, wherever the agent is, C itself too: it speaks and reads keys there, with all that is known, and its end is the call’s', async () => {
  const flowId = await all.flow('Passed on', 'hello', {
    hello: { kind: 'say', text: { en: 'This is the third site.' }, next: 'ask' },
    ask: keyed('contract', 'return'),
    return: { kind: 'return' },
  });
  const number = await all.number({ kind: 'queue', queueId });
  for (const site of [siteA, siteB, siteC]) {
    const desk = await all.ready(site, all.agents[0]!);
    const call = await all.ring(siteA, number);
    const { callId } = await desk.answer(20_000);
    desk.sound!.speak(toneOf(agentHz));
    await desk.done({ kind: 'attach', callId, variable: 'offer', value: '20 %' });
    const target = { kind: 'flow', flowId, siteId: siteC.siteId } as const;
    await desk.done({ kind: 'transfer', callId, target });
    await desk.untilPresence('ready');
    await until('C’s flow alone to be heard', async () => {
      const heard = await call.rtp.listen(200);
      return heard.some((sample) => Math.abs(sample) > 1_000) && !whoIsHeard(heard).includes(agentHz);
    });
    await standsIn(siteC, callId, 'ask');
    await keys(call, '08', siteC, 'contract', callId);
    expect(await isOver(siteA, callId)).toMatchObject({
      reason: { party: 'platform', code: 'flow-ended' },
      collected: { offer: '20 %', contract: '08' },
    });
    const passed = siteA.process.eventsOf('call.transferred').find(({ facts }) => facts.callId === callId);
    expect(passed?.facts.target).toEqual(target);
    await all.settle();
  }
});

test('what the caller says in confidence at C is kept at neither site, and A’s recording of its flow is the only one', async () => {
  const { id: flowId } = await secretFlow();
  const home = await all.flow('Recorded', 'record', {
    record: { kind: 'record', isRecorded: true, next: 'ask' },
    ask: keyed('account', 'there'),
    there: { kind: 'site-flow', siteId: siteC.siteId, flowId, next: 'bye', onFailed: 'bye' },
    bye,
  });
  const { call, callId } = await led(await all.number({ kind: 'flow', flowId: home }));
  await standsIn(siteC, callId, 'pin');
  const paused = await siteA.process.event('recording.paused', (facts) => facts.callId === callId);
  expect(paused.facts.agentId).toBeNull();
  call.rtp.sendDigits('08');
  await siteA.process.event('recording.resumed', (facts) => facts.callId === callId);
  // The flow at C has hung up.
  const ended = await isOver(siteA, callId);
  expect(ended).toMatchObject({
    reason: { party: 'platform', code: 'flow-ended' },
    collected: { pin: '**' },
  });
  await siteA.process.event('recording.finished', (facts) => facts.callId === callId);
  const there = siteC.process.eventsOf('recording.finished').filter(({ facts }) => facts.callId === callId);
  expect(there).toEqual([]);
});

async function secretFlow(): Promise<{ id: FlowId }> {
  const pin = { ...keyed('pin', 'bye'), isSecret: true } as FlowStep;
  return { id: await all.flow('In confidence', 'pin', { pin, bye }) };
}

test('B-02: C is lost while its flow has the caller, or is drained: A’s flow goes on by its way for that', async () => {
  const flowId = await all.flow('Lost', 'ask', {
    ask: keyed('contract', 'return'),
    return: { kind: 'return' },
  });
  const number = await numberLeadingTo(flowId, siteC);
  const goesOn = async ({ call, callId }: Awaited<ReturnType<typeof led>>) => {
    await standsIn(siteA, callId, 'failed');
    await keys(call, '33', siteA, 'instead', callId);
    expect((await isOver(siteA, callId)).collected).toMatchObject({ account: '47', instead: '33' });
    const step = siteA.process
      .eventsOf('flow.step')
      .find(({ facts }) => facts.callId === callId && facts.stepKey === 'there');
    return step?.facts.outcome;
  };
  const params = { id: siteC.nodeId };
  await all.platform.call('POST /api/platform/nodes/:id/drain', { params });
  await until('C to be led nothing', async () => (await goesOn(await led(number))) === 'unreachable', 30_000);
  // Passed there by an agent, the caller stays with the agent.
  const desk = await all.ready(siteA, all.agents[0]!);
  const caller = await all.ring(siteA, await all.number({ kind: 'queue', queueId }));
  const { callId: kept } = await desk.answer(20_000);
  desk.sound!.speak(toneOf(agentHz));
  const target = { kind: 'flow', flowId, siteId: siteC.siteId } as const;
  expect(await desk.command({ kind: 'transfer', callId: kept, target })).toMatchObject({ kind: 'refusal', code: 'not-available' }); // prettier-ignore
  await until('the agent to be heard', async () =>
    whoIsHeard(await caller.rtp.listen(300)).includes(agentHz),
  );
  await all.settle();
  await all.platform.call('POST /api/platform/nodes/:id/serve', { params });
  const onward = await until(
    'C to take callers again',
    async () => {
      const one = await led(number);
      const step = await until('a step', async () => {
        const at = await floorOf(siteA.process, one.callId);
        return at === 'failed' || (await floorOf(siteC.process, one.callId)) === 'ask'
          ? (at ?? 'gone')
          : null;
      });
      if (step === 'there') return one;
      one.call.hangUp();
      return undefined;
    },
    30_000,
  );
  await siteC.process.kill();
  expect(await goesOn(onward)).toBe('lost');
  await siteC.process.boot();
});
