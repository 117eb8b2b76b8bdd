/** How far off the waits were that callers had been told, by queue: each announcement beside the wait that came of it. */
import { sql } from 'kysely';
import { uuidFloor } from '../partitions.ts';
import type { TenantTrx } from '../scopes.ts';

export interface AnnouncedWaits {
  readonly queueId: string;
  readonly count: number;
  readonly meanErrorMs: number;
  /** Below 0: callers waited longer than they were told, on the whole. */
  readonly meanTooLongMs: number;
}

/** Of callers who were served; of who gave up nobody knows how long it would have taken. */
export async function announcedWaits(trx: TenantTrx, sinceMs: number): Promise<AnnouncedWaits[]> {
  const tooLong = sql<number>`(told.facts ->> 'expectedMs')::float - extract(epoch from leaving.left_at - told.at) * 1000`;
  return trx
    .selectFrom('journal_event as told')
    .innerJoinLateral(
      (lateral) =>
        lateral
          .selectFrom('journal_event as later')
          .select(['later.at as left_at', sql<string>`later.facts ->> 'cause'`.as('cause')])
          .whereRef('later.call_id', '=', 'told.call_id')
          .whereRef('later.node_id', '=', 'told.node_id')
          .whereRef('later.sequence', '>', 'told.sequence')
          .where('later.kind', '=', 'queue.left')
          .orderBy('later.sequence')
          .limit(1)
          .as('leaving'),
      (join) => join.onTrue(),
    )
    .select([
      sql<string>`told.facts ->> 'queueId'`.as('queueId'),
      sql<number>`count(*)::int`.as('count'),
      sql<number>`avg(abs(${tooLong}))::int`.as('meanErrorMs'),
      sql<number>`avg(${tooLong})::int`.as('meanTooLongMs'),
    ])
    .where('told.kind', '=', 'wait.announced')
    .where('told.id', '>=', uuidFloor(sinceMs))
    .where('leaving.cause', '=', 'agent')
    .groupBy(sql`1`)
    .execute();
}
