/** A day's records, as far as a replay asks: read page by page in the order of their ids, which is each node's own. */
import { sql } from 'kysely';
import { dayKinds, type DayFacts, type DayHappening } from '@seatgrid/core/what-if/day-reader.ts';
import type { AgentId, NodeId } from '@seatgrid/core/kernel/ids.ts';
import { answersLookedForMs } from '@seatgrid/core/what-if/limits.ts';
import type { AnsweredCall } from '@seatgrid/core/what-if/recorded-day.ts';
import { uuidFloor } from '../partitions.ts';
import type { TenantTrx } from '../scopes.ts';

const rowsPerPage = 5_000;

export async function* readDay(
  trx: TenantTrx,
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): AsyncGenerator<DayHappening> {
  let after = uuidFloor(fromMs);
  for (;;) {
    const rows = await trx
      .selectFrom('journal_event')
      .select(['id', 'node_id', 'at', sql<DayFacts>`facts - 'decision'`.as('facts')])
      .where('id', '>', after)
      .where('id', '<', uuidFloor(untilMs))
      .where('kind', 'in', [...dayKinds])
      .orderBy('id')
      .limit(rowsPerPage)
      .execute();
    for (const row of rows) yield { nodeId: row.node_id as NodeId, atMs: row.at.getTime(), facts: row.facts };
    if (rows.length < rowsPerPage) return;
    after = rows.at(-1)!.id;
  }
}

/** Who answered these callers in the weeks before, the oldest call first: as the nodes remembered it that morning. */
export async function answeredBefore(
  trx: TenantTrx,
  beforeMs: number,
  callers: readonly string[],
): Promise<AnsweredCall[]> {
  const rows = await trx
    .selectFrom('call')
    .select(['node_id', 'from_number', 'agent_id'])
    .where('id', '>', uuidFloor(beforeMs - answersLookedForMs))
    .where('id', '<', uuidFloor(beforeMs))
    .where('direction', '=', 'inbound')
    .where('agent_id', 'is not', null)
    .where('from_number', '<>', '')
    .where(sql<boolean>`from_number = any(${callers as string[]}::text[])`)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    nodeId: row.node_id as NodeId,
    caller: row.from_number,
    agentId: row.agent_id as AgentId,
  }));
}

/** Days with calls of queues, in the tenant's zone. */
export async function daysWithCalls(
  trx: TenantTrx,
  { timeZone, sinceMs }: { timeZone: string; sinceMs: number },
): Promise<{ date: string; calls: number }[]> {
  return trx
    .selectFrom('call')
    .select([
      sql<string>`to_char(started_at at time zone ${timeZone}, 'YYYY-MM-DD')`.as('date'),
      sql<number>`count(*)::int`.as('calls'),
    ])
    .where('id', '>', uuidFloor(sinceMs))
    .where('queue_id', 'is not', null)
    .groupBy(sql`1`)
    .orderBy('date', 'desc')
    .execute();
}

/** How often was changed what decides who is served, since then. */
export async function countSettingChanges(trx: TenantTrx, sinceMs: number): Promise<number> {
  const row = await trx
    .selectFrom('audit')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('at', '>=', new Date(sinceMs))
    .where('noun', 'in', ['queue', 'agent', 'skill', 'group'])
    .executeTakeFirstOrThrow();
  return row.count;
}
