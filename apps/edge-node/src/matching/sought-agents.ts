/** Agents asked for by name whom the centre has not found yet: each is found, or not, within a moment. */
import type { MatchToCentre, MatchToNode } from '@seatgrid/contracts/link/match-messages.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId, IdSource, NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Call } from '../calls/call.ts';
import { agentSoughtMaxMs } from '../limits.ts';
import type { AgentKept } from '../visits/visit-terms.ts';

export interface SoughtAgentsOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly nodeId: () => NodeId | undefined;
  readonly tell: (message: MatchToCentre) => void;
}

interface Sought {
  readonly tenantId: TenantId;
  readonly agentId: AgentId;
  readonly cancel: Cancel;
  readonly settle: (kept: AgentKept | undefined) => void;
}

export class SoughtAgents {
  readonly #options: SoughtAgentsOptions;
  readonly #sought = new Map<string, Sought>();
  readonly #matchOf = new WeakMap<AgentKept, string>();

  constructor(options: SoughtAgentsOptions) {
    this.#options = options;
  }

  seek({ id: callId, tenant, queue }: Call, agentId: AgentId): Promise<AgentKept | undefined> {
    const { clock, ids, tell } = this.#options;
    const { id: tenantId } = tenant;
    const matchId = ids.next<'match'>();
    return new Promise((settle) => {
      const tooLate = () => {
        tell({ kind: 'agent-not-wanted', tenantId, matchId });
        this.#end(matchId, undefined);
      };
      const cancel = clock.after(agentSoughtMaxMs, tooLate);
      this.#sought.set(matchId, { tenantId, agentId, cancel, settle });
      tell({ kind: 'agent-wanted', tenantId, matchId, callId, queueId: queue?.id ?? null, agentId });
    });
  }

  found({ matchId, at: place }: Extract<MatchToNode, { kind: 'agent-found' }>): void {
    const sought = this.#sought.get(matchId);
    const homeNodeId = this.#options.nodeId();
    if (!sought || !place || !homeNodeId) return this.#end(matchId, undefined);
    const kept = { agentId: sought.agentId, place, homeNodeId };
    this.#matchOf.set(kept, matchId);
    this.#end(matchId, kept);
  }

  drop({ tenant }: Call, kept: AgentKept): void {
    const matchId = this.#matchOf.get(kept);
    if (matchId) this.#options.tell({ kind: 'agent-not-wanted', tenantId: tenant.id, matchId });
  }

  /** The centre is gone, or the tenant lives here alone. */
  end(tenantId: TenantId): void {
    for (const [matchId, sought] of this.#sought)
      if (sought.tenantId === tenantId) this.#end(matchId, undefined);
  }

  #end(matchId: string, kept: AgentKept | undefined): void {
    const sought = this.#sought.get(matchId);
    this.#sought.delete(matchId);
    sought?.cancel();
    sought?.settle(kept);
  }
}
