/** A call's ladder, read from the node that carried the call. */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { nodeOfCall } from '@seatgrid/adapters/postgres/stores/call-store.ts';
import { ladderSchema, type Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import type { TenantContext } from '@seatgrid/core/context/op-context.ts';
import type { CallId, NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { Centre } from '../../centre.ts';
import { ladderOctetsMax } from '../../limits.ts';
import { notFound, refusalOf, Refusal } from '../refusal.ts';

export async function readLadder(centre: Centre, ctx: TenantContext, id: string): Promise<Ladder | Refusal> {
  const octets = await fetchLadder(centre, ctx, { id, format: 'json' });
  if (octets instanceof Refusal) return octets;
  const text = await textOf(octets);
  const ladder = text === undefined ? undefined : ladderSchema.safeParse(parseJson(text));
  return ladder?.success ? ladder.data : refusalOf('unavailable', 'The node sent what is no ladder.', 5);
}

export async function downloadLadder(
  centre: Centre,
  ctx: TenantContext,
  id: string,
): Promise<Response | Refusal> {
  const octets = await fetchLadder(centre, ctx, { id, format: 'pcap' });
  if (octets instanceof Refusal) return octets;
  return new Response(octets, {
    headers: {
      'content-type': 'application/vnd.tcpdump.pcap',
      'content-disposition': `attachment; filename="call-${id}.pcap"`,
      'cache-control': 'no-store',
    },
  });
}

async function fetchLadder(
  centre: Centre,
  ctx: TenantContext,
  wanted: { readonly id: string; readonly format: 'json' | 'pcap' },
): Promise<ReadableStream<Uint8Array> | Refusal> {
  const nodeId = await inTenant(centre.database.tenants, ctx.tenantId, (trx) => nodeOfCall(trx, wanted.id));
  if (nodeId === undefined) return notFound;
  const fetched = await centre.recordings.fetchLadder(nodeId as NodeId, wanted.id as CallId, wanted.format);
  return fetched.ok ? fetched.value : refusalOf('unavailable', fetched.failure, 5);
}

/** Undefined where it is more than a ladder can be. */
async function textOf(octets: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of octets as unknown as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > ladderOctetsMax) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
