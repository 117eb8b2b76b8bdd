/** Which enrolled node a bearer proves. */
import { claimedNode, verifyNodeToken } from '@seatgrid/adapters/jose/tokens.ts';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { findNode, type FleetNode } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import type { Centre } from '../centre.ts';

export async function believedNode(
  centre: Centre,
  authorization: string | undefined,
): Promise<FleetNode | undefined> {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  const claimed = token === undefined ? undefined : claimedNode(token);
  if (token === undefined || claimed === undefined) return undefined;
  const node = await inPlatform(centre.database.platform, (trx) => findNode(trx, claimed));
  if (!node?.publicKey) return undefined;
  const proven = await verifyNodeToken(node.publicKey, centre.clock, token);
  return proven === node.id ? node : undefined;
}
