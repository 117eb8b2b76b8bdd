/**
 * An INVITE by which another node brings a call to an agent kept for it: the call stands here under its own id, and is served by
 * the code that serves every call. Who it is from is proven by the token; what it says is read before anything is done.
 */
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { VisitedCall } from '@seatgrid/contracts/visit/visit-messages.ts';
import { visitContentType } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import { describe } from '../calls/admit-call.ts';
import { AgentRing } from '../calls/agent-ring.ts';
import type { CallServices } from '../calls/call-services.ts';
import type { Call, CallFacts } from '../calls/call.ts';
import { converse } from '../calls/converse.ts';
import type { Exchange } from '../calls/exchange.ts';
import { endUnreached } from '../calls/next-step.ts';
import { Party } from '../calls/party.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import { standAside } from './stand-aside.ts';
import { HomeLeg } from './home-leg.ts';
import { readVisitedCall } from './read-visit.ts';
import { takeData } from './visit-data.ts';
import type { VisitAsked } from './visit-terms.ts';

export function serveVisit(exchange: Exchange, invite: IncomingInvite, asked: VisitAsked): void {
  const { services } = exchange;
  const { hub, log } = services;
  const refuse = (status: number, why: string) => {
    log.warn({ matchId: asked.matchId, callId: asked.callId, why, status }, 'a visit was refused');
    invite.reject(status);
    hub.letGo(asked.agentId, asked.matchId);
  };
  const read = readVisitedCall(invite.part(visitContentType));
  if (!read.ok) return refuse(400, read.failure);
  const visit = read.value;
  if (!isTheOne(visit, asked)) return refuse(403, 'it is not the call the agent was kept for');
  const tenant = services.directory.byId(visit.tenantId);
  const seat = hub.seat(visit.agentId);
  if (!tenant?.isServed || !seat?.agent || exchange.isDraining) return refuse(503, 'not served here');
  const key = keyOf(visit, asked, services.calls);
  if (!key) return refuse(482, 'the call is here already');
  const call = exchange.open(factsOf(visit, tenant), null, visit.callId, key);
  takeData(call, visit);
  call.queue = (visit.queueId && tenant.queues.get(visit.queueId)) ?? null;
  call.waitMs = visit.waitMs;
  const leg = openHomeLeg(call, invite, visit);
  if (!leg) {
    call.discard();
    return refuse(488, 'no sound could be agreed on');
  }
  services.ladders.claim(invite.sipCallId, call.id, leg.key);
  call.home = leg;
  call.customer = new Party(leg, null);
  call.listenTo(leg);
  call.run(() => ring(call, leg, { visit, seat }));
  // Not rung after all: whoever waits here may have the agent.
  hub.letGo(asked.agentId, asked.matchId);
}

function ring(call: Call, leg: HomeLeg, { visit, seat }: { visit: VisitedCall; seat: AgentSeat }): void {
  const { decision, ringTimeoutMs, named } = visit;
  const agent = seat.agent!;
  const consultedBy = named?.consultedBy;
  const terms = named
    ? { queue: null, ...(consultedBy ? { consultedBy } : { mayBePickedUp: true as const }) }
    : { queue: call.queue, ...(decision ? { decision } : {}) };
  const agentRing = new AgentRing({ call, agent, seat, ringTimeoutMs, ...terms }, (outcome) => {
    if (outcome.kind !== 'accepted') return endUnreached(call, outcome.kind);
    const by = outcome.by ?? { id: agent.id, seat };
    if (leg.isAside) standAside(call, outcome.leg, by);
    else converse(call, outcome.leg, by);
  });
  call.enter({ state: 'ringing', onCallEnded: () => agentRing.withdraw() });
  leg.ring();
  agentRing.start();
}

/** F-22: a call that rings all may ring several agents here, each by a visit of its own, until one of them answers. */
function keyOf(
  { callId, homeNodeId }: VisitedCall,
  { matchId }: VisitAsked,
  calls: CallServices['calls'],
): CallId | undefined {
  const here = calls.get(callId);
  if (!here) return callId;
  const isRinging = here.home?.nodeId === homeNodeId && here.queue?.ringing === 'all';
  return isRinging && here.stage.state === 'ringing' ? (`${callId}/${matchId}` as CallId) : undefined;
}

function isTheOne(visit: VisitedCall, asked: VisitAsked): boolean {
  return (
    visit.callId === asked.callId &&
    visit.tenantId === asked.tenantId &&
    visit.queueId === asked.queueId &&
    visit.agentId === asked.agentId &&
    visit.homeNodeId === asked.homeNodeId &&
    (visit.named !== undefined) === (asked.isNamed === true)
  );
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

function openHomeLeg(call: Call, invite: IncomingInvite, from: VisitedCall): HomeLeg | undefined {
  const sound = call.sound.open();
  if (sound.kind !== 'call') return undefined;
  const { address: natAddress, protocol } = invite.flow;
  const srtp = protocol === 'tls' ? 'require' : 'accept';
  const media = sound.openRtpLeg({ key: 'home', natAddress, srtp });
  if (media.kind !== 'rtp') return undefined;
  const sdp = describe(media, invite.sdp);
  return typeof sdp === 'string' ? new HomeLeg(invite, { media, sdp }, { call, from }) : undefined;
}
