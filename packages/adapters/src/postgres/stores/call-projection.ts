/**
 * From what happened to what is asked for: each event of the journal, once stored, changes the call record, the presence
 * log, the recordings or the refusals. Nothing else writes those tables, so they could be made anew from the journal; only what of a
 * recording lies at the centre is noted beside it (`recording-copies.ts`).
 */
import { sql } from 'kysely';
import type { EventFacts, JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import { timeOfId, type CallId } from '@seatgrid/core/kernel/ids.ts';
import { dayMs } from '@seatgrid/core/kernel/duration.ts';
import { jsonb } from '../jsonb.ts';
import { uuidFloor } from '../partitions.ts';
import type { TenantTrx } from '../scopes.ts';
import { storeAttested } from './attested-call-store.ts';
import { storeCallbackAsked, storeCallbackEnded, storeCallbackTried } from './callback-store.ts';
import { storeFaxChanged, storeFaxReceived } from './fax-store.ts';
import { storeMessageChanged, storeMessageLeft } from './voice-message-store.ts';

type Facts<Kind extends EventFacts['kind']> = Extract<EventFacts, { kind: Kind }>;

export async function project(trx: TenantTrx, nodeId: string, event: JournalEvent): Promise<void> {
  const { facts } = event;
  const at = new Date(event.atMs);
  switch (facts.kind) {
    case 'call.started':
      await callStarted(trx, nodeId, event, facts);
      return;
    case 'call.answered':
      await trx.updateTable('call').set({ answered_at: at }).where('id', '=', facts.callId).execute();
      return;
    case 'flow.step':
    case 'flow.steps':
      await stepsWalked(trx, facts);
      return;
    case 'queue.entered':
      await trx
        .updateTable('call')
        .set({ queue_id: facts.queueId, queue_name: facts.queueName })
        .where('id', '=', facts.callId)
        .execute();
      return;
    case 'call.bridged':
      if (facts.agentId !== null)
        await trx
          .updateTable('call')
          .set({ agent_id: facts.agentId })
          .where('id', '=', facts.callId)
          .execute();
      return;
    case 'call.ended':
      await callEnded(trx, nodeId, event, facts);
      return;
    case 'call.refused':
      await refused(trx, nodeId, event, {
        what: 'call',
        reason: facts.reason,
        from_number: facts.fromNumber,
        to_number: facts.toNumber,
        agent_id: null,
      });
      return;
    case 'agent.sign-in-refused':
      await refused(trx, nodeId, event, {
        what: 'sign-in',
        reason: facts.reason,
        from_number: null,
        to_number: null,
        agent_id: facts.agentId,
      });
      return;
    case 'agent.presence':
      await presenceChanged(trx, nodeId, event, facts);
      return;
    case 'recording.finished':
    case 'interaction.closed':
      await projectOnCall(trx, nodeId, facts);
      return;
    case 'voice-message.left':
      await storeMessageLeft(trx, nodeId, facts);
      return;
    case 'voice-message.changed':
      await storeMessageChanged(trx, at, facts);
      return;
    case 'callback.asked':
      await storeCallbackAsked(trx, nodeId, facts);
      return;
    case 'callback.tried':
      await storeCallbackTried(trx, facts);
      return;
    case 'callback.ended':
      await storeCallbackEnded(trx, at, facts);
      return;
    case 'fax.received':
      await storeFaxReceived(trx, nodeId, facts);
      return;
    case 'fax.changed':
      await storeFaxChanged(trx, at, facts);
      return;
    case 'sound.attested':
      await storeAttested(trx, nodeId, event, facts);
      return;
    default:
      // The rest is told by the timeline alone.
      return;
  }
}

/** What the node that serves a call tells of it, which need not be the one it began at. */
async function projectOnCall(trx: TenantTrx, nodeId: string, facts: EventFacts): Promise<void> {
  if (facts.kind === 'recording.finished') await recordingFinished(trx, nodeId, facts);
  if (facts.kind === 'interaction.closed')
    await trx
      .updateTable('call')
      .set({ disposition_id: facts.dispositionId, notes: facts.notes })
      .where('id', '=', facts.callId)
      .execute();
}

async function callStarted(
  trx: TenantTrx,
  nodeId: string,
  event: JournalEvent,
  facts: Facts<'call.started'>,
): Promise<void> {
  const known = {
    node_id: nodeId,
    direction: facts.direction,
    from_number: facts.fromNumber,
    to_number: facts.toNumber,
    did_id: facts.didId,
    trunk_id: facts.trunkId,
    rule_name: facts.ruleName,
    customer_level: facts.customerLevel ?? null,
    department: facts.department ?? null,
    started_at: new Date(event.atMs),
  };
  await trx
    .insertInto('call')
    .values({ id: facts.callId, ...known, agent_id: facts.agentId, ...nothingYet })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(known))
    .execute();
  await toldBefore(trx, nodeId, facts.callId);
}

/** B-02: another node that serves the call may have been heard first: what it told finds its call now. */
async function toldBefore(trx: TenantTrx, homeNodeId: string, callId: CallId): Promise<void> {
  const told = await trx
    .selectFrom('journal_event')
    .select(['facts', 'node_id'])
    .where('call_id', '=', callId)
    // The database looks into the days that can have some, and into no others.
    .where('id', '>=', uuidFloor(timeOfId(callId) - dayMs))
    .where('node_id', '<>', homeNodeId)
    .where('kind', 'in', ['recording.finished', 'interaction.closed'])
    .orderBy('id')
    .execute();
  for (const { facts, node_id } of told) await projectOnCall(trx, node_id, facts as EventFacts);
}

const nothingYet = {
  answered_at: null,
  ended_at: null,
  end_reason: null,
  queue_id: null,
  queue_name: null,
  language: null,
  disposition_id: null,
  recording_id: null,
  recording_ms: null,
};

async function stepsWalked(trx: TenantTrx, facts: Facts<'flow.step' | 'flow.steps'>): Promise<void> {
  const steps = facts.kind === 'flow.step' ? [facts] : facts.steps;
  const labels = steps.flatMap(({ label }) => label ?? []);
  if (labels.length === 0) return;
  await trx
    .updateTable('call')
    .set({ path: sql<string[]>`path || ${JSON.stringify(labels)}::text::jsonb` })
    .where('id', '=', facts.callId)
    .execute();
}

async function callEnded(
  trx: TenantTrx,
  nodeId: string,
  event: JournalEvent,
  facts: Facts<'call.ended'>,
): Promise<void> {
  const ended = {
    ended_at: new Date(event.atMs),
    answered_at: facts.answeredAtMs === null ? null : new Date(facts.answeredAtMs),
    end_reason: jsonb<unknown>(facts.reason),
    talk_ms: facts.talkMs,
    wait_ms: facts.waitMs,
    billable_seconds: facts.billableSeconds,
    language: facts.language,
    collected: jsonb(facts.collected),
  };
  // The end tells enough to stand alone, should the beginning have been lost with a broken journal.
  await trx
    .insertInto('call')
    .values({
      ...nothingYet,
      id: facts.callId,
      node_id: nodeId,
      direction: 'inbound',
      from_number: '',
      to_number: '',
      did_id: null,
      trunk_id: null,
      rule_name: null,
      agent_id: null,
      started_at: new Date(facts.startedAtMs),
      ...ended,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(ended))
    .execute();
}

async function refused(
  trx: TenantTrx,
  nodeId: string,
  event: JournalEvent,
  facts: {
    what: 'call' | 'sign-in';
    reason: string;
    from_number: string | null;
    to_number: string | null;
    agent_id: string | null;
  },
): Promise<void> {
  await trx
    .insertInto('refusal')
    .values({ id: event.id, node_id: nodeId, at: new Date(event.atMs), ...facts })
    .execute();
}

async function presenceChanged(
  trx: TenantTrx,
  nodeId: string,
  event: JournalEvent,
  facts: Facts<'agent.presence'>,
): Promise<void> {
  await trx
    .insertInto('presence_log')
    .values({
      id: event.id,
      node_id: nodeId,
      at: new Date(event.atMs),
      agent_id: facts.agentId,
      from_state: facts.from,
      to_state: facts.to,
      lasted_ms: facts.lastedMs,
      pause_cause: facts.pauseCause,
      pause_reason_id: facts.pauseReasonId,
      device: facts.device,
      call_id: facts.callId,
    })
    .execute();
}

async function recordingFinished(
  trx: TenantTrx,
  nodeId: string,
  facts: Facts<'recording.finished'>,
): Promise<void> {
  const row = {
    node_id: nodeId,
    call_id: facts.callId,
    queue_id: facts.queueId,
    agent_ids: jsonb(facts.agentIds as string[]),
    started_at: new Date(facts.startedAtMs),
    duration_ms: facts.durationMs,
    path: facts.path,
    format: facts.format,
    octets: facts.octets,
    sha256: facts.sha256,
    is_recovered: facts.isRecovered,
  };
  await trx
    .insertInto('recording')
    .values({ id: facts.recordingId, ...row })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(row))
    .execute();
  // A call with several parts is found by its longest.
  await trx
    .updateTable('call')
    .set({ recording_id: facts.recordingId, recording_ms: facts.durationMs })
    .where('id', '=', facts.callId)
    .where((call) =>
      call.or([
        call('recording_ms', 'is', null),
        call('recording_ms', '<', facts.durationMs),
        call('recording_id', '=', facts.recordingId),
      ]),
    )
    .execute();
}
