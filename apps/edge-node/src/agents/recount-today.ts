/** After a restart: the day's figures of agents and queues, counted again from the node's own journal. */
import type { CallDirection } from '@seatgrid/core/calls/disposition.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { PauseCause } from '@seatgrid/core/workforce/presence.ts';
import type { EventFacts, JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import type { AnswerMemory } from '../ledger/answer-memory.ts';
import type { EventJournal } from '../ledger/event-journal.ts';
import { recountEventsMax, recountPageEvents } from '../limits.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import type { AgentHub } from './agent-hub.ts';

export interface Recount {
  readonly journal: Pick<EventJournal, 'readAfter' | 'committed'>;
  readonly answers: Pick<AnswerMemory, 'note'>;
  readonly directory: TenantDirectory;
  readonly hub: AgentHub;
  readonly clock: Clock;
}

export function recountToday(recount: Recount): void {
  const { journal, directory, clock } = recount;
  const nowMs = clock.nowMs();
  let dayStartsMs = nowMs;
  for (const tenant of directory.all()) dayStartsMs = Math.min(dayStartsMs, tenant.dayStartsMs(nowMs));
  const begun = new Map<CallId, Begun>();
  const bySequence = Math.max(firstAfter(journal, dayStartsMs), journal.committed - recountEventsMax);
  for (let after = bySequence; ;) {
    const page = journal.readAfter(after, recountPageEvents);
    if (page.length === 0) break;
    after = page.at(-1)!.sequence;
    for (const { json } of page) count(recount, JSON.parse(json) as JournalEvent, begun, nowMs);
  }
}

function count(
  { directory, hub, answers }: Recount,
  event: JournalEvent,
  begun: Map<CallId, Begun>,
  nowMs: number,
): void {
  const { facts, atMs } = event;
  if (facts.kind === 'call.started') begun.set(facts.callId, facts);
  const tenant = event.tenantId === null ? undefined : directory.byId(event.tenantId);
  if (!tenant) return;
  if (facts.kind === 'call.bridged') {
    const caller = callerAnswered(facts, begun);
    if (caller !== null && facts.agentId !== null) answers.note(tenant, caller, facts.agentId, atMs);
  }
  if (atMs < tenant.dayStartsMs(nowMs)) return;
  if (facts.kind === 'agent.presence' && tenant.agents.has(facts.agentId))
    hub.recount(tenant, facts.agentId, changeOf(facts), {
      direction: facts.direction ?? directionOf(begun, facts.callId),
      atMs,
    });
  else if (facts.kind === 'inspection.began' && tenant.agents.has(facts.agentId))
    hub.recountMonitored(tenant, facts.agentId, atMs);
  else countQueue(hub, tenant, facts);
}

interface Begun {
  readonly direction: CallDirection;
  readonly fromNumber: string;
}

/** F-20: whom an agent answered; null where it was no caller. */
function callerAnswered(
  { callId }: EventFacts & { kind: 'call.bridged' },
  begun: ReadonlyMap<CallId, Begun>,
): string | null {
  const call = begun.get(callId);
  return call?.direction === 'inbound' ? call.fromNumber : null;
}

/** Journals written before the event said it itself. */
function directionOf(begun: ReadonlyMap<CallId, Begun>, callId: CallId | null) {
  return callId === null ? null : (begun.get(callId)?.direction ?? null);
}

function countQueue(hub: AgentHub, tenant: TenantAtNode, facts: EventFacts): void {
  if (facts.kind !== 'queue.entered' && facts.kind !== 'queue.left') return;
  if (!tenant.queues.has(facts.queueId)) return;
  hub.services
    .acd(tenant)
    .recount(
      facts.queueId,
      facts.kind === 'queue.entered' ? { offered: true } : { left: facts.cause, waitedMs: facts.waitedMs },
    );
}

function changeOf(facts: EventFacts & { kind: 'agent.presence' }) {
  const { from, to, lastedMs, device, callId, pauseCause, pauseReasonId } = facts;
  const pause: PauseCause | null =
    pauseCause === null
      ? null
      : pauseCause === 'chosen'
        ? { kind: 'chosen', reasonId: pauseReasonId }
        : { kind: pauseCause };
  return { from, to, lastedMs, device, callId, pause, pausedFor: null };
}

/** The sequence just before the first event of today: events stand in the order of time, so that halving finds it. */
function firstAfter(journal: Recount['journal'], atMs: number): number {
  let low = 0;
  let high = journal.committed;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [event] = journal.readAfter(middle, 1);
    if (event && (JSON.parse(event.json) as JournalEvent).atMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
