/** The key under which the ledger's secrets lie sealed: a file of its own, made at the first start. */
import { existsSync, readFileSync } from 'node:fs';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { writePrivately } from '../runtime/write-privately.ts';
import { ledgerKeyOctets } from './limits.ts';

export class LedgerKeyError extends Error {
  override readonly name = 'LedgerKeyError';
  readonly code = 'key-unusable';
}

/** Never made anew over one that is there: what was sealed under that could not be opened any more. */
export function openLedgerKey(path: string, random: Random): Uint8Array {
  try {
    if (!existsSync(path)) writePrivately(path, random.bytes(ledgerKeyOctets));
    const key = readFileSync(path);
    if (key.length === ledgerKeyOctets) return key;
  } catch (cause) {
    throw new LedgerKeyError(
      `${path}: the ledger's key cannot be read or written; check the file and its owner`,
      { cause },
    );
  }
  throw new LedgerKeyError(
    `${path}: the ledger's key has ${ledgerKeyOctets} octets; bring back the file, or remove it and the carriers' passwords come from the centre anew`,
  );
}
