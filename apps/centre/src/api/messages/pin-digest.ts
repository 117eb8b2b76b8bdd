/** A PIN as nodes are told it: they must check it without the centre, and nobody is to read it off. */
import { scrypt } from 'node:crypto';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { PinDigest } from '@seatgrid/core/messages/mailbox.ts';

const saltOctets = 16;
const hashOctets = 32;

export function pinDigest(pin: string, random: Random): Promise<PinDigest> {
  const salt = Buffer.from(random.bytes(saltOctets));
  return new Promise((resolve, reject) =>
    scrypt(pin, salt, hashOctets, (error, hash) =>
      error ? reject(error) : resolve({ salt: salt.toString('base64'), hash: hash.toString('base64') }),
    ),
  );
}
