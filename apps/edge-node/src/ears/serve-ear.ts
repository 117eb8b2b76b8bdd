/**
 * An INVITE by which another node brings a supervisor of its own to the call of an agent here: a listener's row like that of a supervisor at
 * our own door. Who it is was judged before the place was told; here it is seen whether there is still a call to hear.
 */
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { describe } from '../calls/admit-call.ts';
import type { CallServices } from '../calls/call-services.ts';
import type { Call } from '../calls/call.ts';
import { callToHear } from '../supervision/call-to-hear.ts';
import { Inspection } from '../supervision/inspection.ts';
import { refuse, statusOfSupervision, type SupervisionRefusal } from '../supervision/supervision-outcome.ts';
import { Supervisor } from '../supervision/supervisor.ts';
import type { EarAsked } from '../visits/visit-terms.ts';
import { EarLeg } from './ear-leg.ts';

export function serveEar(services: CallServices, invite: IncomingInvite, asked: EarAsked): void {
  const { directory, hub, ladders, log } = services;
  const { tenantId, matchId, heardAgentId, supervisor: who } = asked;
  const reject = (outcome: SupervisionRefusal) => {
    log.warn({ matchId, agentId: heardAgentId, why: outcome.detail }, 'a supervisor’s ear was refused');
    invite.reject(statusOfSupervision(outcome));
  };
  const tenant = directory.byId(tenantId);
  if (!tenant?.isServed) return reject(refuse('no-such-agent', 'not served here'));
  let leg: EarLeg | null = null;
  const supervisor = new Supervisor({ tenant, ...who }, (state) => leg?.tell(state));
  const found = callToHear(hub, supervisor, heardAgentId);
  if ('ok' in found) return reject(found);
  const { call, party } = found;
  leg = openEarLeg(call, invite);
  if (!leg) return reject(refuse('media-refused', 'no sound could be agreed on'));
  const inspection = new Inspection(call, party, supervisor, leg);
  leg.inspection = inspection;
  ladders.claim(invite.sipCallId, call.id, leg.key);
  const ear = leg;
  call.run(() => {
    inspection.ring();
    ear.answer();
  });
}

function openEarLeg(call: Call, invite: IncomingInvite): EarLeg | null {
  const { address: natAddress, protocol } = invite.flow;
  const media = call.media.openRtpLeg({
    key: call.sound.nextLegKey('supervisor'),
    natAddress,
    srtp: protocol === 'tls' ? 'require' : 'accept',
  });
  if (media.kind !== 'rtp') return null;
  const sdp = describe(media, invite.sdp);
  if (typeof sdp === 'string') return new EarLeg(call, invite, { media, sdp });
  media.close();
  return null;
}
