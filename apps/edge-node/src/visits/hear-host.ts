/** What the host of a call of ours tells and asks, performed here, where the call lives. */
import type { VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { DeskOutcome } from '../agents/desk-commands.ts';
import { statusOfRefusal } from '../agents/refusal-status.ts';
import type { CallLeg } from '../calls/call-leg.ts';
import type { Call } from '../calls/call.ts';
import { ConsultStage } from '../calls/consult-stage.ts';
import { changeConference, consult, endConsult } from '../calls/consult.ts';
import { recordServing } from '../calls/join-call.ts';
import { transferCall } from '../calls/transfer-call.ts';
import { takeData } from './visit-data.ts';

/** The status that answers it. */
export function hearHost(
  call: Call,
  leg: CallLeg,
  word: Exclude<VisitWord, { kind: 'ended' | 'handed-over' | 'around' }>,
): number | Promise<number> {
  const party = call.parties.find((one) => one.leg === leg);
  if (call.isEnded || !party) return 481;
  let outcome: DeskOutcome | Promise<DeskOutcome> = { ok: true };
  call.run(() => {
    switch (word.kind) {
      case 'data':
        takeData(call, word.data);
        return call.dataChanged(leg);
      case 'served-by':
        party.agentId = word.agentId;
        if (party !== call.partner) return;
        party.joinedAtMs = call.services.clock.nowMs();
        return recordServing(call, party, call.customer!);
      case 'recording-paused':
        return call.sound.recording.pause(word.agentId, word.isPaused);
      case 'transfer':
        outcome = transferCall(call, party, word.target);
        return;
      case 'consult':
        outcome = consult(call, party, word.target);
        return;
      case 'end-consult':
        outcome = endConsult(call, party, word.outcome);
        return;
      case 'consult-turn':
        if (call.stage instanceof ConsultStage && call.stage.by === party) call.stage.turn(word.isAsking);
        return;
      case 'conference':
        outcome = changeConference(call, party, word);
    }
  });
  return outcome instanceof Promise ? outcome.then(statusOf) : statusOf(outcome);
}

function statusOf(outcome: DeskOutcome): number {
  return outcome.ok ? 200 : statusOfRefusal(outcome.code);
}
