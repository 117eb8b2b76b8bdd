/** An INVITE that is to stand in the place of somebody in a call (RFC 3891): its sound is opened there, and it is answered. */
import type { SrtpUse } from '@seatgrid/contracts/link/node-config.ts';
import type { LegKey } from '@seatgrid/media/call/media-engine.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { extensionOf } from '../phones/phone-domain.ts';
import { describe } from './admit-call.ts';
import type { CallServices } from './call-services.ts';
import type { Call } from './call.ts';
import { IncomingSipLeg } from './incoming-sip-leg.ts';

/** Undefined where its sound cannot be had: it is refused then. */
export function answerInPlace(call: Call, invite: IncomingInvite, key: LegKey): IncomingSipLeg | undefined {
  const { services } = call;
  const srtp = srtpOf(services, invite);
  const media = call.media.openRtpLeg({ key, natAddress: invite.flow.address, srtp });
  if (media.kind === 'refused') {
    invite.reject(503);
    return undefined;
  }
  const described = describe(media, invite.sdp);
  if (typeof described !== 'string') {
    media.close();
    invite.reject(488);
    return undefined;
  }
  services.ladders.claim(invite.sipCallId, call.id, key);
  const leg = new IncomingSipLeg(invite, media, described);
  leg.answer();
  return leg;
}

function srtpOf({ directory, trunks }: CallServices, { identity }: IncomingInvite): SrtpUse {
  if (identity.kind === 'trunk') return trunks.byId(identity.peer)?.config.srtp ?? 'accept';
  const tenant = directory.byDomain(identity.realm);
  return tenant?.secrets.get(extensionOf(tenant, identity.username))?.srtp ?? 'accept';
}
