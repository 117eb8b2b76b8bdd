import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createIdSource } from '@seatgrid/core/kernel/ids.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { nodeLinkTokenSeconds, sessionTokenSeconds } from '../limits.ts';
import { centreKeys, loadOrMakeCentreSecret } from './centre-keys.ts';
import {
  claimedNode,
  signDeskToken,
  signNodeToken,
  signSession,
  verifyDeskToken,
  verifyNodeToken,
  verifySession,
} from './tokens.ts';

const clock = new VirtualClock();
const random = createSeededRandom(1);
const ids = createIdSource(clock, random);
const keys = centreKeys('ab'.repeat(32));

test('a session is believed until it expires, and by nobody with another key', async () => {
  const claims = { sessionId: ids.next(), userId: ids.next<'user'>(), tenantId: ids.next<'tenant'>() };
  const token = await signSession(keys, clock, claims);
  expect(await verifySession(keys, clock, token)).toEqual(claims);
  expect(await verifySession(centreKeys('cd'.repeat(32)), clock, token)).toBeUndefined();
  expect(await verifySession(keys, clock, `${token}x`)).toBeUndefined();
  clock.advance(sessionTokenSeconds * 1_000 + 1_000);
  expect(await verifySession(keys, clock, token)).toBeUndefined();
});

test('a desk token is believed by its public key alone, and is no session', async () => {
  const claims = { agentId: ids.next<'agent'>(), userId: ids.next<'user'>(), tenantId: ids.next<'tenant'>() };
  const token = await signDeskToken(keys, clock, claims);
  expect(await verifyDeskToken([keys.deskPublic], clock, token)).toEqual(claims);
  expect(keys.deskPublic).not.toHaveProperty('d');
  expect(await verifyDeskToken([centreKeys('cd'.repeat(32)).deskPublic], clock, token)).toBeUndefined();
  expect(await verifySession(keys, clock, token)).toBeUndefined();
});

test("a node's token is short, and believed with its enrolled key only", async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' });
  const nodeId = ids.next<'node'>();
  const token = await signNodeToken(privateKey, clock, nodeId);
  expect(claimedNode(token)).toBe(nodeId);
  expect(claimedNode('rubbish')).toBeUndefined();
  expect(await verifyNodeToken(jwk, clock, token)).toBe(nodeId);
  const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  expect(await verifyNodeToken(other, clock, token)).toBeUndefined();
  clock.advance(nodeLinkTokenSeconds * 1_000 + 400_000);
  expect(await verifyNodeToken(jwk, clock, token)).toBeUndefined();
});

test('the secret is made once, readable by its owner alone, and a damaged one is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-key-'));
  try {
    const file = join(folder, 'below', 'centre.secret');
    const made = loadOrMakeCentreSecret(file, random);
    expect(loadOrMakeCentreSecret(file, random)).toBe(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(centreKeys(made).deskPublic['x']).toBe(centreKeys(made).deskPublic['x']);
    expect(() => centreKeys('short')).toThrow(/32 octets/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
