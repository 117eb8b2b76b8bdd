/**
 * A duty: every linked node runs the configuration the tables say. Woken by news of a change and by the clock; computes the
 * whole desired state, numbers it anew when its content changed, and hands it to the link. Idempotent, no input: a push
 * missed is made good by the next round.
 */
import { createHash } from 'node:crypto';
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  generationFor,
  listNodes,
  overtakeGeneration,
} from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { readTenantConfig } from '@seatgrid/adapters/postgres/stores/tenant-config-store.ts';
import { listTenants } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { listTrunks, type Trunk } from '@seatgrid/adapters/postgres/stores/trunk-store.ts';
import type { NodeConfig, TenantConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import type { NodeId, SiteId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Centre, Changed } from '../centre.ts';
import { configGatherMs, configReviewEveryMs } from '../limits.ts';
import { connectorSecrets } from '../connectors/connector-secrets.ts';
import { trunkConfigOf } from './trunk-secrets.ts';

const told = new Set<Noun>([
  'tenant', 'quota', 'trunk', 'did', 'inbound-rule', 'outbound-rule', 'web-button', 'ring-group', 'connector', 'extension', 'calendar', 'barred-number', 'customer-level', 'number-segment', 'dedicated-agent', 'flow', 'queue', 'skill', 'agent', 'group', 'user', 'prompt', 'disposition',
  'pause-reason', 'mailbox', 'fax-box', 'speech', 'tenant-settings',
]); // prettier-ignore

/** A node with a link here, and what it was last sent. */
export interface ConfigReader {
  readonly nodeId: NodeId;
  generationSent: number;
  send(config: NodeConfig): void;
}

export class NodeConfigs {
  readonly #centre: Centre;
  readonly #readers: () => Iterable<ConfigReader>;
  readonly #tenants = new Map<TenantId, TenantConfig>();
  readonly #stale = new Set<TenantId>();
  #cancelGathering: (() => void) | undefined;
  #cancelReview: (() => void) | undefined;
  #round: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(centre: Centre, readers: () => Iterable<ConfigReader>) {
    this.#centre = centre;
    this.#readers = readers;
    this.#awaitReview();
  }

  note({ tenantId, noun }: Changed): void {
    if (!told.has(noun) || this.#isStopped) return;
    if (tenantId !== null) this.#stale.add(tenantId);
    this.#cancelGathering ??= this.#centre.clock.after(configGatherMs, () => {
      this.#cancelGathering = undefined;
      void this.push();
    });
  }

  /** One round after another; a round that fails is written down and made good by the next. */
  push(): Promise<void> {
    this.#round = this.#round
      .then(() => (this.#isStopped ? undefined : this.#pushAll()))
      .catch((error: unknown) =>
        this.#centre.log.error({ err: error }, 'nodes could not be given their configuration'),
      );
    return this.#round;
  }

  async overtake(nodeId: NodeId, applied: number): Promise<void> {
    await inPlatform(this.#centre.database.platform, (trx) => overtakeGeneration(trx, nodeId, applied));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelGathering?.();
    this.#cancelReview?.();
    await this.#round;
  }

  #awaitReview(): void {
    this.#cancelReview = this.#centre.clock.after(configReviewEveryMs, () => {
      for (const tenantId of this.#tenants.keys()) this.#stale.add(tenantId);
      void this.push();
      if (!this.#isStopped) this.#awaitReview();
    });
  }

  async #pushAll(): Promise<void> {
    const readers = [...this.#readers()];
    if (readers.length === 0) return;
    const { tenantIds, trunks, sites } = await inPlatform(this.#centre.database.platform, async (trx) => ({
      tenantIds: (await listTenants(trx)).map((tenant) => tenant.id),
      trunks: await listTrunks(trx),
      sites: new Map((await listNodes(trx)).map((node) => [node.id, node.siteId])),
    }));
    const tenants: TenantConfig[] = [];
    for (const tenantId of tenantIds) {
      const config = await this.#tenantConfig(tenantId);
      if (config) tenants.push(config);
    }
    for (const reader of readers)
      await this.#pushOne(reader, { tenants, trunks, siteId: sites.get(reader.nodeId) ?? null });
  }

  async #tenantConfig(tenantId: TenantId): Promise<TenantConfig | undefined> {
    const known = this.#tenants.get(tenantId);
    if (known && !this.#stale.has(tenantId)) return known;
    this.#stale.delete(tenantId);
    try {
      const config = await inTenant(this.#centre.database.tenants, tenantId, (trx) =>
        readTenantConfig(trx, (sealed) => connectorSecrets(this.#centre, sealed)),
      );
      this.#tenants.set(tenantId, config);
      return config;
    } catch (error) {
      // One tenant's trouble must not keep the others from their configuration, nor take the tenant off the nodes.
      this.#stale.add(tenantId);
      this.#centre.log.error({ err: error, tenantId }, 'a tenant’s configuration could not be read');
      return known;
    }
  }

  async #pushOne(
    reader: ConfigReader,
    { tenants, trunks, siteId }: { tenants: TenantConfig[]; trunks: readonly Trunk[]; siteId: SiteId | null },
  ): Promise<void> {
    const { nodeId } = reader;
    const content = {
      schema: 1 as const,
      nodeId,
      siteId,
      deskTokenKeys: [this.#centre.keys.deskPublic],
      trunks: trunks
        .filter((trunk) => trunk.nodeId === nodeId)
        .map((trunk) => trunkConfigOf(this.#centre, trunk)),
      tenants,
    };
    const sha256 = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    const generation = await inPlatform(this.#centre.database.platform, (trx) =>
      generationFor(trx, nodeId, sha256),
    );
    if (reader.generationSent === generation) return;
    reader.generationSent = generation;
    reader.send({ ...content, generation, issuedAtMs: this.#centre.clock.nowMs() });
  }
}
