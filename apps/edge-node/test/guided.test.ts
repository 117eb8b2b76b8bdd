/** D-09: agent, customer and flow on one line: all three are heard by each other, and the customer's keys drive the flow. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { recordingInProgress } from './recording-in-progress.ts';
import {
  TelephoneSide,
  layPrompts,
  numberWith,
  promptFile,
  type PromptFileAtHand,
} from './telephone-side.ts';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import { agentHz, callerHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const number = '+864008000001';
const promptMs = 8_000;
let side: TelephoneSide;
let tenant: FixtureTenant;
let flow: CallFlow;
let prompt: PromptFileAtHand;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
    numberWith(tenant, number, { kind: 'queue', queueId: fixture.queue(tenant, { isRecorded: true }).id });
    // What the flow says is a tone, so that it can be told from who speaks.
    const second = toneOf(outsideHz);
    const sound = new Int16Array((promptMs / 1_000) * second.length);
    for (let at = 0; at < sound.length; at += second.length) sound.set(second, at);
    prompt = promptFile(tenant, writeWav(sound, 8_000), promptMs);
    flow = fixture.flow(tenant, 'ask', {
      ask: {
        kind: 'gather',
        prompt: [{ kind: 'prompt', promptId: prompt.id }],
        variable: 'card',
        length: { kind: 'fixed', digits: 3 },
        timeoutMs: 10_000,
        next: 'bye',
      },
      bye: { kind: 'hang-up', say: [] },
    });
  });
  layPrompts(side.node, [prompt]);
  await side.reconfigure();
});

afterEach(() => side.settle());
afterAll(() => side?.close());

async function heardBy(party: { listen(durationMs: number): Promise<Int16Array> }): Promise<number[]> {
  await party.listen(300);
  return whoIsHeard(await party.listen(500));
}

test('D-09: all three hear each other; the customer’s keys drive the flow; at its end the two are by themselves', async () => {
  const agent = await side.ready(tenant);
  const caller = await side.ring(number);
  const { callId } = await agent.answer();
  agent.sound!.speak(toneOf(agentHz));
  await caller.until(['talking'], 5_000);
  await until('the flow to be offered', () => agent.state!.flows.some(({ id }) => id === flow.id));
  await agent.done({ kind: 'guide', callId, flowId: flow.id });
  await until('the desk to say so', () => agent.state!.interaction!.guidedBy === 'Main');
  expect(await heardBy(caller.rtp)).toEqual([agentHz, outsideHz]);
  expect(await heardBy(agent)).toEqual([callerHz, outsideHz]);
  // H-01: what the caller was told is on the recording as it was heard, whoever said it.
  const sides = await until('the recording', () => recordingInProgress(side.node.folder, 500));
  expect(whoIsHeard(sides.left)).toEqual([callerHz]);
  expect(whoIsHeard(sides.right)).toEqual([agentHz, outsideHz]);

  const refused = await agent.command({
    kind: 'transfer',
    callId,
    target: { kind: 'number', number: '13911112222' },
  });
  expect(refused).toMatchObject({ kind: 'refusal', code: 'wrong-state' });

  caller.press('123');
  const step = await side.node.event('flow.step', (facts) => facts.callId === callId);
  expect(step.facts).toMatchObject({ stepKey: 'ask', digits: '123' });
  await side.node.event('guide.ended', (facts) => facts.callId === callId);
  await until('the desk to say so', () => agent.state!.interaction!.guidedBy === null);
  expect(agent.state!.interaction!.collected).toEqual({ card: '123' });
  expect(await heardBy(caller.rtp)).toEqual([agentHz]);
  expect(await heardBy(agent)).toEqual([callerHz]);
});

test('E-10: passed on to automatic service, the customer is alone with the flow and the agent is free', async () => {
  const agent = await side.ready(tenant);
  const caller = await side.ring(number);
  const { callId } = await agent.answer();
  agent.sound!.speak(toneOf(agentHz));
  await caller.until(['talking'], 5_000);
  await agent.done({ kind: 'transfer', callId, target: { kind: 'flow', flowId: flow.id } });
  await agent.untilPresence('ready');
  expect(await heardBy(caller.rtp)).toEqual([outsideHz]);
  caller.press('456');
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts).toMatchObject({ reason: { code: 'flow-ended' }, collected: { card: '456' } });
});

test('the agent leaves the flow when enough is shown, and the call goes on', async () => {
  const agent = await side.ready(tenant);
  const caller = await side.ring(number);
  const { callId } = await agent.answer();
  agent.sound!.speak(toneOf(agentHz));
  await caller.until(['talking'], 5_000);
  await agent.done({ kind: 'guide', callId, flowId: flow.id });
  await until('the desk to say so', () => agent.state!.interaction!.guidedBy !== null);
  await agent.done({ kind: 'end-guide', callId });
  expect(await heardBy(caller.rtp)).toEqual([agentHz]);
  caller.hangUp();
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'caller', code: 'hung-up' });
});
