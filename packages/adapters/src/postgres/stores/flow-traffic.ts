/** Which ways calls took through a flow, counted from their records. */
import { sql } from 'kysely';
import { uuidFloor } from '../partitions.ts';
import type { TenantTrx } from '../scopes.ts';

export interface WayTaken {
  readonly from: string;
  /** The field it was left by; null where the step has one way on only, or an older node told no more. */
  readonly exit: string | null;
  /** The next step of the same flow; null where the call left it there. */
  readonly to: string | null;
  readonly count: number;
}

/** Of every step of the flow left since then; the day's partition is read by the time in its ids. */
export function flowTraffic(trx: TenantTrx, flowId: string, sinceMs: number): Promise<WayTaken[]> {
  return flowTrafficQuery(trx, flowId, sinceMs).execute();
}

export function flowTrafficQuery(trx: TenantTrx, flowId: string, sinceMs: number) {
  const steps = trx
    .selectFrom('journal_event')
    // Steps of one moment stand in one event.
    .innerJoinLateral(
      sql<{ step: { readonly stepKey: string; readonly exit?: string }; place: number }>`
        jsonb_array_elements(coalesce(facts -> 'steps', jsonb_build_array(facts))) with ordinality
      `.as<'walked'>(sql`walked(step, place)`),
      (join) => join.onTrue(),
    )
    .select([
      sql<string>`step ->> 'stepKey'`.as('from'),
      sql<string | null>`step ->> 'exit'`.as('exit'),
      sql<
        string | null
      >`lead(step ->> 'stepKey') over (partition by call_id, node_id order by sequence, place)`.as('to'),
    ])
    .where('flow_id', '=', flowId)
    .where('id', '>=', uuidFloor(sinceMs));
  return trx
    .selectFrom(steps.as('step'))
    .select(['step.from', 'step.exit', 'step.to', sql<number>`count(*)::int`.as('count')])
    .groupBy(['step.from', 'step.exit', 'step.to'])
    .orderBy('step.from')
    .orderBy('step.exit')
    .orderBy('step.to');
}
