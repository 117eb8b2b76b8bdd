/**
 * A desk phone asks to send the other side of its call elsewhere (REFER, RFC 3515): blind, to an extension, a number of the
 * tenant, or the outside; attended, to whoever its second line has reached (RFC 3891). Only our agents' phones are followed:
 * a caller has nobody to send anywhere.
 */
import type { ReferRequest, Referral } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { DeskOutcome } from '../agents/desk-commands.ts';
import { statusOfRefusal } from '../agents/refusal-status.ts';
import type { CallLeg } from './call-leg.ts';
import type { Call } from './call.ts';
import { ConsultStage } from './consult-stage.ts';
import type { Party } from './party.ts';
import { SipLeg } from './sip-leg.ts';
import { TrunkLeg } from './trunk-leg.ts';
import { passOn } from './transfer-call.ts';

/** The status the REFER is answered with; what was accepted is done when the answer is out. */
export function followRefer(call: Call, leg: CallLeg, request: ReferRequest, referral: Referral): number {
  const party = call.parties.find((one) => one.leg === leg);
  // RFC 3261 §21.6.2: a caller's wish to be somewhere else is heard, and declined.
  if (!party?.agentId || party.joinedAtMs === null || leg instanceof TrunkLeg) return 603;
  return request.replaces
    ? followAttended(call, party, request.replaces, referral)
    : followBlind(call, party, request.user, referral);
}

function followBlind(call: Call, party: Party, number: string, referral: Referral): number {
  if (!/^\+?[0-9*#]{2,20}$/.test(number)) return 404;
  soon(call, () => {
    call.referral = referral;
    tellRefusal(call, passOn(call, party, { kind: 'number', number }));
  });
  return 202;
}

/** RFC 3515 §2.4.5: it was accepted to be tried; that it cannot be done is told by NOTIFY, and the call goes on as it was. */
function tellRefusal(call: Call, outcome: DeskOutcome | Promise<DeskOutcome>): void {
  const tell = (came: DeskOutcome) => {
    if (!came.ok) call.tellReferrer(statusOfRefusal(came.code));
  };
  if (outcome instanceof Promise) void outcome.then((came) => call.run(() => tell(came)));
  else tell(outcome);
}

function followAttended(
  call: Call,
  party: Party,
  { dialog }: NonNullable<ReferRequest['replaces']>,
  referral: Referral,
): number {
  // RFC 3891 §3: a dialog that is none of ours.
  if (!dialog) return 481;
  const { stage } = call;
  const isOwn =
    stage instanceof ConsultStage && stage.by === party && stage.lines.some((line) => line.has(dialog));
  // Whoever may name a dialog may not yet take what is in it.
  if (!isOwn) return 403;
  soon(call, () => {
    if (call.stage !== stage) return referral.progress(487);
    call.referral = referral;
    const { isAnswered } = stage;
    const outcome = stage.end('transfer');
    // Of a call of another node, its home says when it has the caller again.
    if (isAnswered && !(outcome instanceof Promise)) call.tellReferrer(200);
    tellRefusal(call, outcome);
  });
  return 202;
}

/** When the 202 is out, and before anything else happens. */
function soon(call: Call, act: () => void): void {
  queueMicrotask(() => call.run(act));
}

/** The line of an agent's phone in a conversation: where a second call of the same phone is a question about this one. */
export function conversationAt(
  calls: Iterable<Call>,
  agentId: string,
): { call: Call; party: Party } | undefined {
  for (const call of calls)
    for (const party of [call.partner, call.customer])
      if (party?.agentId === agentId && party.joinedAtMs !== null && isOwnPhone(party.leg))
        return { call, party };
  return undefined;
}

/** And neither the way to another node, nor an outside number. */
function isOwnPhone(leg: CallLeg): boolean {
  return leg instanceof SipLeg && !(leg instanceof TrunkLeg) && (leg as CallLeg).hostNodeId === undefined;
}
