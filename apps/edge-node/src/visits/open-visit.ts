/** A call of another node as it stands here: under its own id, with all that is known of it, and the dialog as its caller's line. */
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { VisitedCall } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { describe } from '../calls/admit-call.ts';
import type { Call, CallFacts } from '../calls/call.ts';
import type { Exchange } from '../calls/exchange.ts';
import { Party } from '../calls/party.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import { HomeLeg } from './home-leg.ts';
import { takeData } from './visit-data.ts';
import type { ByNumber } from './visit-terms.ts';

/** Undefined: no sound could be agreed on. */
export function openVisit(
  exchange: Exchange,
  invite: IncomingInvite,
  from: { visit: VisitedCall; tenant: TenantAtNode; key: CallId; byNumber: ByNumber | undefined },
): { readonly call: Call; readonly leg: HomeLeg } | undefined {
  const { visit, tenant, key, byNumber } = from;
  const call = exchange.open(factsOf(visit, tenant), byNumber?.trunk ?? null, visit.callId, key);
  takeData(call, visit);
  call.queue = (visit.queueId && tenant.queues.get(visit.queueId)) ?? null;
  call.waitMs = visit.waitMs;
  const leg = openHomeLeg(call, invite, from);
  if (!leg) {
    call.discard();
    return undefined;
  }
  call.services.ladders.claim(invite.sipCallId, call.id, leg.key);
  call.home = leg;
  call.customer = new Party(leg, null);
  call.listenTo(leg);
  return { call, leg };
}

function factsOf(visit: VisitedCall, tenant: TenantAtNode): CallFacts {
  const { direction, fromNumber, toNumber, didId, ruleName, customerLevel: level, department } = visit;
  const webButton = tenant.config.webButtons.find(({ id }) => id === visit.webButtonId);
  return {
    tenant,
    direction,
    fromNumber,
    toNumber,
    didId,
    // The carrier's line is the home's.
    trunkId: null,
    agentId: null,
    ruleName,
    caller: { level, department },
    homeNodeId: visit.homeNodeId,
    ...(visit.callback ? { callback: visit.callback } : {}),
    ...(webButton ? { webButton } : {}),
  };
}

function openHomeLeg(
  call: Call,
  invite: IncomingInvite,
  { visit, byNumber }: { visit: VisitedCall; byNumber: ByNumber | undefined },
): HomeLeg | undefined {
  const sound = call.sound.open();
  if (sound.kind !== 'call') return undefined;
  const { address: natAddress, protocol } = invite.flow;
  const srtp = byNumber?.trunk.config.srtp ?? (protocol === 'tls' ? 'require' : 'accept');
  const media = sound.openRtpLeg({ key: 'home', natAddress, srtp });
  if (media.kind !== 'rtp') return undefined;
  const sdp = describe(media, invite.sdp);
  return typeof sdp === 'string'
    ? new HomeLeg(invite, { media, sdp }, { call, from: visit, ...(byNumber ? { byNumber } : {}) })
    : undefined;
}
