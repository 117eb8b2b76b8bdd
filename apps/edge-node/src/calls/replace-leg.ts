import type { CallLeg } from './call-leg.ts';
import type { Call } from './call.ts';
import type { Party } from './party.ts';

/** A browser that came back, a phone that speaks from elsewhere: the same party on a new line. */
export function replaceLeg(call: Call, party: Party, leg: CallLeg): void {
  const old = party.leg;
  party.leg = leg;
  old.release();
  call.listenTo(leg);
  if (party.agentId) call.sound.belongs(leg, party.agentId);
  call.sound.arrange();
}
