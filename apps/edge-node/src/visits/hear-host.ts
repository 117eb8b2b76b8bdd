/** What the host of a call of ours tells and asks, performed here, where the call lives. */
import type { VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { DeskOutcome } from '../agents/desk-commands.ts';
import { statusOfRefusal } from '../agents/refusal-status.ts';
import type { CallLeg } from '../calls/call-leg.ts';
import type { Call } from '../calls/call.ts';
import { recordServing } from '../calls/join-call.ts';
import { transferCall } from '../calls/transfer-call.ts';
import { takeData } from './visit-data.ts';

/** The status that answers it. */
export function hearHost(
  call: Call,
  leg: CallLeg,
  word: Exclude<VisitWord, { kind: 'ended' }>,
): number | Promise<number> {
  const party = call.parties.find((one) => one.leg === leg);
  if (call.isEnded || !party) return 481;
  let outcome: DeskOutcome | Promise<DeskOutcome> = { ok: true };
  call.run(() => {
    switch (word.kind) {
      case 'data':
        return takeData(call, word.data);
      case 'served-by':
        party.agentId = word.agentId;
        if (party !== call.partner) return;
        party.joinedAtMs = call.services.clock.nowMs();
        return recordServing(call, party, call.customer!);
      case 'recording-paused':
        return call.sound.recording.pause(word.agentId, word.isPaused);
      case 'transfer':
        outcome = transferCall(call, party, word.target);
    }
  });
  return outcome instanceof Promise ? outcome.then(statusOf) : statusOf(outcome);
}

function statusOf(outcome: DeskOutcome): number {
  return outcome.ok ? 200 : statusOfRefusal(outcome.code);
}
