/**
 * An INVITE by which another node brings a call to an agent kept for it: the call stands here under its own id, and is served by
 * the code that serves every call. Who it is from is proven by the token; what it says is read before anything is done.
 */
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { VisitedCall } from '@seatgrid/contracts/visit/visit-messages.ts';
import { visitContentType } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import { AgentRing } from '../calls/agent-ring.ts';
import type { CallServices } from '../calls/call-services.ts';
import type { Call } from '../calls/call.ts';
import { converse } from '../calls/converse.ts';
import type { Exchange } from '../calls/exchange.ts';
import { endUnreached } from '../calls/next-step.ts';
import { standAside } from './stand-aside.ts';
import type { HomeLeg } from './home-leg.ts';
import { openVisit } from './open-visit.ts';
import { keepApart, proveHome } from './prove-home.ts';
import { readVisitedCall } from './read-visit.ts';
import type { ByNumber, VisitAsked } from './visit-terms.ts';

export function serveVisit(
  exchange: Exchange,
  invite: IncomingInvite,
  asked: VisitAsked,
  byNumber?: ByNumber,
): void {
  const { services } = exchange;
  const { hub, log } = services;
  const refuse = (status: number, why: string) => {
    log.warn({ matchId: asked.matchId, callId: asked.callId, why, status }, 'a visit was refused');
    invite.reject(status);
    if (!asked.phone) hub.letGo(asked.agentId, asked.matchId);
  };
  const read = readVisitedCall(byNumber?.text ?? invite.part(visitContentType));
  if (!read.ok) return refuse(400, read.failure);
  const visit = read.value;
  if (!isTheOne(visit, asked)) return refuse(403, 'it is not the call the agent was kept for');
  const tenant = services.directory.byId(visit.tenantId);
  const seat = asked.phone ? null : hub.seat(asked.agentId);
  const agent = seat ? seat.agent : tenant?.agents.get(asked.agentId);
  if (!tenant?.isServed || seat === undefined || !agent || exchange.isDraining)
    return refuse(503, 'not served here');
  if (byNumber && !byNumber.trunk.hasFreeChannel('inbound'))
    return refuse(503, 'no line of the trunk is free');
  const key = keyOf(visit, asked, services.calls);
  if (!key) return refuse(482, 'the call is here already');
  const opened = openVisit(exchange, invite, { visit, tenant, key, byNumber });
  if (!opened) return refuse(488, 'no sound could be agreed on');
  const { call, leg } = opened;
  call.run(() => ring(call, leg, { visit, agent, seat, byNumber }));
  // Not rung after all: whoever waits here may have the agent.
  if (seat) hub.letGo(asked.agentId, asked.matchId);
}

interface Rung {
  readonly visit: VisitedCall;
  readonly agent: Agent;
  readonly seat: AgentSeat | null;
  readonly byNumber: ByNumber | undefined;
}

function ring(call: Call, leg: HomeLeg, { visit, agent, seat, byNumber }: Rung): void {
  const { decision, ringTimeoutMs, named } = visit;
  const consultedBy = named?.consultedBy;
  const terms = named
    ? { queue: null, ...(consultedBy ? { consultedBy } : { mayBePickedUp: true as const }) }
    : { queue: call.queue, ...(decision ? { decision } : {}) };
  const agentRing = new AgentRing({ call, agent, seat, ringTimeoutMs, ...terms }, (outcome) => {
    if (outcome.kind !== 'accepted') return endUnreached(call, outcome.kind);
    const by = outcome.by ?? { id: agent.id, seat };
    if (leg.isAside) standAside(call, outcome.leg, by);
    else converse(call, outcome.leg, by);
    if (!leg.isProven) proveHome(call, leg, byNumber?.token, keepApart(call));
  });
  call.enter({ state: 'ringing', onCallEnded: () => agentRing.withdraw(leg.withdrawnFor) });
  leg.ring();
  agentRing.start();
}

/** F-22: a call that rings all, or a group's positions, may ring several agents here, each by a visit of its own, until one of them answers. */
function keyOf(
  { callId, homeNodeId, named }: VisitedCall,
  { matchId }: VisitAsked,
  calls: CallServices['calls'],
): CallId | undefined {
  const here = calls.get(callId);
  if (!here) return callId;
  const ringsSeveral = named ? named.consultedBy === null : here.queue?.ringing === 'all';
  const isRinging = here.home?.nodeId === homeNodeId && ringsSeveral;
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
