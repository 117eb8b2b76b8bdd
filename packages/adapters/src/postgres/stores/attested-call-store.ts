/** What nodes have signed of the sound of calls: found by the call. */
import { sql } from 'kysely';
import type { EventFacts, JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import type { TenantTrx } from '../scopes.ts';

export async function storeAttested(
  trx: TenantTrx,
  nodeId: string,
  event: JournalEvent,
  { callIds }: Extract<EventFacts, { kind: 'sound.attested' }>,
): Promise<void> {
  await trx
    .insertInto('attested_call')
    .columns(['call_id', 'event_id', 'node_id', 'public_key'])
    .expression((select) =>
      select
        .selectFrom('node')
        .select([
          sql<string>`unnest(${callIds}::uuid[])`.as('call_id'),
          sql<string>`${event.id}::uuid`.as('event_id'),
          'node.id as node_id',
          sql<Record<string, unknown>>`node.public_key`.as('public_key'),
        ])
        .where('node.id', '=', nodeId)
        .where('node.public_key', 'is not', null),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export interface Attested {
  readonly jws: string;
  readonly publicKey: Record<string, unknown>;
}

export async function listAttested(trx: TenantTrx, callId: string): Promise<Attested[]> {
  const rows = await trx
    .selectFrom('attested_call')
    .innerJoin('journal_event', 'journal_event.id', 'attested_call.event_id')
    .select(['attested_call.public_key', 'journal_event.facts'])
    .where('attested_call.call_id', '=', callId)
    .orderBy('attested_call.event_id')
    .execute();
  return rows.map(({ public_key, facts }) => ({
    jws: (facts as Extract<EventFacts, { kind: 'sound.attested' }>).jws,
    publicKey: public_key,
  }));
}
