/** H-01, H-02: which conversations are recorded, under which name they lie, and how large they are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { TestDesk } from './test-desk.ts';
import { agentHz, toneOf } from './tones.ts';

const recorded = '+864008000001';
const unrecorded = '+864008000002';
const direct = '+864008000003';
let side: TelephoneSide;
let tenant: FixtureTenant;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    const yes = fixture.queue(tenant, { name: '售后 Service', isRecorded: true });
    const no = fixture.queue(tenant, { name: 'Private', isRecorded: false });
    numberWith(tenant, recorded, { kind: 'queue', queueId: yes.id });
    numberWith(tenant, unrecorded, { kind: 'queue', queueId: no.id });
    numberWith(tenant, direct, { kind: 'agent', agentId: tenant.agents[0]!.id });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

const recordingOf = (callId: CallId) =>
  side.node.event('recording.finished', (facts) => facts.callId === callId, 20_000);

async function talk(number: string): Promise<CallId> {
  const desk = await side.ready(tenant);
  const call = await side.ring(number);
  const { callId } = await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  await call.rtp.listen(2_000);
  call.hangUp();
  await side.node.event('call.ended', (facts) => facts.callId === callId);
  return callId;
}

/** ISO 13818-3 §2.4.2.3: kbit/s by index, at the lower sampling rates. */
const layer3Rates = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] as const;

test('H-01, H-02: a queue’s call lies by tenant, day, business and staff ID, and an hour of it is below 15 MB', async () => {
  const callId = await talk(recorded);
  const { facts } = await recordingOf(callId);
  expect(facts).toMatchObject({ format: 'mp3', agentIds: [tenant.agents[0]!.id] });
  expect(facts.path).toMatch(/^demo\/\d{4}-\d\d-\d\d\/\d{6}_售后-Service_8001_[0-9a-f-]{36}\.mp3$/);
  expect(facts.path).toContain(callId);
  const octets = readFileSync(join(side.node.folder, 'recordings', facts.path));
  // ISO 11172-3 §2.4.1.3: a frame begins with twelve ones; what comes before is a tag of known length.
  const start = octets.subarray(0, 3).toString() === 'ID3' ? 10 + octets.readUInt32BE(6) : 0;
  expect(octets.readUInt16BE(start) & 0xffe0).toBe(0xffe0);
  const kbitPerSecond = layer3Rates[octets[start + 2]! >> 4]!;
  const hourOctets = (kbitPerSecond * 1_000 * 3_600) / 8;
  console.log(`${kbitPerSecond} kbit/s: an hour of recording is ${(hourOctets / 1e6).toFixed(1)} MB`);
  expect(hourOctets).toBeLessThan(15e6);
  // All of it is such frames; the last one is filled up.
  expect(octets.length / (hourOctets / 3_600) - facts.durationMs / 1_000).toBeLessThan(0.25);
}); // prettier-ignore

test('a call put through to an agent without a queue is recorded too', async () => {
  const { facts } = await recordingOf(await talk(direct));
  expect(facts).toMatchObject({ queueId: null, agentIds: [tenant.agents[0]!.id] });
  expect(facts.path).toContain('_direct_8001_');
});

test('H-01: an outgoing call is recorded; the agent’s own voice stays on the right', async () => {
  const desk = await side.ready(tenant);
  const sound = await desk.openSound();
  const reply = await desk.done({ kind: 'dial', number: '13911112222', offer: sound.offerSdp });
  await sound.accept(reply.answer!);
  sound.speak(toneOf(agentHz));
  await desk.untilInteraction('talking');
  expect(desk.state!.interaction!.isRecorded).toBe(true);
  await desk.listen(1_500);
  await desk.done({ kind: 'end', callId: reply.callId! });
  const { facts } = await recordingOf(reply.callId!);
  expect(facts.durationMs).toBeGreaterThan(1_000);
});

test('a queue that is not recorded, and a call between colleagues, leave no recording', async () => {
  await talk(unrecorded);
  const first = await side.ready(tenant, 0);
  const other = side.track(await TestDesk.ready(side.node, tenant, 1));
  const sound = await first.openSound();
  const reply = await first.done({ kind: 'dial', number: '1002', offer: sound.offerSdp });
  await sound.accept(reply.answer!);
  await other.answer();
  await other.listen(500);
  await first.done({ kind: 'end', callId: reply.callId! });
  // A recorded call after them: whatever was to be told of those before has been told.
  await first.untilPresence('ready');
  await side.settle();
  const last = await talk(recorded);
  await recordingOf(last);
  const none = side.node
    .eventsOf('call.ended')
    .slice(-3, -1)
    .map(({ facts }) => facts.callId);
  for (const callId of none)
    expect(side.node.eventsOf('recording.finished').some(({ facts }) => facts.callId === callId)).toBe(false);
});
