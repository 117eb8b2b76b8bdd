/** The conversation an agent here is in, for a supervisor who wants to take part in it. Whether somebody else's agent exists is not told. */
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type { AgentHub } from '../agents/agent-hub.ts';
import type { Call } from '../calls/call.ts';
import type { Party } from '../calls/party.ts';
import { inspectionsPerCallMax } from '../limits.ts';
import { refuse, type SupervisionRefusal } from './supervision-outcome.ts';
import type { Supervisor } from './supervisor.ts';

type Found = { readonly call: Call; readonly party: Party } | SupervisionRefusal;

export function callToHear(hub: AgentHub, supervisor: Supervisor, agentId: AgentId): Found {
  const found = conversationOf(hub, supervisor, agentId);
  if ('ok' in found) return found;
  if (supervisor.inspection || supervisor.ringing)
    return refuse('wrong-state', 'you listen to a call already');
  return found.call.parties.filter((one) => one.supervisor).length >= inspectionsPerCallMax
    ? refuse('not-available', `at most ${inspectionsPerCallMax} supervisors listen to one call`)
    : found;
}

export function conversationOf(hub: AgentHub, supervisor: Supervisor, agentId: AgentId): Found {
  if (!supervisor.tenant.agents.has(agentId)) return refuse('no-such-agent', 'no such agent');
  const seat = hub.seat(agentId);
  const call = seat?.call;
  const party = seat?.interaction?.party;
  return call && party && !call.isEnded && party.isMember && call.members.length > 1
    ? { call, party }
    : refuse('no-call', 'this agent is in no conversation');
}
