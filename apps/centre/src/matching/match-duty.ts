/**
 * A duty: matches across nodes. One replica performs it for all tenants, wherever the links of the nodes end: what nodes
 * say comes to it by the bus, what it proposes goes by the bus. Everything it knows is rebuilt from what nodes tell, so that another may
 * take its place at any moment; calls and agents in the middle of a match do not notice.
 */
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { readDistribution } from '@seatgrid/adapters/postgres/stores/distribution-store.ts';
import { listNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import type { MatchToCentre } from '@seatgrid/contracts/link/match-messages.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { BusMessage } from '@seatgrid/core/ports/bus.ts';
import { topic, type Centre, type Changed } from '../centre.ts';
import { matchWakeEveryMs } from '../limits.ts';
import { repeat } from '../repeat.ts';
import type { NodeFloor, NodePulse } from '../realtime/live-picture.ts';
import { Elder, type ReplicaId } from './elder.ts';
import { TenantMatches } from './tenant-matches.ts';

export interface MatchNews {
  readonly nodeId: NodeId;
  readonly message: MatchToCentre;
}

interface ReplicaNews {
  readonly replica: ReplicaId;
  readonly isLeaving: boolean;
}

const distributed: ReadonlySet<string> = new Set([
  'queue',
  'agent',
  'group',
  'skill',
  'tenant-settings',
  'tenant',
]);

export async function matchAcrossNodes(centre: Centre): Promise<() => Promise<void>> {
  const duty = new MatchDuty(centre);
  const leaving = [
    await centre.bus.subscribe(topic.replica, (message) => duty.replica(message as unknown as ReplicaNews)),
    await centre.bus.subscribe(topic.match, (message) => duty.heard(message as unknown as MatchNews)),
    await centre.bus.subscribe(topic.nodeHealth, (message) => duty.pulse(message as unknown as NodePulse)),
    await centre.bus.subscribe(topic.floor, (message) => duty.floor(message as unknown as NodeFloor)),
    await centre.bus.subscribe(topic.changed, (message) => duty.changed(message as unknown as Changed)),
  ];
  await duty.readDrained();
  const stop = repeat(centre, { name: 'matches', everyMs: matchWakeEveryMs, work: () => duty.wake() });
  await duty.wake();
  return async () => {
    stop();
    await Promise.all(leaving.map((leave) => leave()));
    await duty.leave();
  };
}

class MatchDuty {
  readonly #centre: Centre;
  readonly #own: ReplicaId;
  readonly #elder: Elder;
  readonly #tenants = new Map<TenantId, TenantMatches>();
  /** Since when each node's present link is up. */
  readonly #links = new Map<NodeId, number>();
  /** Their agents serve nobody of other nodes: for those it is as if they were not there. */
  #drained: ReadonlySet<NodeId> = new Set();
  #isOurs = false;

  constructor(centre: Centre) {
    this.#centre = centre;
    this.#own = centre.ids.next<'replica'>();
    const isAlone = centre.facts.bus === 'memory';
    this.#elder = new Elder(this.#own, { isAlone, nowMs: centre.clock.nowMs() });
  }

  async wake(): Promise<void> {
    const { clock, live } = this.#centre;
    await this.#tellReplicas(false);
    const isOurs = this.#elder.isOwn(clock.nowMs());
    if (isOurs !== this.#isOurs) this.#take(isOurs);
    for (const nodeId of this.#links.keys()) if (!live.isLinkUp(nodeId)) this.#linkLost(nodeId);
    for (const tenant of this.#tenants.values()) tenant.wake();
  }

  leave(): Promise<void> {
    return this.#tellReplicas(true);
  }

  replica({ replica, isLeaving }: ReplicaNews): void {
    if (isLeaving) this.#elder.left(replica);
    else this.#elder.heard(replica, this.#centre.clock.nowMs());
  }

  heard({ nodeId, message }: MatchNews): void {
    if (this.#isOurs) this.#tenants.get(message.tenantId)?.heard(nodeId, message);
  }

  pulse({ nodeId, isLinkUp, linkedAtMs }: NodePulse): void {
    if (!this.#isOurs) return;
    const before = this.#links.get(nodeId);
    if (isLinkUp && before === linkedAtMs) return;
    if (before !== undefined) this.#linkLost(nodeId);
    if (isLinkUp) this.#linkUp(nodeId, linkedAtMs);
  }

  floor(one: NodeFloor): void {
    if (this.#isOurs && this.#links.has(one.nodeId)) this.#note(one);
  }

  #note({ nodeId, tenantId, floor }: NodeFloor): void {
    const agents = this.#drained.has(nodeId) ? [] : floor.agents;
    this.#tenant(tenantId).floor(nodeId, { ...floor, agents });
  }

  async readDrained(): Promise<void> {
    const nodes = await inPlatform(this.#centre.database.platform, listNodes);
    const before = this.#drained;
    this.#drained = new Set(nodes.flatMap(({ id, state }) => (state === 'draining' ? [id] : [])));
    for (const nodeId of this.#links.keys())
      if (before.has(nodeId) !== this.#drained.has(nodeId)) this.#noteAll(nodeId);
  }

  #noteAll(nodeId: NodeId): void {
    for (const one of this.#centre.live.floorsFrom(nodeId)) this.#note(one);
  }

  changed({ tenantId, noun }: Changed): void {
    if (distributed.has(noun) && tenantId !== null) this.#tenants.get(tenantId)?.changed();
    // F-14: all are matched by where sites are.
    if (noun === 'site') for (const tenant of this.#tenants.values()) tenant.changed();
    if (noun === 'node')
      void this.readDrained().catch((error: unknown) =>
        this.#centre.log.error({ err: error }, 'which nodes are drained could not be read'),
      );
  }

  #take(isOurs: boolean): void {
    const { live, log } = this.#centre;
    this.#isOurs = isOurs;
    this.#tenants.clear();
    this.#links.clear();
    log.info({ isOurs }, isOurs ? 'this replica is the matchmaker' : 'another replica is the matchmaker');
    if (!isOurs) return;
    for (const { nodeId, linkedAtMs } of live.pulses())
      if (live.isLinkUp(nodeId)) this.#linkUp(nodeId, linkedAtMs);
  }

  /** What its floors said last is where it begins. */
  #linkUp(nodeId: NodeId, linkedAtMs: number): void {
    this.#links.set(nodeId, linkedAtMs);
    this.#noteAll(nodeId);
  }

  #linkLost(nodeId: NodeId): void {
    this.#links.delete(nodeId);
    for (const tenant of this.#tenants.values()) tenant.nodeGone(nodeId);
  }

  #tenant(tenantId: TenantId): TenantMatches {
    let tenant = this.#tenants.get(tenantId);
    if (!tenant) {
      const { database } = this.#centre;
      const distributionOf = (id: TenantId) => inTenant(database.tenants, id, readDistribution);
      tenant = new TenantMatches({ ...this.#centre, distributionOf }, tenantId);
      this.#tenants.set(tenantId, tenant);
    }
    return tenant;
  }

  async #tellReplicas(isLeaving: boolean): Promise<void> {
    const news: ReplicaNews = { replica: this.#own, isLeaving };
    await this.#centre.bus.publish(topic.replica, news as unknown as BusMessage);
  }
}
