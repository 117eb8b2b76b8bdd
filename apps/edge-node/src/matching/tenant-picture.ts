/** What the matchmaker is told of one tenant here: the calls that wait and the agents who are free, changes alone. */
import type { MatchToCentre } from '@seatgrid/contracts/link/match-messages.ts';
import type { AgentId, CallId, QueueId, SiteId } from '@seatgrid/core/kernel/ids.ts';
import type { AgentFree, CallWanting } from '@seatgrid/core/matching/match.ts';
import { Told } from '@seatgrid/core/matching/told.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';

export interface Present {
  readonly calls: Iterable<CallWanting>;
  readonly agents: Iterable<AgentFree>;
}

export class TenantPicture {
  readonly tenant: TenantAtNode;
  readonly calls = new Told<CallId, CallWanting>();
  readonly agents = new Told<AgentId, AgentFree>();
  staffedElsewhere: ReadonlySet<QueueId> = new Set();

  constructor(tenant: TenantAtNode) {
    this.tenant = tenant;
  }

  forget(): void {
    this.calls.forget();
    this.agents.forget();
  }

  /** Whole, with the agents that were refused before. */
  beginAnew(): void {
    this.calls.forget();
    this.agents.refusesNoMore();
  }

  news(present: Present, siteId: SiteId | null): MatchToCentre[] {
    const tenantId = this.tenant.id;
    const messages: MatchToCentre[] = [];
    const calls = this.calls.news(
      new Map(Array.from(present.calls, (fact) => [fact.callId, { fact, version: fact.queueId }])),
    );
    if (calls) messages.push({ kind: 'calls-wanting', tenantId, ...mutable(calls) });
    const agents = this.agents.news(
      new Map(Array.from(present.agents, (fact) => [fact.agentId, { fact, version: String(fact.sinceMs) }])),
    );
    if (agents) messages.push({ kind: 'agents-free', tenantId, siteId, ...mutable(agents) });
    return messages;
  }
}

/** The contract's lists are not read-only, core's are: same content. */
function mutable<Id, Fact>(news: {
  readonly isWhole: boolean;
  readonly added: readonly Fact[];
  readonly gone: readonly Id[];
}): { isWhole: boolean; added: Fact[]; gone: Id[] } {
  return { isWhole: news.isWhole, added: [...news.added], gone: [...news.gone] };
}
