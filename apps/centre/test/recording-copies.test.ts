/** Recordings that nodes bring: in pieces, from where the last one ended, checked by their hash, each by its own node alone. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCentre, type Browser, type TestCentre } from './test-centre.ts';
import { enrolNode, ids, TestLink, type EnrolledNode } from './test-node.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';

let centre: TestCentre;
let operator: Browser;
let alpha: TestTenant;
let beta: TestTenant;
let node: EnrolledNode;
let thief: EnrolledNode;
let link: TestLink;

beforeAll(async () => {
  centre = await startTestCentre();
  operator = await centre.operator();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  node = await enrolNode(centre, 'branch');
  thief = await enrolNode(centre, 'thief');
  link = await TestLink.greet(centre, node);
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
});

const sound = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 251));
const sha256 = createHash('sha256').update(sound).digest('hex');

async function tellRecording({ tenant }: TestTenant, startedAtMs = Date.now()): Promise<string> {
  const recordingId = ids.next<'recording'>();
  await link.tell([
    link.event(tenant.id, { kind: 'recording.finished', recordingId, callId: ids.next<'call'>(), queueId: null, agentIds: [], startedAtMs, durationMs: 500, path: `alpha/${recordingId}.mp3`, format: 'mp3', octets: sound.length, sha256, isRecovered: false }),
  ]);
  return recordingId;
} // prettier-ignore

async function ask(who: EnrolledNode, path: string, init: RequestInit = {}): Promise<Response> {
  const { headers, ...rest } = init;
  return fetch(`${centre.url}/api/node/${path}`, {
    ...rest,
    headers: { authorization: await who.bearer(), ...headers },
  });
}

const bring = (who: EnrolledNode, of: TestTenant, recordingId: string, from: number, body: Uint8Array) =>
  ask(who, `copies/${of.tenant.id}/${recordingId}/${from}`, { method: 'POST', body: new Uint8Array(body) });
const miss = (who: EnrolledNode, recordingId: string) =>
  ask(who, `missing-copies/${alpha.tenant.id}/${recordingId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"why":"no such file"}',
  });
const wanted = async (who: EnrolledNode) =>
  ((await (await ask(who, 'copies')).json()) as { items: { recordingId: string; from: number }[] }).items.map(
    ({ recordingId, from }) => [recordingId, from],
  );
const play = (recordingId: string) => alpha.supervisor.raw(`/api/recordings/${recordingId}/audio`);

test('a recording comes in pieces, and is heard from the centre when it is whole', async () => {
  const recordingId = await tellRecording(alpha);
  expect(await wanted(node)).toEqual([[recordingId, 0]]);
  const piece = async (from: number, to: number) =>
    (await bring(node, alpha, recordingId, from, sound.subarray(from, to))).json();
  expect(await piece(0, 2_000)).toEqual({ from: 2_000 });
  // Said once more, and from too far on: it hears where it goes on.
  expect(await piece(0, 2_000)).toEqual({ from: 2_000 });
  expect(await piece(3_000, 4_000)).toEqual({ from: 2_000 });
  expect(await piece(2_000, 6_000)).toEqual({ from: 5_000 });
  expect(await wanted(node)).toEqual([]);
  expect((await bring(node, alpha, recordingId, 5_000, sound.subarray(0, 1))).status).toBe(404);
  await link.close();
  const heard = await play(recordingId);
  expect(Buffer.from(await heard.arrayBuffer()).equals(sound)).toBe(true);
  expect((await beta.supervisor.raw(`/api/recordings/${recordingId}/audio`)).status).toBe(404);
  link = await TestLink.greet(centre, node, { sequence: link.sequence });
});

test('the oldest is asked for first, whosever it is', async () => {
  const younger = await tellRecording(alpha, Date.now() - 1_000);
  const older = await tellRecording(beta, Date.now() - 60_000);
  expect(await wanted(node)).toEqual([[older, 0], [younger, 0]]);
  for (const [of, id] of [[alpha, younger], [beta, older]] as const) await bring(node, of, id, 0, sound);
  expect(await wanted(node)).toEqual([]);
}); // prettier-ignore

test('another node brings nothing of it, nor does anybody for another tenant', async () => {
  const recordingId = await tellRecording(alpha);
  expect((await bring(thief, alpha, recordingId, 0, sound)).status).toBe(404);
  expect((await bring(node, beta, recordingId, 0, sound)).status).toBe(404);
  expect(await wanted(thief)).toEqual([]);
  expect((await miss(thief, recordingId)).status).toBe(404);
  expect(await wanted(node)).toEqual([[recordingId, 0]]);
  expect((await bring(node, alpha, recordingId, 0, Buffer.alloc(2_000_000))).status).toBe(413);
  expect((await bring(node, alpha, recordingId, 0, sound)).status).toBe(200);
});

test('what is not what was recorded is not kept, and what the node has not is not asked for again; both are counted', async () => {
  const altered = await tellRecording(alpha);
  expect(await (await bring(node, alpha, altered, 0, Buffer.alloc(5_000))).json()).toEqual({ from: 0 });
  const gone = await tellRecording(alpha);
  expect((await miss(node, gone)).status).toBe(204);
  expect(await wanted(node)).toEqual([]);
  const sites = await operator.call('GET /api/platform/site-recordings');
  const sums = sites.items.find(({ recordings }) => recordings > 0)!;
  expect(sums).toMatchObject({ recordings: 6, durationMs: 3_000, octets: 30_000, copiedOctets: 20_000, waitingOctets: 0, refused: 2 });
  expect(sums.days).toHaveLength(30);
  expect(sums.days.reduce((octets, day) => octets + day.octets, 0)).toBe(30_000);
}); // prettier-ignore

test('what operators let a site do is told to its nodes', async () => {
  const site = (await operator.call('GET /api/platform/sites')).items.find(({ name }) => name === 'Site of branch')!;
  expect(site).toMatchObject({ recordingUpload: null, lineUpKbits: null });
  const recordingUpload = { octetsPerDay: 200_000_000, fromTime: '22:00', toTime: '06:30', callsMax: 2 };
  const change = (body: object) => operator.call('PUT /api/platform/sites/:id', { params: { id: site.id }, body: { ...site, ...body } });
  await change({ recordingUpload, lineUpKbits: 512 });
  await link.hear('config', ({ config }) => config.recordingUpload?.fromTime === '22:00' && config.recordingUpload.timeZone === 'UTC');
  for (const wrong of [{ fromTime: '24:00' }, { octetsPerDay: 0 }, { callsMax: -1 }])
    await expect(change({ recordingUpload: { ...recordingUpload, ...wrong } })).rejects.toMatchObject({ status: 422 });
  await change({ recordingUpload: null });
  await link.hear('config', ({ config }) => config.recordingUpload === null);
}); // prettier-ignore
