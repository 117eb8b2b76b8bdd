/**
 * A whole world of sites in one process, on virtual time, from one plan: the product's own nodes, their links and disks, phones and people,
 * and what breaks. What must hold is looked at while it runs and at its end; the same plan gives the same run to the octet.
 */
import { createHash, type Hash } from 'node:crypto';
import type { JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import type { TenantConfig } from '@seatgrid/contracts/link/node-config.ts';
import { createIdSource, type CallId, type NodeId } from '@seatgrid/core/kernel/ids.ts';
import { createSeededRandom } from '@seatgrid/core/kernel/seeded-random.ts';
import { matchAskMaxMs, visitHoldMs } from '@seatgrid/edge-node/limits.ts';
import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import { QueueEntry } from '@seatgrid/edge-node/acd/queue-entry.ts';
import type { LinkWeights } from './link-scale.ts';
import { SimAgent } from './sim-agent.ts';
import { SimCarrier } from './sim-carrier.ts';
import { centreAddress, SimCentre } from './sim-centre.ts';
import { settingsOf } from './sim-config.ts';
import { SimNetwork } from './sim-network.ts';
import { SimNode } from './sim-node.ts';
import type { PlannedFault, SitePlan } from './site-plan.ts';

const lookEveryMs = 500;
const idleLooksMax = (visitHoldMs + matchAskMaxMs) / lookEveryMs + 1;
/** After the last call was made: everybody talks to the end, lines are joined, disks are told of. */
const settleMs = 600_000;
/** Each node has been told its share of the quotas. */
const sharedAfterMs = 5_000;
/** Everybody has come to work. */
export const settledAfterMs = 60_000;

export interface SiteRun {
  /** What did not hold; empty where all is well. */
  readonly faults: readonly string[];
  readonly calls: number;
  readonly answered: number;
  readonly gaveUp: number;
  readonly refused: number;
  /** Calls that an agent of another site was rung for. */
  readonly across: number;
  readonly events: number;
  readonly repeated: number;
  readonly kills: number;
  /** Of the lines to the sites, in their order, where they were weighed: after `settledAfterMs`, and when the day was over. */
  readonly lines: readonly { readonly before: LinkWeights; readonly after: LinkWeights }[];
  /** Of all that the centre was told, in its order. */
  readonly digest: string;
  readonly virtualMs: number;
  /** What the centre was told, by each node. */
  readonly told: ReadonlyMap<NodeId, readonly JournalEvent[]>;
  readonly tenant: TenantConfig;
}

export async function runSites(plan: SitePlan, folder: string): Promise<SiteRun> {
  const world = new SiteWorld(plan, folder);
  return world.run();
}

class SiteWorld {
  readonly #plan: SitePlan;
  readonly #clock = new VirtualClock();
  readonly #startedAtMs = this.#clock.nowMs();
  readonly #network: SimNetwork;
  readonly #centre: SimCentre;
  readonly #carrier: SimCarrier;
  readonly #nodes: SimNode[];
  readonly #agents: SimAgent[];
  readonly #tenant: TenantConfig;
  readonly #faults = new Set<string>();
  /** How often in a row a node had both a caller and an agent to spare. */
  readonly #idleLooks = new Map<string, number>();
  #starting: Promise<void> = Promise.resolve();
  #before: readonly LinkWeights[] = [];
  #after: readonly LinkWeights[] = [];

  constructor(plan: SitePlan, folder: string) {
    this.#plan = plan;
    const clock = this.#clock;
    const seed = (place: number) => createSeededRandom(plan.seed * 7_919 + place);
    const network = (this.#network = new SimNetwork(clock, seed(1), {
      lostPermille: plan.lostPermille,
      delayMs: { least: 2, most: 60 },
    }));
    const ids = createIdSource(clock, seed(2));
    const settings = settingsOf(plan, ids, clock.nowMs());
    const [tenant] = settings.configOf(0).tenants;
    this.#tenant = tenant!;
    const centre = (this.#centre = new SimCentre({
      clock,
      random: seed(5),
      ids,
      network,
      tenant: tenant!,
      weighsLines: plan.weighsLines === true,
    }));
    this.#carrier = new SimCarrier(clock, seed(3), network);
    this.#nodes = Array.from(
      { length: plan.sites },
      (_, site) =>
        new SimNode({
          address: `10.0.${site}.1`,
          config: settings.configOf(site),
          clock,
          random: seed(10 + site),
          network,
          centre,
          folder,
        }),
    );
    const people = seed(4);
    this.#agents = plan.agents.map(
      (agent, index) =>
        new SimAgent(settings.agentIds[index]!, agent, {
          clock,
          random: people,
          nodes: this.#nodes,
          otherQueue: settings.queueIds[1],
          talksWith: (number) => this.#carrier.byNumber(number)?.talks() ?? 1_000,
        }),
    );
  }

  async run(): Promise<SiteRun> {
    await this.#carrier.start();
    for (const node of this.#nodes) await node.start();
    for (const agent of this.#agents) agent.start();
    this.#plan.calls.forEach((call, index) =>
      this.#clock.after(call.atMs, () => {
        const nearest = this.#nodes.map(
          (_, site) => this.#nodes[(call.site + site) % this.#nodes.length]!.address,
        );
        this.#carrier.call(call, `1390000${String(index).padStart(4, '0')}`, nearest);
      }),
    );
    for (const fault of this.#plan.faults) this.#clock.after(fault.atMs, () => this.#happen(fault));
    await this.#pass(settledAfterMs);
    this.#before = this.#weights();
    await this.#pass(this.#plan.durationMs - settledAfterMs);
    this.#after = this.#weights();
    for (const agent of this.#agents) this.#clock.after(settleMs / 2, () => agent.goHome());
    await this.#pass(settleMs);
    this.#judge();
    return this.#report();
  }

  #weights(): LinkWeights[] {
    return [...this.#centre.scales.values()].map((scale) => scale.read());
  }

  /** Step by step, so that what was promised is kept between two instants as it is in a real process. */
  async #pass(durationMs: number): Promise<void> {
    const clock = this.#clock;
    const untilMs = clock.nowMs() + durationMs;
    let lookAtMs = clock.nowMs() + lookEveryMs;
    while (clock.nowMs() < untilMs) {
      const nextMs = Math.min(clock.nextAtMs, untilMs, lookAtMs);
      clock.advance(nextMs - clock.nowMs());
      await this.#starting;
      for (let turn = 0; turn < 6; turn++) await Promise.resolve();
      if (nextMs < lookAtMs) continue;
      lookAtMs += lookEveryMs;
      this.#look();
    }
  }

  #happen(fault: PlannedFault): void {
    const node = 'site' in fault ? this.#nodes[fault.site % this.#nodes.length]! : undefined;
    switch (fault.kind) {
      case 'link-cut':
        return this.#apart(node!.address, centreAddress, fault.durationMs);
      case 'sites-apart': {
        const other = this.#nodes[fault.other % this.#nodes.length]!;
        return this.#apart(node!.address, other.address, fault.durationMs);
      }
      case 'centre-restarted':
        return this.#centre.restart();
      case 'desk-lost':
        return this.#agents.length === 0 ? undefined : this.#agents[fault.agent % this.#agents.length]!.losePage(fault.durationMs); // prettier-ignore
      case 'node-killed': {
        if (!node!.live) return;
        node!.kill();
        for (const agent of this.#agents) agent.nodeLost(node!);
        this.#carrier.nodeLost(node!.address);
        for (const { live } of this.#nodes) live?.media.peerLost(node!.address);
        this.#clock.after(fault.durationMs, () => {
          this.#starting = node!.start();
        });
      }
    }
  }

  #apart(here: string, there: string, durationMs: number): void {
    this.#network.cut(here, there);
    this.#clock.after(durationMs, () => this.#network.join(here, there));
  }

  // What must hold

  /** At any instant: nobody has two calls, no call two agents, nobody is busy for nothing, all together have no more than the tenant may. */
  #look(): void {
    this.#lookAtQuota();
    const held = new Map<string, CallId[]>();
    for (const { live, address } of this.#nodes) {
      if (!live) continue;
      const [tenant] = live.node.directory.all();
      for (const seat of tenant ? live.node.hub.seatsOf(tenant) : []) {
        const { call, ring, presence } = seat;
        const calls = [call, ring?.request.call].flatMap((one) => (one ? [one.id] : []));
        held.set(seat.agentId, [...(held.get(seat.agentId) ?? []), ...calls]);
        if (presence.state === 'talking' && (!call || call.isEnded))
          this.#fault(`agent ${seat.agent?.extension} talks to nobody`);
        if (presence.state === 'reserved' && !ring)
          this.#fault(`agent ${seat.agent?.extension} is reserved for nobody`);
      }
      this.#lookAtSound(live);
      this.#lookAtQueues(live, address);
    }
    for (const [agentId, calls] of held)
      if (new Set(calls).size > 1) this.#fault(`agent ${agentId} has ${calls.length} calls`);
  }

  /** Nobody waits beside an agent who is free, whatever the distribution believes, for longer than an agent may be kept for a caller of another site. */
  #lookAtQueues({ node }: NonNullable<SimNode['live']>, address: string): void {
    const waiting = [...node.calls.values()].filter(
      ({ stage }) => stage instanceof QueueEntry && stage.rings.size === 0,
    );
    const [tenant] = node.directory.all();
    const ready = tenant ? node.hub.seatsOf(tenant).filter(({ presence }) => presence.state === 'ready') : [];
    const isIdle = waiting.length > 0 && ready.length > 0;
    const looks = isIdle ? (this.#idleLooks.get(address) ?? 0) + 1 : 0;
    this.#idleLooks.set(address, looks);
    if (looks > idleLooksMax)
      this.#fault(`${waiting.length} wait beside ${ready.length} agents who are ready`);
  }

  /** C-08: whatever the nodes know of each other. */
  #lookAtQuota(): void {
    if (this.#clock.nowMs() - this.#startedAtMs < sharedAfterMs) return;
    const { concurrentCalls } = this.#tenant.tenant.quotas;
    const calls = this.#nodes.reduce((sum, { live }) => {
      const [tenant] = live?.node.directory.all() ?? [];
      return sum + (tenant?.callsNow ?? 0);
    }, 0);
    if (calls > concurrentCalls) this.#fault(`${calls} calls of ${concurrentCalls} at one time`);
  }

  /** By the sound itself: of the agents' legs of one call one at most hears the caller, and is heard. */
  #lookAtSound(live: NonNullable<SimNode['live']>): void {
    for (const { legs, callKey } of live.media.calls) {
      const agents = [...legs.values()].filter(({ key, hears }) => key.startsWith('agent') && hears.some((one) => one.startsWith('caller'))); // prettier-ignore
      if (agents.length > 1) this.#fault(`${agents.length} agents hear the caller of call ${callKey}`);
    }
  }

  /** At the end: everything told once, every caller accounted for, nothing left behind. */
  #judge(): void {
    for (const fault of this.#centre.faults) this.#fault(fault);
    const started = new Map<CallId, JournalEvent>();
    const ended = new Map<CallId, number>();
    for (const event of [...this.#centre.events.values()].flat()) {
      const { facts } = event;
      if (facts.kind === 'call.started') {
        if (started.has(facts.callId)) this.#fault(`call ${facts.callId} began twice`);
        started.set(facts.callId, event);
      }
      if (facts.kind === 'call.ended') ended.set(facts.callId, (ended.get(facts.callId) ?? 0) + 1);
    }
    for (const callId of started.keys())
      if (ended.get(callId) !== 1) this.#fault(`call ${callId} ended ${ended.get(callId) ?? 0} times`);
    for (const callId of ended.keys())
      if (!started.has(callId)) this.#fault(`call ${callId} ended and never began`);
    this.#judgeCallers(started);
    this.#judgeNodes();
  }

  /** Whoever was answered stands in a record, once for each site that answered. */
  #judgeCallers(started: ReadonlyMap<CallId, JournalEvent>): void {
    const records = Map.groupBy([...started.values()], ({ facts }) =>
      facts.kind === 'call.started' ? facts.fromNumber : '',
    );
    for (const { number, answers, fate, isOver } of this.#carrier.callers) {
      if (!isOver) this.#fault(`caller ${number} is ${fate} for ever`);
      const kept = records.get(number)?.length ?? 0;
      // What a killed node had not committed is lost with it, and no more than that.
      const lostMax = this.#nodes.reduce((kills, node) => kills + node.kills, 0);
      if (kept + lostMax < answers)
        this.#fault(`caller ${number} was answered ${answers} times and has ${kept} records`);
    }
  }

  #judgeNodes(): void {
    for (const { live, nodeId, undelivered, address } of this.#nodes) {
      if (!live) {
        this.#fault(`node ${address} never came back`);
        continue;
      }
      if (undelivered > 0)
        this.#fault(`node ${address} has ${undelivered} events the centre never acknowledged`);
      if (!this.#centre.isLinked(nodeId)) this.#fault(`node ${address} is not linked`);
      if (live.node.calls.size > 0) this.#fault(`node ${address} has ${live.node.calls.size} calls left`);
      if (live.media.calls.size > 0)
        this.#fault(`node ${address} has the sound of ${live.media.calls.size} calls left`);
      if (live.node.hub.signedIn > 0)
        this.#fault(`node ${address} has ${live.node.hub.signedIn} agents who went home`);
      const { dialogs } = live.node.sip.statistics();
      if (dialogs > 0) this.#fault(`node ${address} has ${dialogs} dialogs left`);
    }
  }

  #across(): number {
    const homes = new Map<CallId, NodeId>();
    const across = new Set<CallId>();
    const events = [...this.#centre.events].flatMap(([nodeId, told]) =>
      told.map(({ facts }) => ({ nodeId, facts })),
    );
    for (const { nodeId, facts } of events)
      if (facts.kind === 'call.started') homes.set(facts.callId, nodeId);
    for (const { nodeId, facts } of events)
      if (facts.kind === 'reservation.made' && homes.get(facts.callId) !== nodeId) across.add(facts.callId);
    return across.size;
  }

  #fault(what: string): void {
    this.#faults.add(what);
  }

  #report(): SiteRun {
    const hash: Hash = createHash('sha256');
    const { events: byNode } = this.#centre;
    const told = [...byNode.values()];
    for (const events of told) for (const event of events) hash.update(JSON.stringify(event));
    const count = (fate: string) => this.#carrier.callers.filter((caller) => caller.fate === fate).length;
    return {
      faults: [...this.#faults],
      calls: this.#carrier.callers.length,
      answered: this.#carrier.callers.filter(({ hasTalked }) => hasTalked).length,
      gaveUp: count('gave-up'),
      refused: count('refused'),
      across: this.#across(),
      events: told.reduce((sum, { length }) => sum + length, 0),
      repeated: this.#centre.repeated,
      lines: this.#before.map((before, index) => ({ before, after: this.#after[index]! })),
      kills: this.#nodes.reduce((kills, node) => kills + node.kills, 0),
      digest: hash.digest('hex'),
      told: byNode,
      tenant: this.#tenant,
      virtualMs: this.#plan.durationMs + settleMs,
    };
  }
}
