/**
 * A desk phone that answers in the place of one that rings (RFC 3891 §3): any of the same tenant, and calls of no queue alone, since
 * those are the queue's to give. Who wants to must know the ringing dialog, as phones that watch each other do.
 */
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { extensionOf } from '../phones/phone-domain.ts';
import { answerInPlace } from './answer-in-place.ts';
import type { CallServices } from './call-services.ts';

export function pickUp(services: CallServices, invite: IncomingInvite): void {
  const ring = invite.picksUp && services.phonesRinging.get(invite.picksUp);
  if (!ring) return invite.reject(481);
  const { call } = ring.request;
  const { identity } = invite;
  // RFC 3891 §8: others learn nothing of the call.
  if (identity.kind !== 'phone' || services.directory.byDomain(identity.realm) !== call.tenant)
    return invite.reject(403);
  const agent = call.tenant.agentsByExtension.get(extensionOf(call.tenant, identity.username));
  if (!agent || !ring.mayBePickedUp) return invite.reject(403);
  const seat = services.hub.seat(agent.id);
  if (seat?.isSignedIn && !seat.isFree) return invite.reject(486);
  const usedSeat = seat?.isSignedIn && seat.presence.device === 'phone' ? seat : null;
  call.run(() => {
    const leg = answerInPlace(call, invite, call.sound.nextLegKey('agent'));
    if (!leg) return;
    if (usedSeat) services.hub.pickedUp(usedSeat, call);
    ring.pickedUp({ leg, by: { id: agent.id, seat: usedSeat } });
  });
}
