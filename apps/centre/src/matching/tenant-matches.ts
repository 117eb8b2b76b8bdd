/** The matchmaker of one tenant and what it takes to run it: where the tenant lives, what its settings are, what nodes were told. */
import type { MatchToCentre, MatchToNode } from '@seatgrid/contracts/link/match-messages.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import {
  Matchmaker,
  type MatchmakerEffect,
  type MatchmakerInput,
} from '@seatgrid/core/matching/matchmaker.ts';
import { NamedAsks } from '@seatgrid/core/matching/named-asks.ts';
import type { ServiceServed } from '@seatgrid/core/matching/service-everywhere.ts';
import type { Distribution } from '@seatgrid/core/routing/acd-machine.ts';
import { targetKey } from '@seatgrid/core/routing/service-class.ts';
import type { Centre } from '../centre.ts';
import { elsewhereEveryMs } from '../limits.ts';
import { Spread } from './spread.ts';
import { ToldElsewhere } from './told-elsewhere.ts';

export type VisitPlace = Extract<MatchToCentre, { kind: 'match-reserved' }>['at'];

export interface TenantMatchesParts extends Pick<Centre, 'clock' | 'random' | 'ids' | 'tellNode'> {
  readonly log: Pick<Centre['log'], 'error'>;
  distributionOf(tenantId: TenantId): Promise<Distribution>;
}

export class TenantMatches {
  readonly #centre: TenantMatchesParts;
  readonly #tenantId: TenantId;
  readonly #spread = new Spread();
  readonly #maker: Matchmaker<VisitPlace>;
  readonly #named = new NamedAsks();
  /** Of each node where the tenant lives: what it was told of that. */
  readonly #told = new Map<NodeId, string>();
  readonly #elsewhere = new Map<NodeId, ToldElsewhere>();
  #elsewhereToldAtMs = 0;
  #isStale = true;
  #reading: Promise<void> | null = null;

  constructor(centre: TenantMatchesParts, tenantId: TenantId) {
    this.#centre = centre;
    this.#tenantId = tenantId;
    this.#maker = new Matchmaker<VisitPlace>(centre.random, () => centre.ids.next<'match'>());
  }

  /** Its queues, agents or order of calls may be others. */
  changed(): void {
    this.#isStale = true;
    if (this.#told.size > 0) this.#configure();
  }

  floor(nodeId: NodeId, floor: Pick<Floor, 'agents' | 'calls' | 'queues'>): void {
    this.#spread.note(nodeId, floor, this.#centre.clock.nowMs());
    this.#tellSpread();
    const classes = servedBy(floor.queues);
    if (classes.length > 0) this.#handle({ kind: 'served', nodeId, classes });
    const queues = floor.queues.flatMap(({ queueId, pace }) => (pace ? [{ queueId, ...pace }] : []));
    if (queues.length > 0) this.#handle({ kind: 'paced', nodeId, queues });
  }

  nodeGone(nodeId: NodeId): void {
    this.#spread.gone(nodeId);
    this.#told.delete(nodeId);
    this.#elsewhere.delete(nodeId);
    this.#handle({ kind: 'node-gone', nodeId });
    this.#tellSpread();
  }

  heard(nodeId: NodeId, message: MatchToCentre): void {
    if (!this.#told.has(nodeId) || this.#isOfNamed(nodeId, message)) return;
    this.#handle(inputOf(nodeId, message));
  }

  /** Whether it is about an agent wanted by name, whom nobody matches. */
  #isOfNamed(nodeId: NodeId, message: MatchToCentre): message is NamedToCentre {
    const tenantId = this.#tenantId;
    const nowMs = this.#centre.clock.nowMs();
    switch (message.kind) {
      case 'agent-wanted': {
        const { matchId, callId, queueId, agentId } = message;
        const hostNodeId = this.#spread.nodeOf(agentId);
        const asked = { matchId, callId, queueId, agentId, homeNodeId: nodeId, isNamed: true } as const;
        if (hostNodeId && this.#named.ask(asked, hostNodeId, nowMs))
          this.#tell(hostNodeId, { kind: 'match-reserve', tenantId, ...asked });
        else this.#tell(nodeId, { kind: 'agent-found', tenantId, matchId, at: null });
        return true;
      }
      case 'agent-not-wanted': {
        const hostNodeId = this.#named.dropped(message.matchId, nodeId);
        if (hostNodeId) this.#tell(hostNodeId, { kind: 'match-release', tenantId, matchId: message.matchId });
        return true;
      }
      case 'match-reserved':
      case 'match-refused': {
        const { matchId } = message;
        const at = message.kind === 'match-reserved' ? message.at : null;
        const homeNodeId = this.#named.answered(matchId, nodeId, at !== null, nowMs);
        if (homeNodeId) this.#tell(homeNodeId, { kind: 'agent-found', tenantId, matchId, at });
        return homeNodeId !== undefined;
      }
      default:
        return false;
    }
  }

  wake(): void {
    if (this.#maker.isBusy) this.#handle({ kind: 'wake' });
    this.#tellSpread();
    this.#tellElsewhere();
  }

  /** Of what changes all the time nobody is told at every turn. */
  #tellElsewhere(): void {
    const nowMs = this.#centre.clock.nowMs();
    if (nowMs - this.#elsewhereToldAtMs < elsewhereEveryMs) return;
    this.#elsewhereToldAtMs = nowMs;
    for (const [nodeId, told] of this.#elsewhere) {
      const news = told.news(this.#tenantId, {
        ...this.#spread.beside(nodeId),
        service: this.#maker.serviceFor(nodeId, nowMs),
        pace: this.#maker.paceFor(nodeId, nowMs),
      });
      if (news) this.#tell(nodeId, news);
    }
  }

  #handle(input: MatchmakerInput<VisitPlace>): void {
    this.#perform(this.#maker.handle(input, this.#centre.clock.nowMs()));
  }

  #perform(effects: readonly MatchmakerEffect<VisitPlace>[]): void {
    for (const effect of effects) this.#tell(effect.nodeId, messageOf(this.#tenantId, effect));
  }

  #tell(nodeId: NodeId, message: MatchToNode): void {
    this.#centre.tellNode(nodeId, message);
  }

  /** Each node hears of it when something of it is new to that node. */
  #tellSpread(): void {
    const nodes = this.#spread.nodes(this.#centre.clock.nowMs());
    if (nodes.length > 0 && this.#isStale) this.#configure();
    const tenantId = this.#tenantId;
    for (const nodeId of this.#told.keys()) {
      if (nodes.includes(nodeId)) continue;
      this.#told.delete(nodeId);
      this.#elsewhere.delete(nodeId);
      this.#handle({ kind: 'node-gone', nodeId });
      this.#tell(nodeId, {
        kind: 'match-spread',
        tenantId,
        isSpread: false,
        isFresh: false,
        staffedElsewhere: [],
      });
    }
    for (const nodeId of nodes) {
      const staffed = this.#spread.staffedBeside(nodeId, (agentId) => this.#maker.queuesOf(agentId));
      const told = staffed.join();
      const before = this.#told.get(nodeId);
      if (before === told) continue;
      this.#told.set(nodeId, told);
      const isFresh = before === undefined;
      if (isFresh) this.#elsewhere.set(nodeId, new ToldElsewhere());
      this.#tell(nodeId, {
        kind: 'match-spread',
        tenantId,
        isSpread: true,
        isFresh,
        staffedElsewhere: [...staffed],
      });
    }
  }

  #configure(): void {
    if (this.#reading) return;
    this.#isStale = false;
    const { clock, log } = this.#centre;
    this.#reading = this.#centre
      .distributionOf(this.#tenantId)
      .then((distribution) => this.#perform(this.#maker.configure(distribution, clock.nowMs())))
      .catch((error: unknown) => {
        this.#isStale = true;
        log.error({ err: error, tenantId: this.#tenantId }, 'a tenant’s distribution could not be read');
      })
      .finally(() => (this.#reading = null));
  }
}

/** Each class once: all queues of one say the same. */
function servedBy(queues: Floor['queues']): readonly ServiceServed[] {
  const classes = new Map<string, ServiceServed>();
  for (const { service } of queues)
    if (service?.total) classes.set(targetKey(service), { ...service, total: service.total });
  return [...classes.values()];
}

type NamedToCentre = Extract<MatchToCentre, { kind: 'agent-wanted' | 'agent-not-wanted' }>;

function inputOf(
  nodeId: NodeId,
  message: Exclude<MatchToCentre, NamedToCentre>,
): MatchmakerInput<VisitPlace> {
  switch (message.kind) {
    case 'calls-wanting':
    case 'agents-free':
      return { ...message, nodeId };
    case 'match-reserved':
      return { kind: 'reserved', nodeId, matchId: message.matchId, at: message.at };
    case 'match-refused':
      return { kind: 'refused', nodeId, matchId: message.matchId };
    case 'match-claimed':
      return { kind: 'claimed', nodeId, matchId: message.matchId };
    case 'match-given-away':
      return { kind: 'given-away', nodeId, matchId: message.matchId };
  }
}

function messageOf(tenantId: TenantId, effect: MatchmakerEffect<VisitPlace>): MatchToNode {
  switch (effect.kind) {
    case 'reserve': {
      const { matchId, callId, queueId, agentId, homeNodeId } = effect.match;
      return { kind: 'match-reserve', tenantId, matchId, callId, queueId, agentId, homeNodeId };
    }
    case 'claim': {
      const { matchId, callId, agentId, decision } = effect.match;
      const { width, came, among, passedOver } = decision;
      return {
        kind: 'match-claim',
        tenantId,
        matchId,
        callId,
        agentId,
        at: effect.at,
        decision: { came, among, width, passedOver: [...passedOver] },
      };
    }
    case 'release':
      return { kind: 'match-release', tenantId, matchId: effect.matchId };
    case 'serve-own':
      return { kind: 'match-serve-own', tenantId, agentId: effect.agentId };
    case 'ask-picture':
      return { kind: 'match-picture', tenantId };
  }
}
