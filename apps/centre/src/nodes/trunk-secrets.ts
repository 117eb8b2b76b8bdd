/** A trunk as its node is told it: with the carrier's password, which nobody else is told. */
import { unseal } from '@seatgrid/adapters/jose/seal.ts';
import type { Trunk } from '@seatgrid/adapters/postgres/stores/trunk-store.ts';
import type { TrunkConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { Centre } from '../centre.ts';

export function sealedFor(trunkId: string): string {
  return `trunk ${trunkId}`;
}

export function trunkConfigOf(
  { keys, log }: Pick<Centre, 'keys' | 'log'>,
  { nodeId: _nodeId, account, sealedPassword, ...trunk }: Trunk,
): TrunkConfig {
  if (!account) return { ...trunk, account: null };
  const password = sealedPassword
    ? unseal(keys.sealing, { sealed: sealedPassword, of: sealedFor(trunk.id) })
    : undefined;
  if (password === undefined) {
    // The session key was changed: the trunk works on as far as it does without.
    log.error({ trunkId: trunk.id }, 'a carrier’s password cannot be opened; give it again in the console');
    return { ...trunk, account: null };
  }
  return { ...trunk, account: { ...account, password } };
}
