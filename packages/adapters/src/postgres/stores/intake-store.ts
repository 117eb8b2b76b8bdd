/** Events of a node's journal, stored once by their id whatever is sent twice, and projected in the same transaction. */
import type { EventFacts, JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import { jsonb } from '../jsonb.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';
import { project } from './call-projection.ts';

/** Returns those that were new. */
export async function storeTenantEvents(
  trx: TenantTrx,
  nodeId: string,
  events: readonly JournalEvent[],
): Promise<JournalEvent[]> {
  const rows = events.map((event) => ({
    id: event.id,
    node_id: nodeId,
    sequence: event.sequence,
    at: new Date(event.atMs),
    kind: event.facts.kind,
    call_id: 'callId' in event.facts ? event.facts.callId : null,
    flow_id: isOfSteps(event.facts) ? event.facts.flowId : null,
    facts: jsonb<unknown>(event.facts),
  }));
  const inserted = await trx
    .insertInto('journal_event')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
    .returning('id')
    .execute();
  const isNew = new Set(inserted.map((row) => row.id));
  const fresh = events.filter((event) => isNew.has(event.id));
  for (const event of fresh) await project(trx, nodeId, event);
  return fresh;
}

function isOfSteps(facts: EventFacts): facts is Extract<EventFacts, { kind: `flow.${string}` }> {
  return facts.kind === 'flow.step' || facts.kind === 'flow.steps';
}

export async function storeNodeEvents(
  trx: PlatformTrx,
  nodeId: string,
  events: readonly JournalEvent[],
): Promise<void> {
  for (const event of events) {
    const { id, sequence, facts } = event;
    const at = new Date(event.atMs);
    await trx
      .insertInto('node_event')
      .values({ id, node_id: nodeId, sequence, at, facts: jsonb<unknown>(facts) })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    if (facts.kind === 'call.refused')
      await trx
        .insertInto('refusal')
        .values({
          id,
          tenant_id: null,
          node_id: nodeId,
          at,
          what: 'call',
          reason: facts.reason,
          from_number: facts.fromNumber,
          to_number: facts.toNumber,
          agent_id: null,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
  }
}

/** What could not be read or belongs to nobody is kept aside, so that one bad event does not hold up those behind it. */
export async function storeRejectedEvent(
  trx: PlatformTrx,
  rejected: { nodeId: string; sequence: number; why: string; raw: unknown },
): Promise<void> {
  await trx
    .insertInto('node_event_rejected')
    .values({
      node_id: rejected.nodeId,
      sequence: rejected.sequence,
      why: rejected.why.slice(0, 2_000),
      raw: jsonb(rejected.raw ?? null),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
