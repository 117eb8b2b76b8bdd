/** A node drained, declared lost, and replaced by another machine: told to the node, named to the operator, closed in the records. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCentre, type Browser, type TestCentre } from './test-centre.ts';
import { enrolNode, ids, TestLink, type EnrolledNode } from './test-node.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { generateKeyPairSync } from 'node:crypto';

let centre: TestCentre;
let operator: Browser;
let alpha: TestTenant;
let node: EnrolledNode;

beforeAll(async () => {
  centre = await startTestCentre();
  operator = await centre.operator();
  alpha = await makeTenant(centre, 'alpha');
  node = await enrolNode(centre, 'branch');
});
afterAll(() => centre?.stop());

const params = () => ({ id: node.nodeId });
const found = async () =>
  (await operator.call('GET /api/platform/nodes')).items.find(({ id }) => id === node.nodeId)!;

test('a drained node is told to take nothing new, and agents who begin are sent elsewhere; then it serves again', async () => {
  const link = await TestLink.greet(centre, node);
  const other = await TestLink.greet(centre, await enrolNode(centre, 'zzz, the last by name'));
  await link.hear('config', ({ config }) => !config.isDraining);
  expect(await operator.call('POST /api/platform/nodes/:id/drain', { params: params() })).toMatchObject({
    state: 'draining',
  });
  await link.hear('config', ({ config }) => config.isDraining);
  const { desks } = await alpha.agent.call('POST /api/desk-token');
  expect(desks.map(({ nodeName }) => nodeName)).toEqual(['zzz, the last by name', 'branch']);
  await operator.call('POST /api/platform/nodes/:id/serve', { params: params() });
  await link.hear('config', ({ config }) => !config.isDraining);
  await other.close();
  await link.close();
});

test('a node that is heard is not declared lost, nor is one by another’s name', async () => {
  const link = await TestLink.greet(centre, node);
  const declare = (name: string) =>
    operator.call('POST /api/platform/nodes/:id/declare-lost', { params: params(), body: { name } });
  await expect(declare('branch')).rejects.toMatchObject({ status: 409 });
  await expect(declare('headquarters')).rejects.toMatchObject({ status: 409 });
  await link.close();
});

test('declared lost: what lay there alone is named, its open call is closed, its key is worth nothing; another machine takes its place', async () => {
  const link = await TestLink.greet(centre, node);
  const recordedCallId = ids.next<'call'>();
  const callId = ids.next<'call'>();
  const recordingId = ids.next<'recording'>();
  const started = { kind: 'call.started', direction: 'inbound', didId: null, trunkId: null, agentId: null, ruleName: 'Always' } as const; // prettier-ignore
  const startedAtMs = Date.now() - 60_000;
  await link.tell([
    link.event(alpha.tenant.id, { ...started, callId: recordedCallId, fromNumber: '13900139000', toNumber: '+864008001000' }, startedAtMs), // prettier-ignore
    link.event(alpha.tenant.id, {
      kind: 'recording.finished', recordingId, callId: recordedCallId, queueId: null, agentIds: [], startedAtMs, durationMs: 5_000,
      path: `alpha/${recordingId}.mp3`, format: 'mp3', octets: 5_000, sha256: 'a'.repeat(64), isRecovered: false,
    }), // prettier-ignore
    link.event(alpha.tenant.id, { kind: 'call.ended', callId: recordedCallId, reason: { party: 'caller', code: 'hung-up' }, startedAtMs, answeredAtMs: startedAtMs, talkMs: 5_000, waitMs: 0, billableSeconds: 5, language: 'en', collected: {} }), // prettier-ignore
    link.event(alpha.tenant.id, {
      kind: 'call.started',
      callId,
      direction: 'inbound',
      fromNumber: '13800138000',
      toNumber: '+864008001000',
      didId: null,
      trunkId: null,
      agentId: null,
      ruleName: 'Always',
    }),
  ]);
  const callOf = (id: string) => alpha.supervisor.call('GET /api/calls/:id', { params: { id } });
  const place = async () => (await callOf(recordedCallId)).recordingPlace;
  expect(await place()).toEqual({ at: 'node', nodeName: 'branch', isHeard: true });
  await link.close();
  await expect.poll(async () => (await found()).health.link, { timeout: 8_000 }).toBe('down');
  expect(await place()).toEqual({ at: 'node', nodeName: 'branch', isHeard: false });

  const losses = await operator.call('GET /api/platform/nodes/:id/losses', { params: params() });
  expect(losses.items).toEqual([
    { tenantId: alpha.tenant.id, tenantName: 'Company alpha', openCalls: 1, recordings: 1, voiceMessages: 0, faxes: 0 },
  ]);
  const lost = await operator.call('POST /api/platform/nodes/:id/declare-lost', {
    params: params(),
    body: { name: 'branch' },
  });
  expect(lost).toMatchObject({ state: 'lost', isEnrolled: false });
  const { items } = await alpha.administrator.call('GET /api/calls', { query: { lostWithNode: 'yes' } });
  const gone = { nodeName: 'branch', atMs: expect.any(Number) as number };
  expect(items).toMatchObject([
    { id: callId, endReason: { party: 'platform', code: 'node-lost' }, billableSeconds: 0, lostWithNode: { ...gone, what: ['record'] } },
    { id: recordedCallId, endReason: { code: 'hung-up' }, lostWithNode: { ...gone, what: ['recording'] } },
  ]);
  const things = await operator.call('GET /api/platform/lost-things', { query: { sort: 'kind', order: 'ascending' } });
  const ofAlpha = { tenantName: 'Company alpha', nodeName: 'branch', toNumber: '+86********00' };
  expect(things.items).toMatchObject([
    { ...ofAlpha, kind: 'record', id: callId, callId, fromNumber: '138******00' },
    { ...ofAlpha, kind: 'recording', id: recordingId, callId: recordedCallId, fromNumber: '139******00', durationMs: 5_000 },
  ]);
  const beta = await makeTenant(centre, 'beta');
  expect((await beta.administrator.call('GET /api/calls', { query: { lostWithNode: 'yes' } })).items).toEqual([]);
  await expect(TestLink.open(centre, node)).rejects.toThrow(/401/);
  const audit = await operator.call('GET /api/platform/audit', { query: {} });
  expect(audit.items).toContainEqual(expect.objectContaining({ noun: 'node', verb: 'lose', nounId: node.nodeId }));

  // Its identity, with its site and its trunks, goes to whoever has the next token.
  const { token } = await operator.call('POST /api/platform/nodes/:id/enrolment-token', { params: params() });
  const { publicKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  const enrolled = await centre
    .browser()
    .call('POST /api/node/enrol', { body: { token, publicKey: { kty: 'OKP', crv: 'Ed25519', x: x! } } });
  expect(enrolled.nodeId).toBe(node.nodeId);
  expect(await found()).toMatchObject({ state: 'serving', isEnrolled: true, siteId: lost.siteId });
  // What is gone stays gone, and is lost once: the next machine is asked for none of it.
  expect(await place()).toEqual({ at: 'lost', nodeName: 'branch', lostAtMs: expect.any(Number) });
  const played = await alpha.supervisor.raw(`/api/recordings/${recordingId}/audio`);
  expect([played.status, await played.text()]).toEqual([503, expect.stringContaining('lost with the node')]);
  expect((await operator.call('GET /api/platform/nodes/:id/losses', { params: params() })).items).toEqual([]);
}); // prettier-ignore
