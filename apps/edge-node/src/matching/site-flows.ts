/**
 * B-02: this node's side of flows that run at other sites: asks the centre for a node that runs one, and says of our own whether a caller
 * of another node may come. Without the centre no other site is to be reached.
 */
import type { SiteFlowToCentre, SiteFlowToNode } from '@seatgrid/contracts/link/site-flow-messages.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { FlowId, IdSource, NodeId, SiteId } from '@seatgrid/core/kernel/ids.ts';
import type { Call } from '../calls/call.ts';
import { siteFlowSoughtMaxMs } from '../limits.ts';
import type { FlowKept, VisitHost, VisitPlace } from '../visits/visit-terms.ts';

export interface SiteFlowsOptions {
  readonly visits: Pick<VisitHost, 'expectFlow'>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly nodeId: () => NodeId | undefined;
  readonly isCentreThere: () => boolean;
  readonly tell: (message: SiteFlowToCentre) => void;
}

export class SiteFlows {
  readonly #options: SiteFlowsOptions;
  readonly #sought = new Map<
    string,
    { readonly cancel: Cancel; readonly settle: (at: VisitPlace | null) => void }
  >();

  constructor(options: SiteFlowsOptions) {
    this.#options = options;
  }

  /** Undefined: no node of that site is to be reached, or takes it. */
  seek(
    { id: callId, tenant }: Call,
    { siteId, flowId }: { readonly siteId: SiteId; readonly flowId: FlowId },
  ): Promise<FlowKept | undefined> {
    const { clock, ids, nodeId, isCentreThere, tell } = this.#options;
    const homeNodeId = nodeId();
    if (!isCentreThere() || !homeNodeId) return Promise.resolve(undefined);
    const matchId = ids.next<'match'>();
    return new Promise((found) => {
      const settle = (place: VisitPlace | null) => found(place ? { place, homeNodeId } : undefined);
      const cancel = clock.after(siteFlowSoughtMaxMs, () => this.#end(matchId, null));
      this.#sought.set(matchId, { cancel, settle });
      tell({ kind: 'site-flow-wanted', tenantId: tenant.id, matchId, callId, flowId, siteId });
    });
  }

  hear(message: SiteFlowToNode): void {
    if (message.kind === 'site-flow-found') return this.#end(message.matchId, message.at);
    const { visits, tell } = this.#options;
    const { tenantId, matchId, homeNodeId } = message;
    const at = visits.expectFlow(message);
    if (at) tell({ kind: 'site-flow-kept', tenantId, matchId, homeNodeId, at });
    else tell({ ...message, kind: 'site-flow-refused' });
  }

  #end(matchId: string, at: VisitPlace | null): void {
    const sought = this.#sought.get(matchId);
    this.#sought.delete(matchId);
    sought?.cancel();
    sought?.settle(at);
  }
}
