/** After a crash: every call found open in the journal gets its one end, at the last instant it was known to live. */
import type { EventJournal } from '../ledger/event-journal.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';

export function closeOpenCalls(journal: EventJournal, directory: TenantDirectory): number {
  const open = journal.openCalls();
  for (const call of open)
    journal.record(
      call.tenantId,
      {
        kind: 'call.ended',
        callId: call.callId,
        reason: { party: 'platform', code: 'node-restarted' },
        startedAtMs: call.startedAtMs,
        answeredAtMs: call.answeredAtMs,
        talkMs: talkMs(journal, call.callId, call.lastEventAtMs),
        waitMs: 0,
        billableSeconds:
          call.answeredAtMs === null
            ? 0
            : Math.ceil(Math.max(0, call.lastEventAtMs - call.answeredAtMs) / 1_000),
        language: directory.byId(call.tenantId)?.locale ?? 'en',
        collected: {},
      },
      call.lastEventAtMs,
    );
  return open.length;
}

/** From the bridge to the last sign of life; the talk of agents who left before stands in their own events. */
function talkMs(
  journal: EventJournal,
  callId: Parameters<EventJournal['timeline']>[0],
  lastMs: number,
): number {
  const events = journal.timeline(callId);
  let talk = 0;
  let bridgedAtMs: number | null = null;
  for (const { facts, atMs } of events) {
    if (facts.kind === 'call.bridged') bridgedAtMs = atMs;
    if (facts.kind === 'agent.left-call' && bridgedAtMs !== null) {
      talk += facts.talkMs;
      bridgedAtMs = null;
    }
  }
  return talk + (bridgedAtMs === null ? 0 : Math.max(0, lastMs - bridgedAtMs));
}
