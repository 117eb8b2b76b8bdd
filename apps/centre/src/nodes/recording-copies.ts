/**
 * Recordings that nodes bring by themselves, where their site's operators let them: piece by piece, from where the last one ended,
 * whole when their hash says so. From then on they are heard from here. What of which recording lies here its row says.
 */
import { inPlatform, inTenant, type TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  holdWantedCopy,
  refuseCopy,
  saveCopied,
  wantedCopies,
  type WantedCopy,
} from '@seatgrid/adapters/postgres/stores/recording-copies.ts';
import { listTenants } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Centre } from '../centre.ts';
import { copiesToldMax } from '../limits.ts';

/** What a node may bring next, the oldest first. */
export async function copiesWanted(
  centre: Centre,
  nodeId: NodeId,
): Promise<(WantedCopy & { readonly tenantId: TenantId })[]> {
  const wanted: (WantedCopy & { readonly tenantId: TenantId })[] = [];
  for (const { id: tenantId } of await inPlatform(centre.database.platform, listTenants)) {
    const ofTenant = await inTenant(centre.database.tenants, tenantId, (trx) =>
      wantedCopies(trx, nodeId, copiesToldMax),
    );
    wanted.push(...ofTenant.map((one) => ({ ...one, tenantId })));
  }
  return wanted.toSorted((a, b) => a.startedAtMs - b.startedAtMs).slice(0, copiesToldMax);
}

export interface BroughtPiece {
  readonly tenantId: TenantId;
  readonly recordingId: string;
  readonly from: number;
  readonly octets: Uint8Array;
}

/** How much of it lies here now; undefined where nothing of it is wanted from this node. */
export function takePiece(
  centre: Centre,
  nodeId: NodeId,
  { tenantId, recordingId, from, octets }: BroughtPiece,
): Promise<number | undefined> {
  return inTenant(centre.database.tenants, tenantId, async (trx) => {
    const wanted = await holdWantedCopy(trx, { nodeId, recordingId });
    if (!wanted) return undefined;
    // Sent once more, or out of its turn: the node hears where it goes on.
    if (from !== wanted.from || from + octets.length > wanted.octets) return wanted.from;
    const key = keyOf(tenantId, wanted);
    await centre.objects.write(key, from, octets);
    const copied = from + octets.length;
    if (copied === wanted.octets) return sealed(centre, trx, { tenantId, wanted });
    await saveCopied(trx, { recordingId, octets: copied, wholeAtMs: null });
    return copied;
  });
}

async function sealed(
  centre: Centre,
  trx: TenantTrx,
  { tenantId, wanted }: { readonly tenantId: TenantId; readonly wanted: WantedCopy },
): Promise<number> {
  const { recordingId, octets, sha256 } = wanted;
  if (await centre.objects.seal(keyOf(tenantId, wanted), sha256)) {
    await saveCopied(trx, { recordingId, octets, wholeAtMs: centre.clock.nowMs() });
    return octets;
  }
  centre.log.error({ tenantId, recordingId }, 'what a node brought is not what it recorded');
  await refuseCopy(trx, recordingId, 'what came is not what was recorded');
  return 0;
}

/** By the node: it cannot bring it. */
export function missPiece(
  centre: Centre,
  nodeId: NodeId,
  { tenantId, recordingId, why }: Pick<BroughtPiece, 'tenantId' | 'recordingId'> & { readonly why: string },
): Promise<boolean> {
  return inTenant(centre.database.tenants, tenantId, async (trx) => {
    if (!(await holdWantedCopy(trx, { nodeId, recordingId }))) return false;
    await refuseCopy(trx, recordingId, why);
    return true;
  });
}

/** One tenant's lie apart from another's; the month keeps folders small. */
export function keyOf(
  tenantId: string,
  { recordingId, startedAtMs, format }: Pick<WantedCopy, 'recordingId' | 'startedAtMs' | 'format'>,
): string {
  const month = new Date(startedAtMs).toISOString().slice(0, 7);
  return `${tenantId}/${month}/${recordingId}.${format}`;
}
