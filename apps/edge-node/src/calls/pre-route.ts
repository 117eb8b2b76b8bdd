/**
 * B-06, pre-routing: a call over a trunk that follows redirects, for which no agent is free here, or which cannot be taken here at all, is
 * led to a node that serves it better before it is taken. The centre is asked, for a moment; unheard, the node takes what it can, and
 * leads the rest to its neighbours.
 */
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import type { FlowId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import { routeQueuesMax, type RoutePlace } from '@seatgrid/contracts/link/route-messages.ts';
import { escapeUser } from '@seatgrid/media/sip/message/sip-uri.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { DidAtNode } from '../tenants/tenant-directory.ts';
import type { TrunkAtNode } from '../trunks/trunk-directory.ts';
import type { Exchange } from './exchange.ts';
import { refuseCall } from './refuse-call.ts';

export interface Arrived {
  readonly trunk: TrunkAtNode;
  readonly did: DidAtNode;
  readonly fromNumber: string;
  readonly toNumber: string;
}

/** `take`: it is taken here, or refused. */
export function preRoute(
  exchange: Exchange,
  invite: IncomingInvite,
  arrived: Arrived,
  take: () => void,
): void {
  const { services } = exchange;
  const { trunk, did, fromNumber, toNumber } = arrived;
  const { tenant } = did;
  // RFC 3261 §8.1.3.4: whoever follows a redirect is not sent on in a circle.
  const isLed = invite.sentOnFor !== undefined;
  if (!trunk.config.followsRedirects || isLed) return take();
  // Nobody takes these anywhere.
  const isOut = !tenant.isServed || tenant.entry.lists.barredBy(fromNumber) !== undefined;
  if (isOut) return take();
  const mayStay = trunk.hasFreeChannel('inbound') && exchange.refusal(tenant) === null;
  const queueIds = queuesOf(exchange, arrived);
  const acd = services.acd(tenant);
  if (mayStay && (queueIds.length === 0 || queueIds.some((id) => acd.isStaffFree(id)))) return take();
  services.routes.ask(
    { tenantId: tenant.id, queueIds, mayStay },
    lead(exchange, invite, { tenant, fromNumber, toNumber }, take),
  );
}

/** C-12: of a number nobody has who is served here: its tenant may be served elsewhere. */
export function leadUnknown(
  exchange: Exchange,
  invite: IncomingInvite,
  { trunk, fromNumber, toNumber }: Omit<Arrived, 'did'>,
  refuse: () => void,
): void {
  const isLed = invite.sentOnFor !== undefined;
  if (!trunk.config.followsRedirects || isLed || toNumber === '') return refuse();
  const told = lead(exchange, invite, { tenant: null, fromNumber, toNumber }, refuse);
  exchange.services.routes.askNumber(toNumber, told);
}

/** Where the centre names no place, `otherwise`; a caller who has given up meanwhile needs neither. */
function lead(
  exchange: Exchange,
  invite: IncomingInvite,
  of: { readonly tenant: TenantAtNode | null; readonly fromNumber: string; readonly toNumber: string },
  otherwise: () => void,
): (places: readonly RoutePlace[]) => void {
  let isGivenUp = false;
  invite.onCancelled = () => (isGivenUp = true);
  return (places) => {
    if (isGivenUp) return;
    invite.onCancelled = undefined;
    if (places.length === 0) return exchange.attempt(invite, otherwise);
    refuseCall(exchange, invite, { ...of, reason: 'redirected', contact: contactOf(places, invite) });
  };
}

/**
 * RFC 3261 §20.10: the best has the highest q. RFC 4458 §2: the cause in each says to whoever is tried next that the call was led there,
 * so that it is not led on.
 */
function contactOf(places: readonly RoutePlace[], { requestUser, flow }: IncomingInvite): string {
  const transport = flow.protocol === 'udp' ? '' : ';transport=tcp';
  return places
    .map(({ sipAddress }, index) => {
      const uri = `sip:${escapeUser(requestUser)}@${sipAddress}${transport};cause=${movedTemporarily}`;
      return `<${uri}>;q=${(1 - index / 10).toFixed(1)}`;
    })
    .join(', ');
}

const movedTemporarily = 302;

/** Where the call may come to wait, by the rule that fits it; empty: no agent is needed, as far as can be told beforehand. */
function queuesOf(exchange: Exchange, { did, trunk, fromNumber }: Arrived): QueueId[] {
  const { tenant } = did;
  const atMs = exchange.services.clock.nowMs();
  const entry = tenant.entry.decide({ fromNumber, didId: did.id, trunkId: trunk.id, atMs });
  const found = new Set<QueueId>();
  if (entry) look(tenant, entry.step, { found, seen: new Set() });
  return [...found].slice(0, routeQueuesMax);
}

interface Look {
  readonly found: Set<QueueId>;
  readonly seen: Set<FlowId>;
}

function look(tenant: TenantAtNode, step: NextStep, at: Look): void {
  if (step.kind === 'queue') at.found.add(step.queueId);
  if (step.kind !== 'flow' || at.seen.has(step.flowId)) return;
  at.seen.add(step.flowId);
  for (const one of Object.values(tenant.flows.get(step.flowId)?.steps ?? {})) {
    if (one.kind === 'enqueue') at.found.add(one.queueId);
    if (one.kind === 'subflow') look(tenant, { kind: 'flow', flowId: one.flowId }, at);
  }
}
