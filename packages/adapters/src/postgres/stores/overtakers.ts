/**
 * Calls that came to a queue later than this one and were given an agent earlier, by the rule their own choice names: a choice names the
 * first few it passed over, so of many who overtook some may be missing.
 */
import { sql } from 'kysely';
import type { Overtaker } from '@seatgrid/contracts/api/api.ts';
import { hourMs } from '@seatgrid/core/kernel/duration.ts';
import { uuidFloor } from '../partitions.ts';
import type { TenantTrx } from '../scopes.ts';
import type { CallDetailRow } from './call-store.ts';

const overtakersTold = 50;
/** A longer wait is looked at no further. */
const lookedAtMs = 2 * hourMs;

export async function overtakersOf(
  trx: TenantTrx,
  { id, timeline }: Pick<CallDetailRow, 'id' | 'timeline'>,
): Promise<Overtaker[]> {
  const entered = timeline.find(({ facts }) => facts.kind === 'queue.entered');
  const left = timeline.findLast(({ facts }) => facts.kind === 'queue.left');
  if (!entered) return [];
  const untilMs = Math.min(left?.atMs ?? Infinity, entered.atMs + lookedAtMs);
  const rows = await trx
    .selectFrom('journal_event as made')
    .innerJoin('call', 'call.id', 'made.call_id')
    .innerJoin('journal_event as came', (join) =>
      join.onRef('came.call_id', '=', 'made.call_id').on('came.kind', '=', 'queue.entered'),
    )
    .select(['made.at', 'made.facts', 'call.id', 'call.from_number', 'came.at as came_at'])
    .where('made.id', '>=', uuidFloor(entered.atMs))
    .where('made.id', '<=', uuidFloor(untilMs + 1))
    .where('made.kind', '=', 'reservation.made')
    .where(
      sql<boolean>`made.facts -> 'decision' -> 'passedOver' @> ${JSON.stringify([{ callId: id }])}::text::jsonb`,
    )
    .where('came.at', '>', new Date(entered.atMs))
    .orderBy('made.id')
    .orderBy('came.id', 'desc')
    .limit(overtakersTold)
    .execute();
  const told = new Map(rows.map((row) => [`${row.id} ${row.at.getTime()}`, row]));
  return [...told.values()].flatMap((row) => {
    const { agentId, decision } = row.facts as { agentId: string; decision: { passedOver: { callId?: string; by: string }[] } }; // prettier-ignore
    const by = decision.passedOver.find(({ callId }) => callId === id)?.by;
    const laterMs = row.came_at.getTime() - entered.atMs;
    return by === undefined ? [] : [{ callId: row.id, fromNumber: row.from_number, agentId, atMs: row.at.getTime(), laterMs, by } as Overtaker]; // prettier-ignore
  });
}
