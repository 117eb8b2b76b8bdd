/**
 * Shares tenants' quotas out among the nodes (C-08): what nodes say is gathered for a moment and answered, whoever needs more gets what
 * others have to spare. Any replica does it for the nodes linked to it; the rows are one writer's at a time, so their sum never lies.
 */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { listDeskNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { takeShares, writeShares } from '@seatgrid/adapters/postgres/stores/quota-share-store.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import type { QuotaHeld } from '@seatgrid/contracts/link/share-messages.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { shareOut, type ShareReport } from '@seatgrid/core/tenancy/quota-shares.ts';
import type { Centre, Changed } from '../centre.ts';
import { sharesGatherMs } from '../limits.ts';

/** What shares depend on. */
const deciding = new Set<Noun>(['tenant', 'quota']);

interface Gathering {
  readonly reports: Map<NodeId, ShareReport>;
  readonly cancel: Cancel;
}

export class QuotaShares {
  readonly #centre: Centre;
  readonly #gathering = new Map<TenantId, Gathering>();
  /** One tenant's at a time, here as in the database. */
  #work: Promise<void> = Promise.resolve();

  constructor(centre: Centre) {
    this.#centre = centre;
  }

  heard(nodeId: NodeId, { shares }: QuotaHeld): void {
    for (const { tenantId, number, held, used } of shares)
      this.#gather(tenantId).reports.set(nodeId, { nodeId, number, held, used });
  }

  note({ tenantId, noun }: Changed): void {
    if (tenantId !== null && deciding.has(noun)) this.#gather(tenantId);
  }

  async stop(): Promise<void> {
    for (const { cancel } of this.#gathering.values()) cancel();
    this.#gathering.clear();
    await this.#work;
  }

  #gather(tenantId: TenantId): Gathering {
    let gathering = this.#gathering.get(tenantId);
    if (gathering) return gathering;
    const cancel = this.#centre.clock.after(sharesGatherMs, () => this.#shareOut(tenantId));
    this.#gathering.set(tenantId, (gathering = { reports: new Map(), cancel }));
    return gathering;
  }

  #shareOut(tenantId: TenantId): void {
    const { log } = this.#centre;
    const reports = [...(this.#gathering.get(tenantId)?.reports.values() ?? [])];
    this.#gathering.delete(tenantId);
    this.#work = this.#work
      .then(() => this.#share(tenantId, reports))
      // A node that was not answered asks again.
      .catch((error: unknown) => log.error({ err: error, tenantId }, 'quotas could not be shared out'));
  }

  async #share(tenantId: TenantId, reports: readonly ShareReport[]): Promise<void> {
    const { database, live, tellNode } = this.#centre;
    const tell = await inTenant(database.tenants, tenantId, async (trx) => {
      const rows = await takeShares(trx, tenantId);
      const nodes = new Map((await listDeskNodes(trx)).map((node) => [node.id, node]));
      const isServing = (nodeId: NodeId) => {
        const node = nodes.get(nodeId);
        return node?.isServing === true && node.state === 'serving';
      };
      const shared = shareOut({
        quotas: (await ownTenant(trx)).quotas,
        rows,
        reports: reports.filter(({ nodeId }) => nodes.has(nodeId)),
        isLinked: (nodeId) => live.isLinkUp(nodeId),
        isServing,
      });
      const before = new Map(rows.map((row) => [row.nodeId, row]));
      await writeShares(
        trx,
        shared.rows.filter((row) => before.get(row.nodeId) !== row),
      );
      return shared.tell;
    });
    // What was raised stands in the database before anybody hears of it.
    for (const { nodeId, number, told, held } of tell)
      tellNode(nodeId, { kind: 'quota-share', tenantId, number, told, held });
  }
}
