/** Recordings stay at their node and are heard over its thin line: from the middle within seconds, and nothing is sent that nobody hears any more. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { systemRandom } from '@seatgrid/media/call/runtime/system-random.ts';
import type { ApiSession } from '@seatgrid/testkit/api-session.ts';
import { ThinLine } from '@seatgrid/testkit/thin-line.ts';
import { realClock } from '../src/runtime/real-clock.ts';
import { openCentreAccess } from '../src/uplink/centre-access.ts';
import { openUplinkUnderTest } from '../src/uplink/uplink-under-test.ts';
import { CentreProcess, operator } from './centre-process.ts';
import { until } from './until.ts';

const administrator = { email: 'admin@acme.example', password: 'a-long-password' };
/** ADSL: 512 kbit/s up, 2 Mbit/s down, 60 ms there and back. */
const adsl = { upOctetsPerSecond: 64_000, downOctetsPerSecond: 250_000, latencyMs: 30 };
/** An hour of both sides as MP3, 32 kbit/s: some four minutes of the line. */
const hourOctets = 14_400_000;

let folder: string;
let centre: CentreProcess;
let line: ThinLine;
let node: ReturnType<typeof openUplinkUnderTest>;
let acme: ApiSession;
let tenantId: TenantId;
let platform: ApiSession;
let siteId: string;
let nodeId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-adsl-'));
  centre = await CentreProcess.start({ folder: join(folder, 'centre') });
  platform = await centre.signIn(operator);
  const site = await platform.call('POST /api/platform/sites', { body: { name: 'Branch', timeZone: 'UTC' } });
  const { id } = await platform.call('POST /api/platform/nodes', { body: { siteId: site.id, name: 'Branch' } });
  [siteId, nodeId] = [site.id, id];
  const { token } = await platform.call('POST /api/platform/nodes/:id/enrolment-token', { params: { id } });
  const quotas = { agentsSignedIn: 3, concurrentCalls: 3, flows: 3 };
  const tenant = await platform.call('POST /api/platform/tenants', {
    body: { slug: 'acme', name: 'Acme', locale: 'en', timeZone: 'UTC', quotas, administrator: { ...administrator, name: 'Ada' } },
  });
  tenantId = tenant.id as TenantId;
  acme = await centre.signIn(administrator);
  line = await ThinLine.open({ targetPort: centre.port, ...adsl });
  const access = openCentreAccess({ url: `http://127.0.0.1:${line.port}`, folder, enrolToken: token, clock: realClock });
  node = openUplinkUnderTest({ centre: access, folder, clock: realClock, random: systemRandom, tenantId });
  node.uplink.start();
}, 120_000); // prettier-ignore

afterAll(async () => {
  await node?.close();
  await line?.close();
  await centre?.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** The first octets of a part of the recording, and how long they took; whoever asked then leaves. */
async function listen(path: string, from: number, octets: number): Promise<{ heard: Buffer; ms: number }> {
  const leaving = new AbortController();
  const beganMs = performance.now();
  const reply = await acme.raw(path, { headers: { range: `bytes=${from}-` }, signal: leaving.signal });
  expect(reply.status).toBe(206);
  const parts: Buffer[] = [];
  let length = 0;
  const reader = reply.body!.getReader();
  while (length < octets) {
    const { value } = await reader.read();
    parts.push(Buffer.from(value!));
    length += value!.length;
  }
  const ms = performance.now() - beganMs;
  leaving.abort();
  return { heard: Buffer.concat(parts).subarray(0, octets), ms };
}

/** As a node keeps it, each stretch another; the node tells of it, and the centre knows it. */
async function recorded(path: string, octets: number): Promise<{ readonly id: string; readonly sound: Buffer }> {
  const noise = Buffer.from(systemRandom.bytes(65_536));
  const sound = Buffer.alloc(octets);
  for (let at = 0; at < octets; at += noise.length) noise.copy(sound, at);
  for (let at = 0; at + 4 <= octets; at += 4_096) sound.writeUInt32BE(at, at);
  mkdirSync(join(node.recordingsFolder, 'acme'), { recursive: true });
  writeFileSync(join(node.recordingsFolder, path), sound);
  const id = node.ids.next<'recording'>();
  node.journal.record(tenantId, { kind: 'recording.finished', recordingId: id, callId: node.ids.next<'call'>(), queueId: null, agentIds: [], startedAtMs: realClock.nowMs(), durationMs: octets / 4, path, format: 'mp3', octets, sha256: createHash('sha256').update(sound).digest('hex'), isRecovered: false });
  await until('the centre knows of it', () => node.journal.pending() === 0, 30_000);
  return { id, sound };
} // prettier-ignore

async function quiet(): Promise<boolean> {
  const before = line.octets.up;
  await new Promise((wake) => setTimeout(wake, 1_000));
  return line.octets.up - before < adsl.upOctetsPerSecond / 10;
}

test('B-10: the middle of an hour is heard within seconds over 512 kbit/s, and the line is free again when the listener has gone', async () => {
  await until('the link is up', () => node.uplink.state() === 'up', 30_000);
  const { id, sound: hour } = await recorded('acme/hour.mp3', hourOctets);
  const path = `/api/recordings/${id}/audio`;
  // Two seconds of sound each time, seeking while the stretch before is still on its way.
  const seconds = 8_000;
  const took: number[] = [];
  for (const from of [0, hourOctets / 2, hourOctets / 4, hourOctets - 100_000]) {
    const { heard, ms } = await listen(path, from, seconds);
    expect(heard.equals(hour.subarray(from, from + seconds))).toBe(true);
    took.push(Math.round(ms));
  }
  console.log(`sound begins after ${took.join(', ')} ms; the whole would take ${Math.round(hourOctets / adsl.upOctetsPerSecond)} s`);
  // A twentieth of what lies before the middle would take.
  for (const ms of took) expect(ms).toBeLessThan((hourOctets / 2 / adsl.upOctetsPerSecond) * 1_000 / 20);
  await until('the line to be free', quiet, 30_000);
}, 120_000); // prettier-ignore

test('B-10: in idle gaps recordings are brought to the centre, the oldest first, within the day’s budget; cuts cost a piece, and what was brought outlives its node', async () => {
  const site = (await platform.call('GET /api/platform/sites')).items.find(({ id }) => id === siteId)!;
  const letUpload = (octetsPerDay: number | null) =>
    platform.call('PUT /api/platform/sites/:id', {
      params: { id: siteId },
      body: { ...site, recordingUpload: octetsPerDay === null ? null : { octetsPerDay, fromTime: '00:00', toTime: '00:00', callsMax: 3 } },
    });
  const first = await recorded('acme/first.mp3', 100_000);
  const second = await recorded('acme/second.mp3', 60_000);
  const third = await recorded('acme/third.mp3', 400_000);
  // Somebody tidied up at the node: that one is passed over, and named.
  rmSync(join(node.recordingsFolder, 'acme/hour.mp3'));
  const summed = async () => (await platform.call('GET /api/platform/site-recordings')).items.find((one) => one.siteId === siteId)!;
  expect(await summed()).toMatchObject({ copiedOctets: 0, refused: 0 });
  const carried = line.octets.up;
  await letUpload(300_000);
  await until('something is on its way', () => line.octets.up - carried > 60_000, 60_000);
  line.cut();
  await until('two of them are there', async () => (await summed()).copiedOctets > 165_000, 120_000);
  await until('the line to be free', quiet, 60_000);
  const sums = await summed();
  expect(sums.refused).toBe(1);
  // To the octet, less what the cut had under way.
  expect(sums.copiedOctets).toBeLessThanOrEqual(300_000);
  expect(sums.copiedOctets + sums.waitingOctets).toBe(560_000);
  const { items } = await platform.call('GET /api/platform/nodes/:id/losses', { params: { id: nodeId } });
  expect(items).toMatchObject([{ recordings: 2 }]);

  await letUpload(null);
  await node.uplink.close();
  const gone = async () => (await platform.call('GET /api/platform/nodes')).items.find(({ id }) => id === nodeId)!;
  await until('the node is missed', async () => (await gone()).health.link === 'down', 30_000);
  await platform.call('POST /api/platform/nodes/:id/declare-lost', { params: { id: nodeId }, body: { name: 'Branch' } });
  for (const { id, sound } of [first, second]) {
    const reply = await acme.raw(`/api/recordings/${id}/audio`, { headers: { range: 'bytes=1000-' } });
    expect(reply.status).toBe(206);
    expect(Buffer.from(await reply.arrayBuffer()).equals(sound.subarray(1_000))).toBe(true);
  }
  const lost = await acme.raw(`/api/recordings/${third.id}/audio`, {});
  expect([lost.status, ((await lost.json()) as { message: string }).message]).toEqual([503, expect.stringContaining('lost with the node')]);
}, 240_000); // prettier-ignore
