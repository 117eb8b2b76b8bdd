/** Recording by hand and by flow: what nobody may keep is silence in the file, and its digits stand nowhere. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ladderSchema } from '@seatgrid/contracts/nouns/ladder.ts';
import { frameMs, frameSamples } from '@seatgrid/media/frame.ts';
import { findTones, loudness } from '@seatgrid/testkit/tone-finder.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { recordingInProgress, wholeRecordingInProgress } from './recording-in-progress.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, callerHz, toneOf } from './tones.ts';
import { until } from './until.ts';

const byQueue = '+864008000001';
const bySecret = '+864008000002';
const unrecorded = '+864008000003';
const card = '8675309';
let side: TelephoneSide;
let tenant: FixtureTenant;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
    const recorded = fixture.queue(tenant, { name: 'Recorded', isRecorded: true });
    const discreet = fixture.queue(tenant, { name: 'Private', isRecorded: false });
    numberWith(tenant, byQueue, { kind: 'queue', queueId: recorded.id });
    const flow = fixture.flow(tenant, 'record', {
      record: { kind: 'record', isRecorded: true, next: 'card' },
      card: {
        kind: 'gather',
        prompt: [],
        variable: 'card',
        length: { kind: 'fixed', digits: card.length },
        timeoutMs: 20_000,
        isSecret: true,
        next: 'room',
      },
      room: {
        kind: 'gather',
        prompt: [],
        variable: 'room',
        length: { kind: 'single' },
        timeoutMs: 20_000,
        next: 'wait',
      },
      wait: { kind: 'enqueue', queueId: discreet.id },
    });
    numberWith(tenant, bySecret, { kind: 'flow', flowId: flow.id });
    const off = fixture.flow(tenant, 'off', {
      off: { kind: 'record', isRecorded: false, next: 'wait' },
      wait: { kind: 'enqueue', queueId: recorded.id },
    });
    numberWith(tenant, unrecorded, { kind: 'flow', flowId: off.id });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

/** The longest stretch of frames in which a side is silent, as frame numbers. */
function longestSilence(samples: Int16Array): { readonly from: number; readonly to: number } {
  let longest = { from: 0, to: 0 };
  let from = 0;
  const frames = samples.length / frameSamples;
  for (let frame = 0; frame <= frames; frame++) {
    const isSilent = frame < frames && loudness(samples.subarray(frame * frameSamples, (frame + 1) * frameSamples)) < 0.001;
    if (isSilent) continue;
    if (frame - from > longest.to - longest.from) longest = { from, to: frame };
    from = frame + 1;
  }
  return longest;
} // prettier-ignore

const heardIn = (samples: Int16Array, fromFrame: number, frames = 20) =>
  findTones(samples.subarray(fromFrame * frameSamples, (fromFrame + frames) * frameSamples), {
    frequenciesHz: [callerHz, agentHz],
  });

test('an agent pauses: both sides are silent from the same sample to the same sample, and as before around it', async () => {
  const desk = await side.ready(tenant);
  const call = await side.ring(byQueue);
  const { callId } = await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  await desk.untilInteraction('talking');
  call.pressByInfo('1');
  await call.rtp.listen(1_500);
  await desk.done({ kind: 'pause-recording', callId, isPaused: true });
  await until('the pause on the screen', () => desk.state!.interaction?.isRecordingPaused);
  call.pressByInfo('2');
  await call.rtp.listen(1_500);
  await desk.done({ kind: 'pause-recording', callId, isPaused: false });
  await until('its end on the screen', () => desk.state!.interaction?.isRecordingPaused === false);
  call.pressByInfo('3');
  const { left, right } = await until('sound after the pause', async () => {
    await call.rtp.listen(500);
    const { left, right } = wholeRecordingInProgress(side.node.folder)!;
    const { to } = longestSilence(left);
    return left.length / frameSamples > to + 30 && heardIn(right, to).length > 0 && { left, right };
  });
  const silence = longestSilence(left);
  expect(longestSilence(right)).toEqual(silence);
  expect((silence.to - silence.from) * frameMs).toBeGreaterThan(1_400);
  for (const frame of [silence.from - 20, silence.to]) {
    expect(heardIn(left, frame)).toEqual([callerHz]);
    expect(heardIn(right, frame)).toEqual([agentHz]);
  }
  const agentId = tenant.agents[0]!.id;
  for (const kind of ['recording.paused', 'recording.resumed'] as const)
    expect((await side.node.event(kind, (facts) => facts.callId === callId)).facts).toMatchObject({ agentId });
  const reply = await fetch(`${side.node.ready.localApi}/calls/${callId}/ladder`);
  const { messages } = ladderSchema.parse(await reply.json());
  const infos = messages.filter(({ direction, text }) => direction === 'in' && text.startsWith('INFO'));
  expect(infos.map(({ text }) => /Signal=(.*)\r/.exec(text)?.[1])).toEqual(['1', '*', '3']);
}); // prettier-ignore

/** Until so much is on disk; a caller who is told nothing hears nothing. */
const recorded = (durationMs: number) =>
  until(`${durationMs} ms on disk`, () => recordingInProgress(side.node.folder, durationMs));

test('a flow records from its first word, keeps nothing of a secret, and the agent sees no digit of it', async () => {
  const call = await side.ring(bySecret);
  await call.until(['talking'], 5_000);
  await recorded(1_000);
  call.pressByInfo(card.slice(0, 4));
  call.press(card.slice(4));
  const { facts: resumed } = await side.node.event('recording.resumed', ({ agentId }) => agentId === null, 15_000);
  const { callId } = resumed;
  await recorded(2_000);
  call.press('7');
  const desk = await side.ready(tenant);
  const interaction = await desk.answer();
  expect(interaction).toMatchObject({ collected: { card: '*******', room: '7' }, isRecorded: true });
  desk.sound!.speak(toneOf(agentHz));
  await call.rtp.listen(1_000);
  await desk.done({ kind: 'end', callId });
  const { facts: recording } = await side.node.event('recording.finished', (facts) => facts.callId === callId, 20_000);
  expect(recording).toMatchObject({ agentIds: [tenant.agents[0]!.id], queueId: null });
  expect(recording.durationMs).toBeGreaterThan(2_600);
  const steps = side.node.eventsOf('flow.step').filter(({ facts }) => facts.callId === callId);
  expect(steps.map(({ facts }) => facts.digits)).toEqual([null, '*******', '7', null]);
  const { facts: ended } = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.collected).toEqual({ card: '*******', room: '7' });
  await side.settle();
  // Nothing the node has written has it: journal, ladders, log.
  await side.node.terminate();
  for (const name of globSync('**/*', { cwd: side.node.folder, withFileTypes: true }))
    if (name.isFile()) expect(readFileSync(join(name.parentPath, name.name)).includes(card), name.name).toBe(false);
  const [signals] = [readFileSync(join(side.node.folder, 'ladders', globSync('*.ladders', { cwd: join(side.node.folder, 'ladders') })[0]!), 'utf8')];
  expect(signals).toContain('Signal=*');
  expect(signals).not.toContain(`Signal=${card[0]}`);
  expect(side.node.stderr).not.toContain(card);
  await side.node.boot();
}); // prettier-ignore

test('a flow that wants no recording has none, whatever the queue says; there is nothing to pause', async () => {
  const desk = await side.ready(tenant);
  await side.ring(unrecorded);
  const { callId, isRecorded } = await desk.answer();
  expect(isRecorded).toBe(false);
  expect(await desk.command({ kind: 'pause-recording', callId, isPaused: true })).toMatchObject({
    code: 'wrong-state',
  });
});
