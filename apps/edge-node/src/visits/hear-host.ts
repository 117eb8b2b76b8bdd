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
export function hearHost(call: Call, leg: CallLeg, word: Exclude<VisitWord, { kind: 'ended' }>): number {
  const { partner } = call;
  if (call.isEnded || partner?.leg !== leg) return 481;
  let outcome = { ok: true } as DeskOutcome;
  call.run(() => {
    switch (word.kind) {
      case 'data':
        return takeData(call, word.data);
      case 'served-by':
        partner.agentId = word.agentId;
        partner.joinedAtMs = call.services.clock.nowMs();
        return recordServing(call, partner, call.customer!);
      case 'recording-paused':
        return call.sound.recording.pause(word.agentId, word.isPaused);
      case 'transfer':
        outcome = transferCall(call, partner, word.target);
    }
  });
  return outcome.ok ? 200 : statusOfRefusal(outcome.code);
}
