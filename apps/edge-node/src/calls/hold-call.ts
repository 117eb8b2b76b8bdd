import type { Call } from './call.ts';
import type { Party } from './party.ts';

/** E-11: an agent puts the other side on hold, or takes it back. */
export function holdCall(call: Call, party: Party, isHeld: boolean): void {
  if (party.isHolding === isHeld) return call.sound.arrange();
  const nowMs = call.services.clock.nowMs();
  if (isHeld) party.hold(nowMs);
  else party.retrieve(nowMs);
  call.sound.arrange();
  call.record({
    kind: isHeld ? 'call.held' : 'call.retrieved',
    callId: call.id,
    agentId: party.agentId!,
  });
  call.enter(call.stage);
  if (party.seat) call.services.hub.callChanged(party.seat);
}
