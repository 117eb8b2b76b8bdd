/** What the centre knows of the calls that queues owe: told by the journal of the node that keeps each. */
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import type { CallbackRow } from '@seatgrid/contracts/nouns/callback.ts';
import type { TenantTrx } from '../scopes.ts';

type Facts<Kind extends EventFacts['kind']> = Extract<EventFacts, { kind: Kind }>;

export async function listCallbacks(
  trx: TenantTrx,
  wanted: { readonly isOwed: boolean; readonly limit: number; readonly before?: string | undefined },
): Promise<CallbackRow[]> {
  let query = trx
    .selectFrom('callback')
    .selectAll()
    .where('ended_at', wanted.isOwed ? 'is' : 'is not', null)
    .orderBy('id', 'desc')
    .limit(wanted.limit);
  if (wanted.before !== undefined) query = query.where('id', '<', wanted.before);
  return (await query.execute()).map((row) => ({
    id: row.id as CallbackRow['id'],
    queueId: row.queue_id as CallbackRow['queueId'],
    number: row.number,
    origin: row.origin as CallbackRow['origin'],
    callId: row.call_id as CallbackRow['callId'],
    sinceMs: row.since.getTime(),
    attempts: row.attempts,
    nextAtMs: row.next_at?.getTime() ?? null,
    lastCallId: row.last_call_id as CallbackRow['lastCallId'],
    endedAtMs: row.ended_at?.getTime() ?? null,
    end: row.ending as CallbackRow['end'],
  }));
}

/** Which node keeps it; undefined once it is over. */
export async function nodeOfCallback(trx: TenantTrx, id: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('callback')
    .select('node_id')
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row?.node_id;
}

export async function storeCallbackAsked(
  trx: TenantTrx,
  nodeId: string,
  facts: Facts<'callback.asked'>,
): Promise<void> {
  await trx
    .insertInto('callback')
    .values({
      id: facts.callbackId,
      node_id: nodeId,
      queue_id: facts.queueId,
      number: facts.number,
      origin: facts.origin,
      call_id: facts.callId,
      since: new Date(facts.sinceMs),
      next_at: null,
      last_call_id: null,
      ended_at: null,
      ending: null,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
    .execute();
}

export async function storeCallbackTried(trx: TenantTrx, facts: Facts<'callback.tried'>): Promise<void> {
  const { callId, attempt, nextAtMs } = facts;
  await trx
    .updateTable('callback')
    .set({ attempts: attempt, last_call_id: callId, next_at: nextAtMs === null ? null : new Date(nextAtMs) })
    .where('id', '=', facts.callbackId)
    .execute();
}

export async function storeCallbackEnded(
  trx: TenantTrx,
  at: Date,
  facts: Facts<'callback.ended'>,
): Promise<void> {
  await trx
    .updateTable('callback')
    .set({ ended_at: at, ending: facts.end, next_at: null })
    .where('id', '=', facts.callbackId)
    .execute();
}
