/** B-15: what an agent and a supervisor do with a call of another node, path by path, as with one of their own. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FixtureTenant } from './fixture-config.ts';
import { numberWith } from './telephone-side.ts';
import { TestSupervisor } from './test-supervisor.ts';
import { agentHz, callerHz, supervisorHz, toneOf, whoIsHeard } from './tones.ts';
import { TwoNodes } from './two-nodes.ts';
import { until } from './until.ts';

const hotline = '+864008000001';
const recordedLine = '+864008000002';
let nodes: TwoNodes;
let tenant: FixtureTenant;
let survey: string;

beforeAll(async () => {
  nodes = await TwoNodes.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
    const { id: queueId } = fixture.queue(tenant, { isRecorded: false, wrapUpMs: 0 });
    numberWith(tenant, hotline, { kind: 'queue', queueId });
    const kept = fixture.flow(tenant, 'on', {
      on: { kind: 'record', isRecorded: true, next: 'wait' },
      wait: { kind: 'enqueue', queueId },
    });
    numberWith(tenant, recordedLine, { kind: 'flow', flowId: kept.id });
    ({ id: survey } = fixture.flow(tenant, 'mark', {
      mark: {
        kind: 'gather',
        prompt: [],
        variable: 'mark',
        length: { kind: 'single' },
        timeoutMs: 20_000,
        next: 'bye',
      },
      bye: { kind: 'hang-up', say: [] },
    }));
  });
});
afterEach(() => nodes.settle());
afterAll(() => nodes?.close());

async function talking(number = hotline) {
  const call = await nodes.home.ring(number);
  const match = await nodes.waiting();
  const { desk } = await nodes.served(match, tenant, 0);
  desk.sound!.speak(toneOf(agentHz));
  return { call, desk, callId: match.callId };
}

function hears(party: { listen(durationMs: number): Promise<Int16Array> }, hz: readonly number[]) {
  return until(`${hz.join(' and ')} Hz to be heard`, async () => {
    const heard = whoIsHeard(await party.listen(300));
    return heard.length === hz.length && hz.every((one) => heard.includes(one));
  });
}

test('E-11: muted, the agent at another node is not heard and hears on', async () => {
  const { call, desk, callId } = await talking();
  await hears(call.rtp, [agentHz]);
  await desk.done({ kind: 'mute', callId, isMuted: true });
  await hears(call.rtp, []);
  await hears(desk, [callerHz]);
  await desk.done({ kind: 'mute', callId, isMuted: false });
  await hears(call.rtp, [agentHz]);
  call.hangUp();
});

test('D-09: a flow the agent guides runs at the agent’s node, and what the caller keys there is in the record of the caller’s', async () => {
  const { call, desk, callId } = await talking();
  await desk.done({ kind: 'guide', callId, flowId: survey as never });
  await until('the desk to say so', () => desk.state!.interaction!.guidedBy !== null);
  call.rtp.sendDigits('4');
  await nodes.host.event('guide.ended', (facts) => facts.callId === callId);
  await until('the desk to say so', () => desk.state!.interaction!.guidedBy === null);
  expect(desk.state!.interaction!.collected).toEqual({ mark: '4' });
  await hears(call.rtp, [agentHz]);
  call.hangUp();
  const ended = await nodes.home.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.collected).toEqual({ mark: '4' });
});

test('a recording that a flow has begun goes on at the caller’s node, once; the agent at the other sees it, and pauses it', async () => {
  const { call, desk, callId } = await talking(recordedLine);
  expect(desk.state!.interaction).toMatchObject({ isRecorded: true, isRecordingPaused: false });
  await desk.done({ kind: 'pause-recording', callId, isPaused: true });
  await nodes.home.node.event('recording.paused', (facts) => facts.callId === callId);
  await until('the desk to show it', () => desk.state!.interaction!.isRecordingPaused);
  expect(desk.state!.interaction!.isRecorded).toBe(true);
  await desk.done({ kind: 'pause-recording', callId, isPaused: false });
  await nodes.home.node.event('recording.resumed', (facts) => facts.callId === callId);
  call.hangUp();
  const kept = await nodes.home.node.event('recording.finished', (facts) => facts.callId === callId);
  expect(kept.facts.agentIds).toEqual([tenant.agents[0]!.id]);
  await nodes.host.event('agent.left-call', (facts) => facts.callId === callId);
  const twice = nodes.host.eventsOf('recording.finished').filter(({ facts }) => facts.callId === callId);
  expect(twice).toEqual([]);
});

test('a supervisor at the agent’s node whispers to the agent alone, in a call of another node', async () => {
  const { call, desk } = await talking();
  const supervisor = await TestSupervisor.open(nodes.host, tenant);
  await supervisor.monitor(tenant.agents[0]!.id);
  supervisor.sound!.speak(toneOf(supervisorHz));
  await hears(supervisor, [agentHz, callerHz]);
  await supervisor.done({ kind: 'switch', mode: 'whisper' });
  await hears(desk, [callerHz, supervisorHz]);
  await hears(call.rtp, [agentHz]);
  supervisor.close();
  await hears(desk, [callerHz]);
  call.hangUp();
});
