/** B-07: what a node signs of a call's sound is kept with the call, judged by the node's key, and shown to whoever may read the call. */
import { createHash } from 'node:crypto';
import { CompactSign } from 'jose';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callProofSchema } from '@seatgrid/contracts/nouns/sound-proof.ts';
import {
  lineAccount,
  type LineFacts,
  type SoundStatement,
} from '@seatgrid/contracts/journal/sound-statement.ts';
import type { CallId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { judgeCallProof } from '@seatgrid/adapters/jose/judge-call-proof.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, newNodeKey, TestLink, type EnrolledNode } from './test-node.ts';

let centre: TestCentre;
let alpha: TestTenant;
let beta: TestTenant;
let node: EnrolledNode;
let link: TestLink;

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  node = await enrolNode(centre, 'branch');
  link = await TestLink.greet(centre, node);
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
});

function lineOf(callId: CallId, leg: string, at: string): LineFacts {
  const packets = { packetsIn: 250, packetsOut: 251, octetsIn: 43_000, octetsOut: 43_172 };
  const path = { local: '10.7.0.2:20000', signalled: [at], places: [{ at, ...packets }] };
  return { kind: 'leg.media', callId, leg, agentId: null, codec: 'PCMA', lost: 0, concealed: 0, jitterMs: 0.75, foreign: 0, ...packets, path };
} // prettier-ignore

async function signed(
  tenant: TestTenant,
  lines: readonly LineFacts[],
  key: KeyObject = node.privateKey,
): Promise<string> {
  const statement: SoundStatement = {
    form: 1,
    nodeId: node.nodeId,
    tenantId: tenant.tenant.id as TenantId,
    atMs: 1_790_000_000_000,
    networks: ['10.7.0.0/16'],
    calls: [...Map.groupBy(lines, ({ callId }) => callId)].map(([callId, theirs]) => ({
      callId,
      fromMs: 1_790_000_000_000,
      toMs: 1_790_000_010_000,
      lines: theirs.map((line) => createHash('sha256').update(lineAccount(line)).digest('base64url')),
      linkOctets: 812,
    })),
  };
  return new CompactSign(new TextEncoder().encode(JSON.stringify(statement)))
    .setProtectedHeader({ alg: 'EdDSA', kid: createPublicKey(key).export({ format: 'jwk' }).x! })
    .sign(key);
}

/** A call of these lines, told by the node; `told` where other lines are told than are signed for. */
async function tellCall(
  places: readonly string[],
  { tenant = alpha, key, told }: { tenant?: TestTenant; key?: KeyObject; told?: (lines: LineFacts[]) => LineFacts[] } = {},
): Promise<CallId> {
  const callId = ids.next<'call'>() as CallId;
  const lines = places.map((at, index) => lineOf(callId, index === 0 ? 'caller' : `agent-${index}`, at));
  const tenantId = tenant.tenant.id as TenantId;
  const event = (facts: Parameters<TestLink['event']>[1]) => link.event(tenantId, facts);
  await link.tell([
    event({ kind: 'call.started', callId, direction: 'inbound', fromNumber: '13900000000', toNumber: '+864000', didId: null, trunkId: null, agentId: null, ruleName: null }),
    event({ kind: 'call.ended', callId, reason: { party: 'caller', code: 'hung-up' }, startedAtMs: 1_790_000_000_000, answeredAtMs: null, talkMs: 0, waitMs: 0, billableSeconds: 0, language: 'en', collected: {} }),
    ...(told?.(lines) ?? lines).map(event),
    ...(places.length > 0 ? [event({ kind: 'sound.attested', callIds: [callId], jws: await signed(tenant, lines, key) })] : []),
  ]);
  return callId;
} // prettier-ignore

const soundOf = (callId: CallId, tenant = alpha) =>
  tenant.supervisor.call('GET /api/calls/:id/sound', { params: { id: callId } });

test('B-07: of a call within the site the centre says that no packet of its sound left, and what the link carried', async () => {
  const callId = await tellCall(['10.7.0.20:4000', '10.7.3.9:30000']);
  const { proof, judgement } = await soundOf(callId);
  expect(judgement).toMatchObject({ proof: 'holds', whereabouts: 'stayed', networks: ['10.7.0.0/16'], linkOctets: 812 });
  expect(judgement.soundOctets).toBe(2 * (43_000 + 43_172));
  // Exported, it is judged by anybody.
  const exported = callProofSchema.parse(JSON.parse(JSON.stringify(proof)));
  expect(await judgeCallProof(exported, judgement.keys)).toEqual(judgement);
}); // prettier-ignore

test('B-07: what was signed by the key before, or by the next before it was used, holds whenever it comes', async () => {
  const next = newNodeKey(node.nodeId);
  const offer = async (by: EnrolledNode) =>
    fetch(`${centre.url}/api/node/key`, {
      method: 'POST',
      headers: { authorization: await by.bearer(), 'content-type': 'application/json' },
      body: JSON.stringify({ publicKey: next.publicKey, proof: (await next.bearer()).slice(7) }),
    });
  const holds = async (key: KeyObject) =>
    (await soundOf(await tellCall(['10.7.0.20:4000'], { key }))).judgement.proof;
  await offer(node);
  expect([await holds(node.privateKey), await holds(next.privateKey)]).toEqual(['holds', 'holds']);
  expect((await offer(next)).status).toBe(204);
  expect([await holds(node.privateKey), await holds(next.privateKey)]).toEqual(['holds', 'holds']);
  expect(await holds(newNodeKey(node.nodeId).privateKey)).toBe('broken');
  node = next;
});

test('B-07: a far end outside the site is named, with its line', async () => {
  const { judgement } = await soundOf(await tellCall(['198.51.100.9:4000', '10.7.3.9:30000']));
  expect(judgement).toMatchObject({
    proof: 'holds',
    whereabouts: 'left',
    outside: [{ leg: 'caller', at: '198.51.100.9:4000' }],
  });
});

test('B-07: a record that says other than what was signed, and a signature of another key, are told', async () => {
  const bent = await tellCall(['198.51.100.9:4000'], {
    told: ([line]) => [lineOf(line!.callId, 'caller', '10.7.0.20:4000')],
  });
  expect((await soundOf(bent)).judgement).toMatchObject({
    proof: 'broken',
    faults: [{ fault: 'line-altered', leg: 'caller' }],
  });
  const dropped = await tellCall(['198.51.100.9:4000', '10.7.3.9:30000'], { told: ([, line]) => [line!] });
  expect((await soundOf(dropped)).judgement).toMatchObject({
    proof: 'broken',
    faults: [{ fault: 'line-missing' }],
  });
  const forged = await tellCall(['10.7.0.20:4000'], { key: generateKeyPairSync('ed25519').privateKey });
  expect((await soundOf(forged)).judgement).toMatchObject({ proof: 'broken', whereabouts: 'unknown' });
});

test('a call nobody has signed for yet claims nothing', async () => {
  expect((await soundOf(await tellCall([]))).judgement).toMatchObject({
    proof: 'unsigned',
    whereabouts: 'unknown',
  });
});

test('C-07: of another tenant’s call there is nothing to see, and its agents see nothing of their own', async () => {
  const theirs = await tellCall(['10.7.0.20:4000'], { tenant: beta });
  await expect(soundOf(theirs)).rejects.toMatchObject({ status: 404 });
  expect((await soundOf(theirs, beta)).judgement.proof).toBe('holds');
  expect((await beta.agent.raw(`/api/calls/${theirs}/sound`)).status).toBe(404);
  // What another tenant's statement says of a call of mine is not heard.
  const mine = await tellCall(['10.7.0.20:4000']);
  const jws = await signed(beta, [lineOf(mine, 'caller', '10.7.0.20:4000')]);
  await link.tell([link.event(beta.tenant.id as TenantId, { kind: 'sound.attested', callIds: [mine], jws })]);
  expect((await soundOf(mine)).proof.statements).toHaveLength(1);
});
