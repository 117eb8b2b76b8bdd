/** C-12: at which nodes a tenant is served. `null`: at all there are, with others (shared); else at those named alone (dedicated). */
import type { NodeId, TenantId } from '../kernel/ids.ts';

export type Placement = readonly NodeId[] | null;

export class Placements {
  readonly #dedicated: ReadonlyMap<TenantId, ReadonlySet<NodeId>>;

  constructor(rows: readonly { readonly tenantId: TenantId; readonly nodeId: NodeId }[]) {
    const dedicated = new Map<TenantId, Set<NodeId>>();
    for (const { tenantId, nodeId } of rows) {
      const nodes = dedicated.get(tenantId) ?? new Set();
      dedicated.set(tenantId, nodes.add(nodeId));
    }
    this.#dedicated = dedicated;
  }

  isServedAt(tenantId: TenantId, nodeId: NodeId): boolean {
    return this.#dedicated.get(tenantId)?.has(nodeId) ?? true;
  }

  of(tenantId: TenantId): Placement {
    const nodes = this.#dedicated.get(tenantId);
    return nodes ? [...nodes] : null;
  }
}
