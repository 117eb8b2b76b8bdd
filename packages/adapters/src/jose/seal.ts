/**
 * Secrets that must be read again (a carrier's password, which a digest is made of) lie in the database sealed: AES-256-GCM,
 * bound to the row they belong to, under a key that is not in the database.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '@seatgrid/core/kernel/random.ts';

const ivOctets = 12;
const tagOctets = 16;
const cipher = 'aes-256-gcm';

/** `of` names the row, so that a sealed text moved to another does not open there. */
export function seal(key: Uint8Array, { text, of }: SealedFor, random: Random): Uint8Array {
  const iv = random.bytes(ivOctets);
  const sealing = createCipheriv(cipher, key, iv).setAAD(Buffer.from(of));
  return Buffer.concat([iv, sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()]);
}

/** Undefined where the key is another, the row is another, or a bit has changed. */
export function unseal(
  key: Uint8Array,
  { sealed, of }: { sealed: Uint8Array; of: string },
): string | undefined {
  if (sealed.length < ivOctets + tagOctets) return undefined;
  const body = sealed.subarray(ivOctets, sealed.length - tagOctets);
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, ivOctets))
    .setAAD(Buffer.from(of))
    .setAuthTag(sealed.subarray(sealed.length - tagOctets));
  try {
    return Buffer.concat([opening.update(body), opening.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

interface SealedFor {
  readonly text: string;
  readonly of: string;
}
