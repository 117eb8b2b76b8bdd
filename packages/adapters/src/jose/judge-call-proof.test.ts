/** B-07: what a call's proof says, and every way to tamper with one. */
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, CompactSign, exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { lineAccount, type LineFacts } from '@seatgrid/contracts/journal/sound-statement.ts';
import { callProofSchema, type CallProof } from '@seatgrid/contracts/nouns/sound-proof.ts';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import { judgeCallProof } from './judge-call-proof.ts';

const callId = '01890000-0000-7000-8000-000000000001' as CallId;
const otherCall = '01890000-0000-7000-8000-000000000002' as CallId;
const nodeId = '01890000-0000-7000-8000-000000000003';
const tenantId = '01890000-0000-7000-8000-000000000004';
const agentId = '01890000-0000-7000-8000-000000000005';

const line = (leg: string, at: string): CallProof['lines'][number] => ({
  leg, agentId: leg === 'caller' ? null : (agentId as never), codec: 'PCMA', packetsIn: 500, packetsOut: 501, lost: 0, concealed: 1, jitterMs: 1.25, foreign: 0, mos: 4.3, octetsIn: 86_000, octetsOut: 86_172,
  path: { local: '192.168.7.2:20000', signalled: [at], places: [{ at, packetsIn: 500, packetsOut: 501, octetsIn: 86_000, octetsOut: 86_172 }] },
}); // prettier-ignore

let node: { readonly key: CryptoKey; readonly publicKey: CallProof['statements'][number]['publicKey'] };
let stranger: typeof node;

async function keys(): Promise<typeof node> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  return { key: privateKey, publicKey: (await exportJWK(publicKey)) as (typeof node)['publicKey'] };
}

beforeAll(async () => {
  [node, stranger] = [await keys(), await keys()];
});

const digest = (of: CallProof['lines'][number], call: CallId = callId) =>
  createHash('sha256')
    .update(lineAccount({ ...of, kind: 'leg.media', callId: call } as LineFacts))
    .digest('base64url');

async function statement(
  lines: readonly string[],
  { by = node, of = callId, networks = ['192.168.7.0/24'] }: { by?: typeof node; of?: CallId; networks?: string[] } = {},
): Promise<CallProof['statements'][number]> {
  const calls = [
    { callId: of, fromMs: 1_000, toMs: 11_000, lines, linkOctets: 900 },
    { callId: otherCall, fromMs: 1_000, toMs: 2_000, lines: ['x'], linkOctets: null },
  ];
  const text = JSON.stringify({ form: 1, nodeId, tenantId, atMs: 20_000, networks, calls });
  const jws = await new CompactSign(new TextEncoder().encode(text)).setProtectedHeader({ alg: 'EdDSA' }).sign(by.key);
  return { jws, publicKey: by.publicKey };
} // prettier-ignore

async function proofOf(lines: CallProof['lines']): Promise<CallProof> {
  const statements = [await statement(lines.map((one) => digest(one)))];
  return { kind: 'seatgrid-call-proof', form: 1, callId, lines, statements };
}

const inside = () => [line('caller', '192.168.7.20:4000'), line('agent-1', '192.168.7.30:5000')];

test('a call whose sound stayed is proven so, and the link carried less than a hundredth of it', async () => {
  const judged = await judgeCallProof(callProofSchema.parse(await proofOf(inside())));
  expect(judged).toMatchObject({ proof: 'holds', faults: [], whereabouts: 'stayed', outside: [], linkOctets: 900 });
  expect(judged.soundOctets).toBe(2 * (86_000 + 86_172));
  expect(judged.keys).toEqual([await calculateJwkThumbprint(node.publicKey as { kty: string })]);
}); // prettier-ignore

test('a call with a line elsewhere is proven to have left, and the line is named', async () => {
  const lines = [line('caller', '203.0.113.5:4000'), line('agent-1', '192.168.7.30:5000')];
  expect(await judgeCallProof(await proofOf(lines))).toMatchObject({
    proof: 'holds',
    whereabouts: 'left',
    outside: [{ leg: 'caller', at: '203.0.113.5:4000', packetsIn: 500, packetsOut: 501 }],
  });
});

test('a proof read back in another order of its facts is the same proof', async () => {
  const proof = await proofOf(inside());
  const turned = JSON.parse(JSON.stringify(proof), (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  ) as CallProof;
  expect(await judgeCallProof(turned)).toMatchObject({ proof: 'holds', whereabouts: 'stayed' });
});

test.each([
  ['a packet more', (one: CallProof['lines'][number]) => ({ ...one, packetsIn: 501 })],
  ['another far end', () => line('caller', '192.168.7.21:4000')],
  ['no account of places', ({ path: _path, ...one }: CallProof['lines'][number]) => one],
])('a line altered after it was signed for breaks the proof: %s', async (_what, alter) => {
  const proof = await proofOf([line('caller', '203.0.113.5:4000'), ...inside().slice(1)]);
  const altered = { ...proof, lines: [alter(proof.lines[0]!), proof.lines[1]!] };
  expect(await judgeCallProof(altered)).toMatchObject({
    proof: 'broken',
    faults: [{ fault: 'line-altered', leg: 'caller' }],
  });
});

test('a line left out, and one put in, break it', async () => {
  const proof = await proofOf([line('caller', '203.0.113.5:4000'), line('agent-1', '192.168.7.30:5000')]);
  expect(await judgeCallProof({ ...proof, lines: proof.lines.slice(1) })).toMatchObject({
    proof: 'broken',
    faults: [{ fault: 'line-missing', leg: null }],
  });
  const more = [...proof.lines, line('agent-2', '192.168.7.31:5000')];
  expect(await judgeCallProof({ ...proof, lines: more })).toMatchObject({
    proof: 'broken',
    faults: [{ fault: 'line-altered', leg: 'agent-2' }],
  });
});

test('a statement signed by another key is no proof, whichever key is shown with it', async () => {
  const lines = inside();
  const forged = await statement(lines.map((one) => digest(one)), { by: stranger });
  const proof = await proofOf(lines);
  const shown = { ...proof, statements: [{ jws: forged.jws, publicKey: node.publicKey }] };
  expect(await judgeCallProof(shown)).toMatchObject({ proof: 'broken', whereabouts: 'unknown' });
  const own = { ...proof, statements: [forged] };
  const trusted = [await calculateJwkThumbprint(node.publicKey as { kty: string })];
  expect(await judgeCallProof(own, trusted)).toMatchObject({ proof: 'broken', faults: [{ fault: 'key', leg: null }] });
  expect(await judgeCallProof(proof, trusted)).toMatchObject({ proof: 'holds' });
}); // prettier-ignore

test('a statement bent after it was signed, or of another call, is no proof', async () => {
  const proof = await proofOf(inside());
  const [header, payload, signature] = proof.statements[0]!.jws.split('.') as [string, string, string];
  const text = Buffer.from(payload, 'base64url').toString().replace('192.168.7.0/24', '0.0.0.0/0');
  const bent = [header, Buffer.from(text).toString('base64url'), signature].join('.');
  const { publicKey } = proof.statements[0]!;
  for (const jws of [bent, 'no.jws', '', `${header}.${payload}.`])
    expect(await judgeCallProof({ ...proof, statements: [{ jws, publicKey }] }), jws).toMatchObject({
      proof: 'broken',
      whereabouts: 'unknown',
    });
  const elsewhere = await statement(['x'], { of: otherCall });
  const judged = await judgeCallProof({ ...proof, statements: [...proof.statements, elsewhere] });
  expect(judged).toMatchObject({ proof: 'broken', faults: [{ fault: 'other-call', leg: null }] });
});

test('a call of one site served at another is judged line by line, each by the networks of its own node', async () => {
  const home = [line('caller', '192.168.7.20:4000'), line('agent-1', '10.8.0.2:20000')];
  const host = [line('agent-2', '10.8.0.9:5000')];
  const statements = [
    await statement(home.map((one) => digest(one))),
    await statement(host.map((one) => digest(one)), { by: stranger, networks: ['10.8.0.0/16'] }),
  ];
  expect(await judgeCallProof({ ...(await proofOf([])), lines: [...home, ...host], statements })).toMatchObject({
    proof: 'holds',
    whereabouts: 'left',
    outside: [{ leg: 'agent-1', at: '10.8.0.2:20000' }],
  });
}); // prettier-ignore

test('a call that nobody signed for claims nothing', async () => {
  const proof = { ...(await proofOf(inside())), statements: [] };
  expect(await judgeCallProof(proof)).toMatchObject({
    proof: 'unsigned',
    faults: [],
    whereabouts: 'unknown',
  });
});
