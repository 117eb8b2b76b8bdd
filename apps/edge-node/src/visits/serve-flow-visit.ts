/**
 * B-02: an INVITE by which another node brings a caller to a flow that runs here. The flow is this node's altogether: it speaks, listens
 * and asks here, and whoever it leads to serves here; when it returns, the caller is the home's again.
 */
import type { VisitedCall } from '@seatgrid/contracts/visit/visit-messages.ts';
import { visitContentType } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { Exchange } from '../calls/exchange.ts';
import { performNextStep } from '../calls/next-step.ts';
import { openVisit } from './open-visit.ts';
import { proveHome } from './prove-home.ts';
import { readVisitedCall } from './read-visit.ts';
import type { ByNumber, FlowAsked } from './visit-terms.ts';

export function serveFlowVisit(
  exchange: Exchange,
  invite: IncomingInvite,
  asked: FlowAsked,
  byNumber?: ByNumber,
): void {
  const { services } = exchange;
  const { flowId, callId, matchId } = asked;
  const refuse = (status: number, why: string) => {
    services.log.warn({ matchId, callId, why, status }, 'a visit was refused');
    invite.reject(status);
  };
  const read = readVisitedCall(byNumber?.text ?? invite.part(visitContentType));
  if (!read.ok) return refuse(400, read.failure);
  const visit = read.value;
  if (!isTheOne(visit, asked)) return refuse(403, 'it is not the call the flow was asked for');
  const tenant = services.directory.byId(visit.tenantId);
  if (!tenant?.isServed || exchange.isDraining) return refuse(503, 'not served here');
  if (byNumber && !byNumber.trunk.hasFreeChannel('inbound'))
    return refuse(503, 'no line of the trunk is free');
  // A call that has come round to a node it was at before.
  if (services.calls.has(callId)) return refuse(482, 'the call is here already');
  const opened = openVisit(exchange, invite, { visit, tenant, key: callId, byNumber });
  if (!opened) return refuse(488, 'no sound could be agreed on');
  const { call, leg } = opened;
  call.run(() => {
    // Its keys are heard from the first step on.
    call.answer();
    proveHome(call, leg, byNumber?.token, () => performNextStep(call, { kind: 'flow', flowId }));
  });
}

function isTheOne(visit: VisitedCall, asked: FlowAsked): boolean {
  return (
    visit.callId === asked.callId &&
    visit.tenantId === asked.tenantId &&
    visit.flowId === asked.flowId &&
    visit.homeNodeId === asked.homeNodeId
  );
}
