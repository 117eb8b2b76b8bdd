/** Every call seen from outside: its ladder, its sound, its end in the log, and its messages at a collector. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ladderSchema, type Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { HepListener } from './hep-listener.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, toneOf } from './tones.ts';
import { until } from './until.ts';

const queued = '+864008000001';
const direct = '+864008000002';
const callerNumber = '13800138000';
let side: TelephoneSide;
let tenant: FixtureTenant;
let collector: HepListener;

beforeAll(async () => {
  collector = await HepListener.open();
  side = await TelephoneSide.start(
    (fixture) => {
      tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
      const queue = fixture.queue(tenant, { ringTimeoutMs: 10_000 });
      numberWith(tenant, queued, { kind: 'queue', queueId: queue.id });
      numberWith(tenant, direct, { kind: 'agent', agentId: tenant.agents[0]!.id });
    },
    {
      SEATGRID_HEP_COLLECTOR: `127.0.0.1:${collector.port}`,
      SEATGRID_HEP_AGENT_ID: '2026',
      SEATGRID_HEP_PASSWORD: 'collectors-secret',
    },
  );
});

afterEach(() => side.settle());
afterAll(async () => {
  await side?.close();
  collector.close();
});

async function ladderOf(callId: string): Promise<Ladder> {
  const reply = await fetch(`${side.node.ready.localApi}/calls/${callId}/ladder`);
  return ladderSchema.parse(await reply.json());
}

/** Requests and final answers; which provisional ones there are is a matter of haste. */
const rungs = ({ messages }: Ladder, leg: string) =>
  messages
    .filter((message) => message.leg === leg && !message.text.startsWith('SIP/2.0 1'))
    .map(({ direction, text }) => `${direction} ${text.startsWith('SIP/2.0') ? text.slice(8, 11) : text.split(' ')[0]}`); // prettier-ignore

/** What the log says of a call that is over. */
const endLineOf = (callId: string) =>
  until('the end in the log', () =>
    side.node.stderr
      .split('\n')
      .filter((line) => line.includes('"a call ended"') && line.includes(callId))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .at(0),
  );

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

test('a desk phone’s call to the outside leaves both its dialogs, without the proof the phone gave; tshark and a collector read the same', async ({ skip }) => {
  const phone = await RegisteredPhone.open(side.node, { domain: 'demo.seatgrid', extension: '1001' });
  phone.rtp.speak(toneOf(agentHz));
  phone.dial('13911112222');
  await phone.untilTalking();
  await phone.rtp.listen(1_000);
  const { facts: started } = await side.node.event('call.started', ({ toNumber }) => toNumber === '13911112222');
  phone.hangUp();
  await side.node.event('call.ended', ({ callId }) => callId === started.callId);
  const ladder = await until('the last answer', async () => {
    const found = await ladderOf(started.callId);
    return rungs(found, 'outside-1').at(-1) === 'in 200' && found;
  });
  expect(rungs(ladder, 'caller')).toEqual(['in INVITE', 'out 401', 'in ACK', 'in INVITE', 'out 200', 'in ACK', 'in BYE', 'out 200']);
  expect(rungs(ladder, 'outside-1')).toEqual(['out INVITE', 'in 200', 'out ACK', 'out BYE', 'in 200']);
  expect(ladder).toMatchObject({ node: { port: side.node.sipPort }, leftOut: 0 });
  expect(ladder.messages.every(({ atMs }, index) => atMs >= (ladder.messages[index - 1]?.atMs ?? 0))).toBe(true);
  expect(JSON.stringify(ladder)).not.toContain('response=');
  expect(ladder.messages.filter(({ text }) => /^INVITE[^]*authorization: \(not kept\)/i.test(text))).toHaveLength(1);

  const reported = collector.reports.filter(({ correlation }) => ladder.messages.some(({ sipCallId }) => sipCallId === correlation));
  expect(reported.map(({ payload }) => payload)).toEqual(ladder.messages.map(({ text }) => text));
  expect(reported[0]).toMatchObject({ ipProtocol: 17, kind: 1, agentId: 2026, password: 'collectors-secret', to: `127.0.0.1:${side.node.sipPort}` });
  expect(reported[0]!.atMs).toBeCloseTo(ladder.messages[0]!.atMs, 0);
  expect(collector.reports.some(({ payload }) => payload.includes('response='))).toBe(false);

  const { facts: sound } = await side.node.event('leg.media', ({ callId, leg }) => callId === started.callId && leg === 'outside-1');
  expect(sound).toMatchObject({ agentId: null, codec: expect.stringMatching(/^PCM[AU]$/), foreign: 0 });
  expect(sound.packetsIn).toBeGreaterThan(30);
  expect(sound.packetsOut).toBeGreaterThan(30);
  // B-07: where it went and came from, as described and as seen.
  const { local, signalled, places } = sound.path!;
  expect(local).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(places).toMatchObject([{ at: signalled[0], packetsIn: sound.packetsIn, packetsOut: sound.packetsOut, octetsOut: sound.octetsOut }]);
  expect(await endLineOf(started.callId)).toMatchObject({ party: 'agent', code: 'hung-up', status: 200, side: 'caller', to: '139******22', tenant: 'demo' });
  await phone.close();

  const pcap = join(side.node.folder, 'call.pcap');
  const reply = await fetch(`${side.node.ready.localApi}/calls/${started.callId}/ladder.pcap`);
  writeFileSync(pcap, Buffer.from(await reply.arrayBuffer()));
  const read = spawnSync('tshark', ['-r', pcap, '-d', `udp.port==${side.node.sipPort},sip`, '-T', 'fields', '-e', 'sip.CSeq', '-e', '_ws.malformed'], { encoding: 'utf8' });
  if (read.error) skip('tshark is not installed');
  expect(read.status, read.stderr).toBe(0);
  const sequences = ladder.messages.map(({ text }) => /^CSeq: *(.+)$/im.exec(text)![1]!.trim());
  expect(read.stdout.trimEnd().split('\n').map((line) => line.trim())).toEqual(sequences);
}); // prettier-ignore

test('a call through a queue tells of its caller’s and its agent’s sound, and who hung up; a ladder outlives the node', async () => {
  const desk = await side.ready(tenant);
  const call = await side.ring(queued);
  const { callId } = await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  await call.rtp.listen(1_000);
  await desk.done({ kind: 'end', callId });
  const sounds = await until('both sounds', () => {
    const found = side.node.eventsOf('leg.media').filter(({ facts }) => facts.callId === callId);
    return found.length === 2 && found.map(({ facts }) => facts);
  });
  const caller = sounds.find(({ leg }) => leg === 'caller')!;
  const agent = sounds.find(({ leg }) => leg !== 'caller')!;
  expect(agent).toMatchObject({ leg: 'agent-1', agentId: tenant.agents[0]!.id });
  expect(sum([caller.packetsIn, agent.packetsIn])).toBeGreaterThan(60);
  const line = await endLineOf(callId);
  expect(line).toMatchObject({ party: 'agent', code: 'hung-up', status: 200, side: 'agent-1', from: '138******00' });
  expect(JSON.stringify(line)).not.toContain(callerNumber);
  await side.settle();
  const before = await ladderOf(callId);
  await side.node.terminate();
  await side.node.boot();
  expect(await ladderOf(callId)).toEqual(before);
}); // prettier-ignore

test('who gives up while it rings hears 487, and the log says so; a number of nobody leaves a ladder, too', async () => {
  const call = await side.ring('+864008000000');
  await call.until(['failed'], 5_000);
  await until('the refusal in the log', () => side.node.stderr.includes('"a call was refused"'));
  const { facts: refused } = await side.node.event('call.refused');
  await until('its ladder', async () => rungs(await ladderOf(refused.callId), 'caller').join() === 'in INVITE,out 404,in ACK');
  const desk = await side.ready(tenant);
  const ringing = await side.ring(direct);
  const { callId } = await desk.untilInteraction('ringing');
  ringing.hangUp();
  expect(await endLineOf(callId)).toMatchObject({ party: 'caller', code: 'abandoned', status: 487, side: 'caller' });
  const unknown = await fetch(`${side.node.ready.localApi}/calls/00000000-0000-7000-8000-000000000000/ladder.pcap`);
  expect(unknown.status).toBe(404);
}); // prettier-ignore
