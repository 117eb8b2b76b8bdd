/** What nodes have signed of the sound of calls: found by the call. */
import { sql } from 'kysely';
import type { EventFacts, JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import { isRecord } from '../record.ts';
import type { TenantTrx } from '../scopes.ts';

export async function storeAttested(
  trx: TenantTrx,
  nodeId: string,
  event: JournalEvent,
  { callIds, jws }: Extract<EventFacts, { kind: 'sound.attested' }>,
): Promise<void> {
  const keyId = keyIdOf(jws);
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
          // A key may have been changed between the signature and its coming here.
          sql<Record<string, unknown>>`case ${keyId}
            when node.next_public_key ->> 'x' then node.next_public_key
            when node.former_public_key ->> 'x' then node.former_public_key
            else node.public_key end`.as('public_key'),
        ])
        .where('node.id', '=', nodeId)
        .where('node.public_key', 'is not', null),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Of the key that signed, as the statement itself says: whether that is true is judged by whoever reads it. */
function keyIdOf(jws: string): string | null {
  try {
    const header: unknown = JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString('utf8'));
    const kid = isRecord(header) ? header['kid'] : undefined;
    return typeof kid === 'string' ? kid : null;
  } catch {
    return null;
  }
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
