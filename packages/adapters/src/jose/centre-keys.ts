/**
 * The centre's keys, drawn from one secret: a symmetric one for browser sessions (made and read by centres only), one that seals
 * secrets in the database, and an Ed25519 pair for desk tokens (made by centres, believed by nodes through the public half in their configuration).
 * Replicas share the secret through SESSION_KEY; a single centre keeps its own in the data folder.
 */
import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { randomHex, type Random } from '@seatgrid/core/kernel/random.ts';
import { AdapterError } from '../errors.ts';

export interface CentreKeys {
  readonly session: Uint8Array;
  /** Seals what the database keeps of others' secrets. */
  readonly sealing: Uint8Array;
  readonly deskPrivate: KeyObject;
  /** JWK with `kid`, as it goes into NodeConfig.deskTokenKeys. */
  readonly deskPublic: Record<string, string>;
}

const secretOctets = 32;

export function centreKeys(secretHex: string): CentreKeys {
  const secret = Buffer.from(secretHex, 'hex');
  if (secret.length !== secretOctets || !/^[0-9a-f]+$/i.test(secretHex))
    throw new AdapterError({
      code: 'key_unreadable',
      what: `The session key is not ${secretOctets} octets in hexadecimal`,
      cure: 'Make one with `openssl rand -hex 32`',
    });
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', secret, '', `seatgrid ${use}`, 32));
  const deskPrivate = ed25519FromSeed(derive('desk token'));
  const { kty, crv, x } = createPublicKey(deskPrivate).export({ format: 'jwk' });
  const deskPublic = { kty: kty!, crv: crv!, x: x!, alg: 'EdDSA', kid: x!.slice(0, 8) };
  return { session: derive('session'), sealing: derive('sealing'), deskPrivate, deskPublic };
}

export function loadOrMakeCentreSecret(file: string, random: Random): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${randomHex(random, secretOctets)}\n`, { mode: 0o600, flag: 'wx' });
  }
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}

/** RFC 8410 §7: a PKCS #8 Ed25519 key is this prefix and the 32 octets of the seed. */
const pkcs8Ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

function ed25519FromSeed(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Ed25519Prefix, seed]), format: 'der', type: 'pkcs8' });
}
