/** E-10: a colleague as somebody to be rung just now, by name or as whoever leads a group. */
import type { AgentId, GroupId } from '@seatgrid/core/kernel/ids.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import { leadersInOrder } from '@seatgrid/core/workforce/leader-position.ts';
import type { PresenceState } from '@seatgrid/core/workforce/presence.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { VisitAsked } from '../visits/visit-terms.ts';
import type { CallServices } from './call-services.ts';

export interface Colleague {
  readonly kind: 'colleague';
  readonly agent: Agent;
  /** Null: not signed in, reached at the registered phone. */
  readonly seat: AgentSeat | null;
}

/** Signed in at another node, or with a phone there, which says whether they can be rung. */
export interface Elsewhere {
  readonly kind: 'elsewhere';
  readonly agent: Agent;
  /** Not signed in, reached where the phone is registered, if it is. */
  readonly atPhone?: { readonly isIdle?: true };
}

type Reached = Colleague | Elsewhere | { readonly kind: 'unavailable' };

export function reachColleague(services: CallServices, tenant: TenantAtNode, agent: Agent): Reached {
  const seat = services.hub.ringableSeat(agent.id);
  if (seat) return { kind: 'colleague', agent, seat };
  if (services.hub.seat(agent.id)?.isSignedIn) return { kind: 'unavailable' };
  const state = services.matches.stateElsewhere(tenant, agent.id);
  if (state === 'ready' || state === 'paused') return { kind: 'elsewhere', agent };
  if (state !== 'offline') return { kind: 'unavailable' };
  if (services.phones.isRegistered(tenant, agent.extension)) return { kind: 'colleague', agent, seat: null };
  return services.phonesElsewhere.mayHave(tenant, agent)
    ? { kind: 'elsewhere', agent, atPhone: {} }
    : { kind: 'unavailable' };
}

/** A rule or a flow names an agent: one who is ready at the desk here, or signed in elsewhere. */
export function reachReady(
  services: CallServices,
  tenant: TenantAtNode,
  agent: Agent,
): Colleague | Elsewhere | undefined {
  const seat = services.hub.readySeat(agent.id);
  if (seat) return { kind: 'colleague', agent, seat };
  const isHere = services.hub.seat(agent.id)?.isSignedIn;
  const isReady = !isHere && services.matches.stateElsewhere(tenant, agent.id) === 'ready';
  return isReady ? { kind: 'elsewhere', agent } : undefined;
}

/** F-22: a position to be rung for a caller: ready at the desk, here or elsewhere, or a registered phone nobody is signed in at and that is idle. */
export function reachPosition(services: CallServices, tenant: TenantAtNode, agent: Agent): Reached {
  const seat = services.hub.readySeat(agent.id);
  if (seat) return { kind: 'colleague', agent, seat };
  const reached = reachColleague(services, tenant, agent);
  switch (reached.kind) {
    case 'colleague':
      return reached.seat === null && !isPhoneBusy(services, agent) ? reached : { kind: 'unavailable' };
    case 'elsewhere':
      if (reached.atPhone) return { ...reached, atPhone: { isIdle: true } };
      return services.matches.stateElsewhere(tenant, agent.id) === 'ready'
        ? reached
        : { kind: 'unavailable' };
    case 'unavailable':
      return reached;
  }
}

/** It rings or talks. */
function isPhoneBusy({ calls, phonesRinging }: CallServices, agent: Agent): boolean {
  for (const ring of phonesRinging.values()) if (ring.request.agent.id === agent.id) return true;
  for (const call of calls.values())
    if (call.parties.some((party) => party.agentId === agent.id)) return true;
  return false;
}

/** Of one nobody is signed in at, as a home of another node asks. */
export function isPhoneThere(
  services: CallServices,
  tenant: TenantAtNode,
  { agentId, phone }: Pick<VisitAsked, 'agentId' | 'phone'>,
): boolean {
  const agent = tenant.agents.get(agentId);
  if (!agent || services.hub.seat(agentId)?.isSignedIn) return false;
  const isThere = services.phones.isRegistered(tenant, agent.extension);
  return isThere && !(phone?.mustBeIdle && isPhoneBusy(services, agent));
}

/** As colleagues see it, wherever the agent is signed in. */
export function stateAnywhere(
  { hub, matches }: Pick<CallServices, 'hub' | 'matches'>,
  tenant: TenantAtNode,
  agentId: AgentId,
): PresenceState {
  const state = hub.seat(agentId)?.presence.state ?? 'offline';
  return state === 'offline' ? matches.stateElsewhere(tenant, agentId) : state;
}

/** Whoever holds the leader position at this moment; a leader who asks for it is asking for another. */
export function reachLeader(
  services: CallServices,
  tenant: TenantAtNode,
  { groupId, asker }: { readonly groupId: GroupId; readonly asker: AgentId | null },
): Reached {
  for (const { agent } of leadersNow(services, tenant, groupId)) {
    if (agent.id === asker) continue;
    const reached = reachColleague(services, tenant, agent);
    if (reached.kind !== 'unavailable') return reached;
  }
  return { kind: 'unavailable' };
}

/** The leaders of a group as they are now, the one who holds the position first. */
export function leadersNow(
  services: Pick<CallServices, 'hub' | 'matches'>,
  tenant: TenantAtNode,
  groupId: GroupId,
) {
  const leaders = tenant.leaders.map((agent) => {
    const sinceMs = services.hub.seat(agent.id)?.presence.sinceMs ?? 0;
    return { agent, state: stateAnywhere(services, tenant, agent.id), sinceMs };
  });
  return leadersInOrder(leaders, groupId);
}
