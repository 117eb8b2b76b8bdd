/**
 * Nodes and a centre share out a quota in random worlds: lines that delay and break, nodes and centres that are killed at any moment,
 * calls that come and go. `SHARE_WORLDS` asks for more.
 */
import { expect, test } from 'vitest';
import type { QuotaHeld, QuotaShare } from '@seatgrid/contracts/link/share-messages.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import { shareOut, type ShareRow } from '@seatgrid/core/tenancy/quota-shares.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { ShareLedger } from '../ledger/share-ledger.ts';
import { silentLog } from '../node-log.ts';
import { NodeShares, type Taker } from './node-shares.ts';

const worlds = Number(process.env['SHARE_WORLDS'] ?? 60);
const firstSeed = Number(process.env['SHARE_SEED'] ?? 20_261_126);
const tenantId = '0193a000-0000-7000-8000-000000000001' as TenantId;
const worldMs = 120_000;
const sharedAfterMs = 30_000;
const settledMs = 80_000;

class World {
  readonly clock = new VirtualClock(0);
  readonly random: Random;
  readonly nodes: Node[];
  readonly quota: number;
  /** The centre's database. */
  rows: readonly ShareRow[] = [];
  #reports = new Map<NodeId, QuotaHeld['shares'][number]>();
  refused = 0;
  said = 0;
  isCentreKilled = true;

  constructor(seed: number) {
    this.random = createSeededRandom(seed);
    this.quota = this.upTo(3) === 0 ? this.upTo(6) : 20 + this.upTo(200);
    const nodes = 1 + this.upTo(5);
    this.nodes = Array.from({ length: nodes }, (_, place) => new Node(this, `node-${place}` as NodeId));
  }

  upTo(most: number): number {
    return randomInteger(this.random, most + 1);
  }

  hear(nodeId: NodeId, message: QuotaHeld): void {
    this.said++;
    const isFirst = this.#reports.size === 0;
    for (const share of message.shares) this.#reports.set(nodeId, share);
    if (isFirst) this.clock.after(100, () => this.share());
  }

  share(): void {
    const reports = Array.from(this.#reports, ([nodeId, report]) => ({ nodeId, ...report }));
    this.#reports.clear();
    const isLinked = (nodeId: NodeId) => this.nodes.some((node) => node.nodeId === nodeId && node.isUp);
    const quotas = { agentsSignedIn: this.quota, concurrentCalls: this.quota };
    const { rows, tell } = shareOut({ quotas, rows: this.rows, reports, isLinked, isServing: () => true });
    this.rows = rows;
    // Killed between what it wrote and what it wanted to say.
    if (this.isCentreKilled && this.upTo(50) === 0) return;
    for (const { nodeId, number, told, held } of tell)
      this.nodes.find((node) => node.nodeId === nodeId)?.tell({ kind: 'quota-share', tenantId, number, told, held }); // prettier-ignore
  }

  get used(): number {
    return this.nodes.reduce((sum, { tenant }) => sum + tenant.callsNow, 0);
  }
}

class Node {
  readonly nodeId: NodeId;
  readonly #world: World;
  readonly #disk = new ShareLedger({ path: ':memory:' });
  tenant!: Taker;
  shares!: NodeShares;
  isUp = false;
  #link = 0;
  #life = 0;
  /** Nothing overtakes on a line. */
  #upAtMs = 0;
  #downAtMs = 0;

  constructor(world: World, nodeId: NodeId) {
    this.#world = world;
    this.nodeId = nodeId;
    this.start();
  }

  start(): void {
    const world = this.#world;
    const life = ++this.#life;
    const quotas = { agentsSignedIn: world.quota, concurrentCalls: world.quota, flows: 1 };
    this.tenant = { id: tenantId, tenant: { quotas } as Taker['tenant'], callsNow: 0 };
    this.shares = new NodeShares({
      ledger: this.#disk,
      clock: { nowMs: () => world.clock.nowMs(), after: (ms, wake) => world.clock.after(ms, () => life === this.#life && wake()) }, // prettier-ignore
      log: silentLog,
      tenants: () => [this.tenant],
      signedIn: () => 0,
      tell: (message) => this.#carry('up', () => world.hear(this.nodeId, message)),
    });
    this.shares.configured();
  }

  kill(): void {
    this.cut();
    this.start();
  }

  join(): void {
    if (this.isUp) return;
    this.#link++;
    this.isUp = true;
    this.shares.up(true);
  }

  cut(): void {
    if (!this.isUp) return;
    this.#link++;
    this.isUp = false;
    this.shares.down();
  }

  tell(message: QuotaShare): void {
    this.#carry('down', () => this.shares.hear(message));
  }

  /** False: turned away. */
  call(lastsMs: number): boolean {
    const { clock } = this.#world;
    if (!this.shares.mayCall(this.tenant)) {
      this.shares.refused(this.tenant);
      return false;
    }
    const { tenant } = this;
    tenant.callsNow++;
    this.shares.changed(tenant);
    clock.after(lastsMs, () => {
      tenant.callsNow--;
      if (this.tenant === tenant) this.shares.changed(tenant);
    });
    return true;
  }

  #carry(way: 'up' | 'down', arrive: () => void): void {
    if (!this.isUp) return;
    const { clock } = this.#world;
    const link = this.#link;
    const before = way === 'up' ? this.#upAtMs : this.#downAtMs;
    const atMs = Math.max(before, clock.nowMs() + this.#world.upTo(300));
    if (way === 'up') this.#upAtMs = atMs;
    else this.#downAtMs = atMs;
    clock.after(atMs - clock.nowMs(), () => link === this.#link && arrive());
  }
}

function happen(world: World, node: Node): void {
  const chance = world.upTo(1_000);
  if (chance < 4) node.kill();
  else if (chance < 12) node.cut();
  else if (chance < 40) node.join();
  else if (chance < 500 && !node.call(1_000 + world.upTo(40_000))) world.refused++;
}

test('whatever is lost, killed or cut off, all nodes together never serve more than the tenant may have', () => {
  let refused = 0;
  for (let seed = firstSeed; seed < firstSeed + worlds; seed++) {
    const world = new World(seed);
    // Until it is told a node has the whole.
    for (const node of world.nodes) node.join();
    world.clock.advance(sharedAfterMs);
    while (world.clock.nowMs() < worldMs) {
      world.clock.advance(100);
      for (const node of world.nodes) happen(world, node);
      expect(world.used, `seed ${seed}`).toBeLessThanOrEqual(world.quota);
    }
    refused += world.refused;
    // All are linked, and all calls are over: nothing was lost, and each node has some of it where there is enough.
    for (const node of world.nodes) node.join();
    world.clock.advance(settledMs);
    const held = world.rows.reduce((sum, row) => sum + row.held.concurrentCalls, 0);
    expect(held, `seed ${seed}`).toBe(world.quota);
    if (world.quota < world.nodes.length) continue;
    for (const node of world.nodes) expect(node.shares.mayCall(node.tenant), `seed ${seed}`).toBe(true);
  }
  expect(refused).toBeGreaterThan(0);
});

test('nobody is turned away where all are linked and the whole has ample room, wherever the calls come', () => {
  for (let seed = firstSeed; seed < firstSeed + 20; seed++) {
    const world = new World(seed);
    Object.assign(world, { quota: 100, isCentreKilled: false });
    const nodes = [0, 1, 2].map((place) => new Node(world, `site-${place}` as NodeId));
    world.nodes.splice(0, world.nodes.length, ...nodes);
    for (const node of nodes) node.join();
    world.clock.advance(5_000);
    // Two minutes at one site after the other, up to 60 of 100 calls, two a second.
    for (const busy of nodes) {
      const untilMs = world.clock.nowMs() + 120_000;
      while (world.clock.nowMs() < untilMs) {
        world.clock.advance(500);
        if (world.used < 60) expect(busy.call(20_000 + world.upTo(20_000)), `seed ${seed}`).toBe(true);
      }
    }
    // What it took to know that is little.
    expect(world.said).toBeLessThan(400);
  }
});
