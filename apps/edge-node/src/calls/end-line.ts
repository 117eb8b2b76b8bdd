/** What the log says of a call that is over: whose act or fault it was, by which status and on which side. No name, no whole number. */
import { maskNumber } from '@seatgrid/core/numbers/mask-number.ts';
import type { Call } from './call.ts';
import { IncomingSipLeg } from './incoming-sip-leg.ts';
import type { Party } from './party.ts';
import { releaseOf } from './release-of.ts';

export function endLine(call: Call, by: Party | null): object {
  const { facts, endReason: reason, endedAtMs, startedAtMs, answeredAtMs } = call;
  return {
    callId: call.id,
    tenant: facts.tenant.tenant.slug,
    direction: facts.direction,
    from: maskNumber(facts.fromNumber),
    to: maskNumber(facts.toNumber),
    trunkId: facts.trunkId,
    party: reason?.party,
    code: reason?.code,
    status: finalStatus(call, by),
    detail: reason?.detail,
    // The line that went first; the node itself where none did.
    side: by?.leg.key ?? 'node',
    durationMs: (endedAtMs ?? startedAtMs) - startedAtMs,
    answeredAfterMs: answeredAtMs === null ? null : answeredAtMs - startedAtMs,
    waitMs: call.waitMs,
  };
}

/** What the INVITE of this call was answered with in the end (RFC 3261 §21); of a call from a browser, what the far side said. */
function finalStatus(call: Call, by: Party | null): number {
  if (call.answeredAtMs !== null) return 200;
  const leg = call.customer?.leg;
  // RFC 3261 §9.2: who gives up hears 487.
  if (by !== null && by.leg === leg && leg instanceof IncomingSipLeg) return 487;
  return (call.releaseCause ?? releaseOf(call.endReason!)).status;
}
