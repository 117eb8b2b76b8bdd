/**
 * The centre as nodes know it, in virtual time: greets, beats, stores every event once and says so, and matches across nodes by the real
 * one's own matchmaker. What the real one keeps in its database lies here in maps; the words on the line are the link's own.
 */
import {
  linkBeatMs,
  linkProtocol,
  nextLinkLookMs,
  type CentreToNode,
} from '@seatgrid/contracts/link/link-messages.ts';
import type { JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { IdSource, NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { MatchToCentre } from '@seatgrid/contracts/link/match-messages.ts';
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { QuotaHeld } from '@seatgrid/contracts/link/share-messages.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import { matchWakeEveryMs } from '@seatgrid/centre/limits.ts';
import { TenantMatches } from '@seatgrid/centre/matching/tenant-matches.ts';
import type { LinkSocket, LinkSocketListener } from '@seatgrid/edge-node/uplink/link-socket.ts';
import { LinkScale } from './link-scale.ts';
import type { SimNetwork } from './sim-network.ts';
import { SimShares } from './sim-shares.ts';

export const centreAddress = '10.8.0.1';

export interface SimCentreParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly network: SimNetwork;
  readonly tenant: NodeConfig['tenants'][number];
  /** Whether it is looked at what the lines carry; that takes time. */
  readonly weighsLines?: boolean;
}

export class SimCentre {
  /** By node, in the order they came. */
  readonly events = new Map<NodeId, JournalEvent[]>();
  readonly #ids = new Set<string>();
  /** Events that came twice: told again after a lost acknowledgement, and stored once. */
  repeated = 0;
  /** What must never happen: an event out of its order, or one identity twice. */
  readonly faults: string[] = [];
  readonly #clock: Clock;
  readonly #network: SimNetwork;
  readonly #links = new Map<NodeId, SimLink>();
  /** Of every node, where lines are weighed. */
  readonly scales = new Map<NodeId, LinkScale>();

  readonly #parts: SimCentreParts;
  readonly #shares: SimShares;
  #matches: TenantMatches;

  constructor(parts: SimCentreParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#network = parts.network;
    this.#matches = this.#newMatches();
    this.#shares = new SimShares({
      ...parts,
      isLinked: (nodeId) => this.isLinked(nodeId),
      tell: (nodeId, message) => this.#links.get(nodeId)?.tell(message),
    });
    this.#wake();
  }

  #newMatches(): TenantMatches {
    const { clock, random, ids, tenant } = this.#parts;
    const { queues, agents, callOrder } = tenant;
    return new TenantMatches(
      {
        clock,
        random,
        ids,
        log: {
          error: (facts: object) => this.faults.push(`the centre made a mistake: ${JSON.stringify(facts)}`),
        },
        tellNode: (nodeId, message) => {
          this.#links.get(nodeId)?.tell(message);
          return this.isLinked(nodeId);
        },
        distributionOf: () => Promise.resolve({ queues, agents, callOrder }),
      },
      tenant.tenant.id satisfies TenantId,
    );
  }

  #wake(): void {
    this.#clock.after(matchWakeEveryMs, () => {
      this.#matches.wake();
      this.#wake();
    });
  }

  isLinked(nodeId: NodeId): boolean {
    return this.#links.get(nodeId)?.isGreeted ?? false;
  }

  /** For one node's `UplinkOptions.openSocket`. */
  socketOf(nodeId: NodeId, address: string) {
    return (_target: object, listener: LinkSocketListener): LinkSocket => {
      const link: SimLink = new SimLink(
        this.#clock,
        this.#network,
        { address, listener, scale: this.#scaleOf(nodeId) },
        {
          take: (message) => this.#take(nodeId, link, message),
          over: () => {
            if (this.#links.get(nodeId) !== link) return;
            this.#links.delete(nodeId);
            this.#matches.nodeGone(nodeId);
          },
        },
      );
      link.open(() => {
        this.#links.get(nodeId)?.drop();
        this.#links.set(nodeId, link);
      });
      return link;
    };
  }

  #scaleOf(nodeId: NodeId): LinkScale | undefined {
    if (!this.#parts.weighsLines) return undefined;
    const scale = this.scales.get(nodeId) ?? new LinkScale();
    this.scales.set(nodeId, scale);
    return scale;
  }

  /** Every link is gone from one moment to the next; what was stored stays. */
  restart(): void {
    for (const link of this.#links.values()) link.drop();
    this.#matches = this.#newMatches();
    this.#shares.restart();
  }

  #take(
    nodeId: NodeId,
    link: SimLink,
    message: { readonly kind: string; readonly [key: string]: unknown },
  ): void {
    switch (message.kind) {
      case 'hello':
        link.isGreeted = true;
        return link.tell({
          kind: 'welcome',
          protocol: linkProtocol,
          acknowledged: this.#eventsOf(nodeId).at(-1)?.sequence ?? 0,
          atMs: this.#clock.nowMs(),
          sharesQuotas: true,
        });
      case 'quota-held':
        return this.#shares.heard(nodeId, message as unknown as QuotaHeld);
      case 'events':
        return this.#store(nodeId, link, message['events'] as JournalEvent[]);
      case 'floor':
        return this.#matches.floor(nodeId, message['floor'] as Floor);
      case 'calls-wanting':
      case 'agents-free':
      case 'match-reserved':
      case 'match-refused':
      case 'match-claimed':
      case 'match-given-away':
        return this.#matches.heard(nodeId, message as unknown as MatchToCentre);
    }
  }

  #store(nodeId: NodeId, link: SimLink, events: readonly JournalEvent[]): void {
    const stored = this.#eventsOf(nodeId);
    for (const event of events) {
      const last = stored.at(-1)?.sequence ?? 0;
      if (event.sequence <= last) {
        this.repeated++;
        if (!this.#ids.has(event.id))
          this.faults.push(`${nodeId}: number ${event.sequence} was given to two events`);
        continue;
      }
      if (event.sequence !== last + 1)
        this.faults.push(`${nodeId}: event ${event.sequence} came after ${last}`);
      if (this.#ids.has(event.id)) this.faults.push(`${nodeId}: event ${event.id} has two numbers`);
      this.#ids.add(event.id);
      stored.push(event);
    }
    link.tell({ kind: 'acknowledged', sequence: stored.at(-1)?.sequence ?? 0 });
  }

  #eventsOf(nodeId: NodeId): JournalEvent[] {
    let events = this.events.get(nodeId);
    if (!events) this.events.set(nodeId, (events = []));
    return events;
  }
}

interface NodeEnd {
  readonly address: string;
  readonly listener: LinkSocketListener;
  readonly scale: LinkScale | undefined;
}

interface Ends {
  take(message: { readonly kind: string }): void;
  over(): void;
}

/** One try of one node's line, both ends of it. */
class SimLink implements LinkSocket {
  isGreeted = false;
  #isOver = false;
  #heardAtMs: number;
  #cancelBeat: Cancel = () => {};
  readonly #clock: Clock;
  readonly #network: SimNetwork;
  readonly #node: NodeEnd;
  readonly #ends: Ends;

  constructor(clock: Clock, network: SimNetwork, node: NodeEnd, ends: Ends) {
    this.#clock = clock;
    this.#network = network;
    this.#node = node;
    this.#ends = ends;
    this.#heardAtMs = clock.nowMs();
  }

  open(opened: () => void): void {
    this.#carry('up', () => {
      opened();
      this.#cancelBeat = this.#clock.after(linkBeatMs, () => this.#beat());
      this.#carry('down', () => this.#node.listener.onOpened());
    });
  }

  send(text: string, onLeft: (octets: number) => void): void {
    const octets = this.#node.scale?.weigh('up', text) ?? text.length;
    this.#clock.after(0, () => !this.#isOver && onLeft(octets));
    this.#carry('up', () => {
      this.#heardAtMs = this.#clock.nowMs();
      this.#ends.take(JSON.parse(text));
    });
  }

  tell(message: CentreToNode): void {
    const text = JSON.stringify(message);
    this.#node.scale?.weigh('down', text);
    this.#carry('down', () => this.#node.listener.onText(text));
  }

  ping(onAnswered: () => void): void {
    this.#carry('up', () => this.#carry('down', onAnswered));
  }

  /** By the node, or with it. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#network.stream(this.#node.address, centreAddress, 'link', () => this.#ended());
  }

  /** By the centre: the node hears of it where anything reaches it. */
  drop(): void {
    if (this.#isOver) return;
    this.#carry('down', () => this.#node.listener.onClosed('closed by the centre'));
    this.#ended();
  }

  #ended(): void {
    this.#isOver = true;
    this.#cancelBeat();
    this.#ends.over();
  }

  #beat(): void {
    if (this.#isOver && !this.isGreeted) return;
    const nextMs = nextLinkLookMs(this.#clock.nowMs() - this.#heardAtMs);
    if (nextMs === null) return this.drop();
    this.tell({ kind: 'beat', atMs: this.#clock.nowMs() });
    this.#cancelBeat = this.#clock.after(nextMs, () => this.#beat());
  }

  #carry(way: 'up' | 'down', arrive: () => void): void {
    if (this.#isOver) return;
    const { address } = this.#node;
    const [from, to] = way === 'up' ? [address, centreAddress] : [centreAddress, address];
    this.#network.stream(from, to, 'link', () => void (this.#isOver || arrive()));
  }
}
