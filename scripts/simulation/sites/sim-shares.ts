/** Shares of the tenant's quotas, as the centre gives them: what the real one keeps in its database lies here, and outlives a restart. */
import type { CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import type { QuotaHeld } from '@seatgrid/contracts/link/share-messages.ts';
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import { sharesGatherMs } from '@seatgrid/centre/limits.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { shareOut, type ShareReport, type ShareRow } from '@seatgrid/core/tenancy/quota-shares.ts';

export interface SimSharesParts {
  readonly clock: Clock;
  readonly tenant: NodeConfig['tenants'][number];
  isLinked(nodeId: NodeId): boolean;
  tell(nodeId: NodeId, message: CentreToNode): void;
}

export class SimShares {
  readonly #parts: SimSharesParts;
  #rows: readonly ShareRow[] = [];
  readonly #reports = new Map<NodeId, ShareReport>();
  #cancel: Cancel | undefined;

  constructor(parts: SimSharesParts) {
    this.#parts = parts;
  }

  heard(nodeId: NodeId, { shares }: QuotaHeld): void {
    for (const { number, held, used } of shares) this.#reports.set(nodeId, { nodeId, number, held, used });
    this.#cancel ??= this.#parts.clock.after(sharesGatherMs, () => this.#share());
  }

  /** What was heard and not worked off is gone. */
  restart(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#reports.clear();
  }

  #share(): void {
    const { tenant, isLinked, tell } = this.#parts;
    const { id: tenantId, quotas } = tenant.tenant;
    const reports = [...this.#reports.values()];
    this.restart();
    const shared = shareOut({ quotas, rows: this.#rows, reports, isLinked, isServing: () => true });
    this.#rows = shared.rows;
    for (const { nodeId, number, told, held } of shared.tell)
      tell(nodeId, { kind: 'quota-share', tenantId, number, told, held });
  }
}
