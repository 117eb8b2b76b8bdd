/**
 * A duty: every linked node runs the configuration the tables say. Woken by news of a change and by the clock; computes the
 * whole desired state, numbers it anew when its content changed, and hands it to the link. Idempotent, no input: a push
 * missed is made good by the next round.
 */
import { createHash } from 'node:crypto';
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  generationsFor,
  listNodes,
  listSites,
  overtakeGeneration,
  type FleetNode,
  type Site,
} from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { readPlacements } from '@seatgrid/adapters/postgres/stores/placement-store.ts';
import {
  listReservedNumbers,
  type ReservedNumber,
} from '@seatgrid/adapters/postgres/stores/reserved-number-store.ts';
import { readTenantConfig } from '@seatgrid/adapters/postgres/stores/tenant-config-store.ts';
import { listTenants } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { listTrunks, type Trunk } from '@seatgrid/adapters/postgres/stores/trunk-store.ts';
import type { NodeConfig, TenantConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Placements } from '@seatgrid/core/tenancy/placement.ts';
import type { Centre, Changed } from '../centre.ts';
import { configGatherMs, configReviewEveryMs, configSendMaxMs, configSendsAtOnceMax } from '../limits.ts';
import type { CallRoutes } from '../matching/call-routes.ts';
import { connectorSecrets } from '../connectors/connector-secrets.ts';
import { trunkConfigOf } from './trunk-secrets.ts';

const told = new Set<Noun>([
  'tenant', 'quota', 'site', 'node', 'trunk', 'did', 'inbound-rule', 'outbound-rule', 'web-button', 'ring-group', 'connector', 'extension', 'calendar', 'barred-number', 'customer-level', 'number-segment', 'dedicated-agent', 'flow', 'queue', 'skill', 'agent', 'group', 'user', 'prompt', 'disposition',
  'pause-reason', 'mailbox', 'fax-box', 'speech', 'tenant-settings',
]); // prettier-ignore

interface OwnParts {
  readonly trunks: readonly Trunk[];
  readonly reserved: readonly ReservedNumber[];
  readonly node: FleetNode | undefined;
  readonly site: Site | undefined;
}

/** A node with a link here, and what it was last sent. */
export interface ConfigReader {
  readonly nodeId: NodeId;
  generationSent: number;
  /** JSON of a `NodeConfig`; resolves when it has left. */
  sendConfig(text: string): Promise<void>;
}

export class NodeConfigs {
  readonly #centre: Centre;
  readonly #routes: Pick<CallRoutes, 'neighbours'>;
  readonly #readers: () => Iterable<ConfigReader>;
  readonly #tenants = new Map<TenantId, TenantConfig>();
  readonly #stale = new Set<TenantId>();
  #cancelGathering: (() => void) | undefined;
  #cancelReview: (() => void) | undefined;
  #round: Promise<void> = Promise.resolve();
  /** A round that was asked for and has not begun. */
  #waiting: Promise<void> | undefined;
  #isStopped = false;

  constructor(centre: Centre, readers: () => Iterable<ConfigReader>, routes: Pick<CallRoutes, 'neighbours'>) {
    this.#centre = centre;
    this.#routes = routes;
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

  /**
   * One round after another, and one that waits to begin serves all who ask meanwhile: 500 nodes that come back together. A round
   * that fails is written down and made good by the next.
   */
  push(): Promise<void> {
    this.#waiting ??= this.#round = this.#round
      .then(() => {
        this.#waiting = undefined;
        return this.#isStopped ? undefined : this.#pushAll();
      })
      .catch((error: unknown) =>
        this.#centre.log.error({ err: error }, 'nodes could not be given their configuration'),
      );
    return this.#waiting;
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
    const { tenantIds, trunks, reserved, nodes, sites, placements } = await inPlatform(
      this.#centre.database.platform,
      async (trx) => ({
        tenantIds: (await listTenants(trx)).map((tenant) => tenant.id),
        trunks: await listTrunks(trx),
        reserved: await listReservedNumbers(trx),
        placements: await readPlacements(trx),
        nodes: new Map((await listNodes(trx)).map((node) => [node.id, node])),
        sites: new Map((await listSites(trx)).map((site) => [site.id, site])),
      }),
    );
    const tenants: TenantConfig[] = [];
    for (const tenantId of tenantIds) {
      const config = await this.#tenantConfig(tenantId);
      if (config) tenants.push(config);
    }
    const shared = new SharedTexts(tenants, placements);
    const contents = await Promise.all(
      readers.map(async (reader) => {
        const node = nodes.get(reader.nodeId);
        const site = node && sites.get(node.siteId);
        const own = await this.#ownOf(reader.nodeId, { trunks, reserved, node, site });
        const told = shared.at(reader.nodeId);
        return { reader, own, told: told.text, id: reader.nodeId, sha256: sha256(own + told.sha256) };
      }),
    );
    const generations = await inPlatform(this.#centre.database.platform, (trx) =>
      generationsFor(trx, contents),
    );
    const behind = contents.flatMap(({ reader, own, told }) => {
      const generation = generations.get(reader.nodeId);
      // Removed meanwhile.
      if (generation === undefined || generation === reader.generationSent) return [];
      return { reader, own, told, generation };
    });
    await this.#sendAll(behind);
  }

  /** A few at a time: each is pressed and waits in memory until its line takes it. */
  async #sendAll(
    behind: {
      readonly reader: ConfigReader;
      readonly own: string;
      readonly told: string;
      readonly generation: number;
    }[],
  ): Promise<void> {
    const { clock } = this.#centre;
    const next = behind.values();
    const sendNext = async () => {
      for (const { reader, own, told, generation } of next) {
        reader.generationSent = generation;
        const last = JSON.stringify({ generation, issuedAtMs: clock.nowMs() });
        const sent = reader.sendConfig(`${own.slice(0, -1)},"tenants":${told},${last.slice(1)}`);
        let cancel = () => {};
        const longEnough = new Promise<void>((resolve) => (cancel = clock.after(configSendMaxMs, resolve)));
        await Promise.race([sent, longEnough]);
        cancel();
      }
    };
    await Promise.all(Array.from({ length: configSendsAtOnceMax }, sendNext));
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

  /** What is this node's alone. */
  async #ownOf(nodeId: NodeId, { trunks, reserved, node, site }: OwnParts): Promise<string> {
    const upload = site?.recordingUpload;
    const ofNode = trunks.filter((trunk) => trunk.nodeId === nodeId);
    const isLedOn = ofNode.some((trunk) => trunk.followsRedirects);
    const own: Omit<NodeConfig, 'tenants' | 'generation' | 'issuedAtMs'> = {
      schema: 1,
      nodeId,
      siteId: node?.siteId ?? null,
      isDraining: node?.state === 'draining',
      deskTokenKeys: [this.#centre.keys.deskPublic],
      recordingUpload: upload ? { ...upload, timeZone: site.timeZone } : null,
      trunks: ofNode.map((trunk) => trunkConfigOf(this.#centre, trunk)),
      reservedNumbers: reserved.filter((one) => one.nodeId === nodeId).map(({ number }) => number),
      publicNumbersUse: node?.publicNumbersUse ?? 'unreached',
      neighbours: isLedOn ? await this.#routes.neighbours(nodeId) : [],
    };
    return JSON.stringify(own);
  }
}

/** What nodes share that serve the same tenants is written once, however many they are (C-12). */
class SharedTexts {
  readonly #tenants: readonly TenantConfig[];
  readonly #placements: Placements;
  readonly #texts = new Map<string, { readonly text: string; readonly sha256: string }>();

  constructor(tenants: readonly TenantConfig[], placements: Placements) {
    this.#tenants = tenants;
    this.#placements = placements;
  }

  at(nodeId: NodeId): { readonly text: string; readonly sha256: string } {
    const served = this.#tenants.filter(({ tenant }) => this.#placements.isServedAt(tenant.id, nodeId));
    const key = served.map(({ tenant }) => tenant.id).join();
    let known = this.#texts.get(key);
    if (!known) {
      const text = JSON.stringify(served);
      this.#texts.set(key, (known = { text, sha256: sha256(text) }));
    }
    return known;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
