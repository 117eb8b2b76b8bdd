/** The end of a call: whoever is left is told by whom and why, the record is closed, every line with it. */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import { BrowserLeg } from './browser-leg.ts';
import type { Call } from './call.ts';
import { endLine } from './end-line.ts';
import { partyLeft } from './let-go.ts';
import type { Party } from './party.ts';
import { releaseOf } from './release-of.ts';

/** Called once, by the call. `by` is the party whose leg ended it, where one did. */
export function endCall(
  call: Call,
  reason: EndReason,
  by: Party | null,
  onEnded: (call: Call) => void,
): void {
  const nowMs = call.services.clock.nowMs();
  call.endReason = reason;
  call.endedAtMs = nowMs;
  try {
    call.sound.stopSpeech();
    call.stage.onCallEnded(reason);
    call.flow?.callLeft();
    const others = reason.party === 'platform' ? 'platform' : 'other';
    if (call.partner) {
      call.talk.stop(nowMs);
      partyLeft(call, call.partner, by === call.partner ? 'agent' : others, nowMs);
    }
    if (call.customer) partyLeft(call, call.customer, by === call.customer ? 'agent' : others, nowMs);
    for (const other of call.others) partyLeft(call, other, by === other ? 'agent' : others, nowMs);
    call.sound.recording.end();
  } catch (error) {
    call.services.log.error({ err: error, callId: call.id }, 'a call did not end cleanly');
  }
  try {
    recordEnd(call, reason, nowMs);
  } finally {
    onEnded(call);
    call.tellReferrer(releaseOf(reason).status);
    releaseLegs(call, reason, by);
    if (!goesOnBeside(call)) call.services.ladders.ended(call.id);
    call.services.log.info(endLine(call, by), 'a call ended');
  }
}

/** F-22: another agent here is rung for the same call of another node, or has taken it. */
function goesOnBeside({ id, home, services }: Call): boolean {
  return home !== null && [...services.calls.values()].some((other) => other.id === id);
}

function recordEnd(call: Call, last: EndReason, nowMs: number): void {
  // For the record, and for who pays, a call is over when the customer has gone.
  const { reason, atMs } = call.customerLeft ?? { reason: last, atMs: nowMs };
  call.record({
    kind: 'call.ended',
    callId: call.id,
    reason,
    startedAtMs: call.startedAtMs,
    answeredAtMs: call.answeredAtMs,
    talkMs: call.talk.talkMs,
    waitMs: call.waitMs,
    billableSeconds: call.answeredAtMs === null ? 0 : Math.ceil((atMs - call.answeredAtMs) / 1_000),
    language: call.language,
    collected: call.collected,
  });
}

/**
 * A-01, D-01: whoever is left hears the release tone, then the line is closed. A desk phone makes its own and must be free at
 * once, and so must an outside number's line.
 */
function releaseLegs(call: Call, reason: EndReason, by: Party | null): void {
  const cause = call.releaseCause ?? releaseOf(reason);
  const isUsualEnd = reason.code === 'hung-up' || reason.code === 'flow-ended';
  let lingering = 1;
  const released = () => {
    if (--lingering === 0) call.sound.close();
  };
  for (const party of call.parties) {
    // Of a visit, the caller hears it from the home.
    const isCaller = party === call.customer && party.agentId === null && call.home === null;
    if (
      isUsualEnd &&
      party !== by &&
      call.answeredAtMs !== null &&
      (isCaller || party.leg instanceof BrowserLeg)
    ) {
      lingering++;
      call.sound.releaseWithTone(party.leg, cause, released);
    } else party.leg.release(cause);
  }
  released();
}
