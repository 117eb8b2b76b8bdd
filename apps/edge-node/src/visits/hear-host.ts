/** What the host of a call of ours tells and asks, performed here, where the call lives. */
import type { VisitWish, VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
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
  // Of a call that visits us itself: what an agent wants is done where it lives.
  if (call.home && isWish(word)) return call.home.ask(word).then(statusOf);
  let outcome: DeskOutcome | Promise<DeskOutcome> = { ok: true };
  call.run(() => {
    switch (word.kind) {
      case 'data':
        takeData(call, word.data);
        return call.dataChanged(leg);
      case 'served-by':
        party.agentId = word.agentId;
        call.home?.servedBy(word.agentId);
        if (party !== call.partner) return;
        party.joinedAtMs = call.services.clock.nowMs();
        if (word.waited) waitedThere(call, word.waited);
        call.stage.onServed?.();
        return recordServing(call, party, call.customer!);
      case 'recording-paused':
        return call.sound.recording.pause(word.agentId ?? 'flow', word.isPaused);
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

type Heard = Parameters<typeof hearHost>[2];

function isWish(word: Heard): word is VisitWish {
  return word.kind !== 'data' && word.kind !== 'served-by' && word.kind !== 'recording-paused';
}

/** Whoever is lost there comes back to that queue. */
function waitedThere(call: Call, { queueId, waitMs }: Waited): void {
  call.waitMs = waitMs;
  if (queueId) call.queue = call.tenant.queues.get(queueId) ?? null;
}

type Waited = NonNullable<Extract<VisitWord, { kind: 'served-by' }>['waited']>;

function statusOf(outcome: DeskOutcome): number {
  return outcome.ok ? 200 : statusOfRefusal(outcome.code);
}
