/** Which enrolled node a bearer proves, by its key or by the one it has offered; using that makes it the only one. */
import { claimedNode, verifyNodeToken } from '@seatgrid/adapters/jose/tokens.ts';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { findNode, takeNodeKey, type FleetNode } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { changePlatform } from '../api/change.ts';
import { notFound } from '../api/refusal.ts';
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
  const isProvenBy = async (key: Record<string, unknown>) =>
    (await verifyNodeToken(key, centre.clock, token)) === node.id;
  if (await isProvenBy(node.publicKey)) return node;
  const { nextPublicKey } = node;
  if (!nextPublicKey || !(await isProvenBy(nextPublicKey))) return undefined;
  await changeKey(centre, node, nextPublicKey);
  return { ...node, publicKey: nextPublicKey, nextPublicKey: null, isKeyWanted: false };
}

async function changeKey(
  centre: Centre,
  { id, publicKey }: FleetNode,
  next: Record<string, unknown>,
): Promise<void> {
  const ctx = { kind: 'platform', actor: { kind: 'node', nodeId: id } } as const;
  await changePlatform(centre, ctx, { noun: 'node', verb: 'key-changed' }, async (trx) => {
    const node = await findNode(trx, id);
    // Two requests at once: the other was quicker.
    if (!node?.nextPublicKey) return notFound;
    await takeNodeKey(trx, { id, publicKey: next, nowMs: centre.clock.nowMs() });
    return { id, before: { publicKey }, after: { publicKey: next }, value: undefined };
  });
}
