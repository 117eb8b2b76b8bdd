/**
 * One matchmaker and three nodes in random worlds, over lines that delay, lose, overtake and break, with nodes and matchmakers that are
 * lost and come back. A node here is as small as it can be and keeps the promises of one. `MATCH_WORLDS` asks for more.
 */
import { expect, test } from 'vitest';
import { callNamed, queueNamed, sceneAgent, sceneQueue } from '@seatgrid/testkit/routing-scene.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import type { AgentId, CallId, NodeId } from '../kernel/ids.ts';
import { randomInteger, type Random } from '../kernel/random.ts';
import type { AgentFree, CallWanting } from './match.ts';
import { Matchmaker, type MatchmakerEffect, type MatchmakerInput } from './matchmaker.ts';
import { Told } from './told.ts';

const worlds = Number(process.env['MATCH_WORLDS'] ?? 150);
const firstSeed = Number(process.env['MATCH_SEED'] ?? 20_261_126);

const queueIds = ['p', 'q'].map(queueNamed);
const settings = {
  queues: queueIds.map((id) => sceneQueue(id, { requires: [{ skillId: id as never, level: 1 }] })),
  agents: ['a', 'b', 'c', 'd', 'e', 'f'].map((id, index) =>
    sceneAgent(
      id,
      queueIds
        .filter((_, at) => (index + 1) & (1 << (at % 2)))
        .map((q) => ({ skillId: q as never, level: 1 })),
    ),
  ),
};
const holdMs = 3_000;
const pictureEveryMs = 10_000;
/** Whoever has been free for so long has been told of, whatever was lost. */
const settledMs = pictureEveryMs + 2_000;

interface Agent {
  readonly id: AgentId;
  state: 'free' | 'held' | 'busy' | 'away';
  sinceMs: number;
  matchId: string | null;
}
interface Call {
  readonly wanting: CallWanting;
  state: 'waiting' | 'dialling' | 'served';
}

class World {
  readonly random: Random;
  nowMs = 0;
  #due: { atMs: number; order: number; act: () => void }[] = [];
  #order = 0;
  /** Faults happen until then. */
  readonly calmFromMs = 60_000;
  readonly nodes: Node[];
  maker!: Matchmaker<NodeId>;
  #matches = 0;
  readonly matchedOf = new Map<string, number>();
  readonly served: string[] = [];

  constructor(seed: number) {
    this.random = createSeededRandom(seed);
    this.newMatchmaker();
    this.nodes = (['A', 'B', 'C'] as readonly string[] as NodeId[]).map((id, index) => {
      const agents = settings.agents.slice(index * 2, index * 2 + 2).map(({ id: agentId }): Agent => {
        return { id: agentId, state: 'free', sinceMs: 0, matchId: null };
      });
      return new Node(this, id, agents);
    });
    for (const node of this.nodes) node.up();
    this.after(100, () => this.#tick());
  }

  below(limit: number): number {
    return randomInteger(this.random, limit);
  }

  get isCalm(): boolean {
    return this.nowMs >= this.calmFromMs;
  }

  after(ms: number, act: () => void): void {
    this.#due.push({ atMs: this.nowMs + ms, order: this.#order++, act });
  }

  run(untilMs: number): void {
    for (;;) {
      this.#due.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      const next = this.#due[0];
      if (!next || next.atMs > untilMs) break;
      this.#due.shift();
      this.nowMs = next.atMs;
      next.act();
      this.#check();
    }
  }

  newMatchmaker(): void {
    this.maker = new Matchmaker<NodeId>(createSeededRandom(1), () => `m${++this.#matches}`);
    this.maker.configure(settings, this.nowMs);
  }

  /** By the line of a node: in order and without loss while it is up, unless the bus between replicas does worse. */
  hear(node: Node, input: MatchmakerInput<NodeId>, line: number): void {
    this.#carry(node, line, () => this.perform(this.maker.handle(input, this.nowMs)));
  }

  perform(effects: readonly MatchmakerEffect<NodeId>[]): void {
    for (const effect of effects) {
      const node = this.nodes.find(({ id }) => id === effect.nodeId)!;
      this.#carry(node, node.line, () => node.told(effect));
    }
  }

  #carry(node: Node, line: number, act: () => void): void {
    const isBad = !this.isCalm && this.below(30) === 0;
    if (isBad && this.below(2) === 0) return;
    const late = isBad ? this.below(4_000) : 0;
    const atMs =
      late > 0
        ? this.nowMs + late
        : (node.lineFreeAtMs = Math.max(node.lineFreeAtMs, this.nowMs + 5 + this.below(120)));
    this.after(atMs - this.nowMs, () => node.line === line && node.isUp && act());
  }

  /** Once a tenth of a second something happens. */
  #tick(): void {
    const node = this.nodes[this.below(this.nodes.length)]!;
    if (this.nowMs > this.calmFromMs && this.nowMs < this.calmFromMs + 20_000 && this.below(5) === 0)
      node.callComes();
    if (!this.isCalm) {
      const what = this.below(120);
      if (what < 25) node.callComes();
      else if (what < 32) node.callGivesUp();
      else if (what < 45) node.agentMoves();
      else if (what === 45) node.cut(false);
      else if (what === 46) node.cut(true);
      else if (what === 47) {
        // Another takes its place, knows nothing, and asks.
        this.newMatchmaker();
        for (const one of this.nodes) this.perform([{ kind: 'ask-picture', nodeId: one.id }]);
      }
    }
    this.perform(this.maker.handle({ kind: 'wake' }, this.nowMs));
    for (const one of this.nodes) one.tick();
    if (this.nowMs < this.calmFromMs + 60_000) this.after(100, () => this.#tick());
  }

  #check(): void {
    const holders = new Map<string, string>();
    for (const node of this.nodes)
      for (const agent of node.agents.values()) {
        if (agent.state === 'held' && this.nowMs - agent.sinceMs > holdMs)
          throw new Error(`${agent.id} is held for ever`);
        if (agent.matchId === null || agent.state !== 'busy') continue;
        const callId = node.callOfMatch.get(agent.matchId)!;
        const other = holders.get(callId);
        if (other !== undefined) throw new Error(`${callId} has ${other} and ${agent.id}`);
        holders.set(callId, agent.id);
      }
  }
}

class Node {
  readonly #world: World;
  readonly id: NodeId;
  readonly agents: Map<AgentId, Agent>;
  readonly calls = new Map<CallId, Call>();
  readonly callOfMatch = new Map<string, CallId>();
  isUp = false;
  line = 0;
  lineFreeAtMs = 0;
  readonly #toldCalls = new Told<CallId, CallWanting>();
  readonly #toldAgents = new Told<AgentId, AgentFree>();
  #pictureAtMs = 0;

  constructor(world: World, id: NodeId, agents: Agent[]) {
    this.#world = world;
    this.id = id;
    this.agents = new Map(agents.map((agent) => [agent.id, agent]));
  }

  up(): void {
    this.isUp = true;
    this.#forget();
  }

  #forget(): void {
    this.#toldCalls.forget();
    this.#toldAgents.forget();
    this.#pictureAtMs = this.#world.nowMs + pictureEveryMs;
  }

  /** The line breaks, and with `isLost` all that was here is gone. */
  cut(isLost: boolean): void {
    const world = this.#world;
    if (!this.isUp) return;
    this.isUp = false;
    this.line++;
    if (isLost) {
      this.calls.clear();
      for (const agent of this.agents.values())
        Object.assign(agent, { state: 'free', sinceMs: world.nowMs, matchId: null });
    }
    world.after(world.below(6_000), () =>
      world.perform(world.maker.handle({ kind: 'node-gone', nodeId: this.id }, world.nowMs)),
    );
    world.after(6_000 + world.below(6_000), () => this.up());
  }

  callComes(): void {
    const world = this.#world;
    const callId = callNamed(`${this.id}${world.nowMs}`);
    const queueId = queueIds[world.below(2)]!;
    this.calls.set(callId, { wanting: { callId, queueId, sinceMs: world.nowMs }, state: 'waiting' });
    this.#serveOwn();
  }

  callGivesUp(): void {
    for (const [id, { state }] of this.calls) if (state === 'waiting') return void this.calls.delete(id);
  }

  agentMoves(): void {
    for (const agent of this.agents.values())
      if (agent.state === 'free')
        return void Object.assign(agent, { state: 'away', sinceMs: this.#world.nowMs });
  }

  tick(): void {
    const { nowMs } = this.#world;
    for (const agent of this.agents.values()) {
      const lastsMs = { held: holdMs - 200, busy: 4_000, away: 2_000, free: Infinity }[agent.state];
      if (nowMs - agent.sinceMs >= lastsMs) this.#free(agent);
    }
    this.#serveOwn();
    if (!this.isUp) return;
    if (nowMs >= this.#pictureAtMs) this.#forget();
    this.#tell();
  }

  #free(agent: Agent): void {
    Object.assign(agent, { state: 'free', sinceMs: this.#world.nowMs, matchId: null });
  }

  /** Its own at once, whatever the matchmaker thinks of it. */
  #serveOwn(): void {
    for (const [id, call] of this.calls)
      for (const agent of this.agents.values()) {
        if (call.state !== 'waiting' || agent.state !== 'free' || !serves(agent.id, call)) continue;
        Object.assign(agent, { state: 'busy', sinceMs: this.#world.nowMs, matchId: `own ${id}` });
        this.callOfMatch.set(agent.matchId!, id);
        this.#answered(id);
      }
  }

  #answered(id: CallId): void {
    const { matchedOf } = this.#world;
    matchedOf.set(id, (matchedOf.get(id) ?? 0) + 1);
    if (matchedOf.get(id)! > 1) throw new Error(`${id} was answered twice`);
    this.calls.delete(id);
  }

  #tell(): void {
    const waiting = [...this.calls.values()].filter(({ state }) => state === 'waiting');
    const calls = this.#toldCalls.news(
      new Map(waiting.map(({ wanting }) => [wanting.callId, { fact: wanting, version: '' }])),
    );
    if (calls) this.#world.hear(this, { kind: 'calls-wanting', nodeId: this.id, ...calls }, this.line);
    const free = [...this.agents.values()].filter(({ state }) => state === 'free');
    const agents = this.#toldAgents.news(
      new Map(
        free.map(({ id, sinceMs }) => [id, { fact: { agentId: id, sinceMs }, version: String(sinceMs) }]),
      ),
    );
    if (agents)
      this.#world.hear(this, { kind: 'agents-free', nodeId: this.id, siteId: null, ...agents }, this.line);
  }

  told(effect: MatchmakerEffect<NodeId>): void {
    const world = this.#world;
    // What it has to say is said before it answers.
    this.#tell();
    if (effect.kind === 'ask-picture') return this.#forget();
    if (effect.kind === 'release') {
      for (const agent of this.agents.values())
        if (agent.matchId === effect.matchId && agent.state === 'held') this.#free(agent);
      return;
    }
    if (effect.kind === 'serve-own') return;
    const { match } = effect;
    const { matchId } = match;
    const answer = (kind: 'refused' | 'claimed' | 'given-away') =>
      world.hear(this, { kind, nodeId: this.id, matchId }, this.line);
    if (effect.kind === 'reserve') {
      const agent = this.agents.get(match.agentId)!;
      if (agent.state !== 'free') {
        this.#toldAgents.refused(agent.id);
        return answer('refused');
      }
      Object.assign(agent, { state: 'held', sinceMs: world.nowMs, matchId });
      this.callOfMatch.set(matchId, match.callId);
      this.#toldAgents.takenOut(agent.id);
      return world.hear(this, { kind: 'reserved', nodeId: this.id, matchId, at: this.id }, this.line);
    }
    this.#toldCalls.takenOut(match.callId);
    const call = this.calls.get(match.callId);
    if (call?.state !== 'waiting') return answer('given-away');
    call.state = 'dialling';
    answer('claimed');
    const host = world.nodes.find(({ id }) => id === effect.at)!;
    world.after(20 + world.below(300), () => this.#dialled(match.callId, host.dialled(matchId)));
  }

  #dialled(id: CallId, isTaken: boolean): void {
    const call = this.calls.get(id);
    if (!call) return;
    if (!isTaken) return void (call.state = 'waiting');
    this.#world.served.push(id);
    this.#answered(id);
  }

  /** Believes only what it keeps somebody for. */
  dialled(matchId: string): boolean {
    const agent = [...this.agents.values()].find((one) => one.matchId === matchId && one.state === 'held');
    if (agent) Object.assign(agent, { state: 'busy', sinceMs: this.#world.nowMs });
    return agent !== undefined;
  }
}

function serves(agentId: AgentId, { wanting }: Call): boolean {
  const agent = settings.agents.find(({ id }) => id === agentId)!;
  return agent.skills.some(({ skillId }) => (skillId as string) === wanting.queueId);
}

test(`${worlds} random worlds: nobody in two matches, no call with two agents, every hold ends, and once it is calm nobody waits for an agent who is free`, () => {
  let across = 0;
  for (let seed = firstSeed; seed < firstSeed + worlds; seed++) {
    const world = new World(seed);
    try {
      world.run(world.calmFromMs + 60_000);
      for (const home of world.nodes)
        for (const call of home.calls.values())
          for (const host of world.nodes)
            for (const agent of host.agents.values())
              if (agent.state === 'free' && world.nowMs - agent.sinceMs > settledMs && serves(agent.id, call))
                throw new Error(`${call.wanting.callId} waits for ${agent.id}`);
    } catch (error) {
      throw new Error(`seed ${seed}, at ${world.nowMs} ms: ${(error as Error).message}`, { cause: error });
    }
    across += world.served.length;
  }
  // They are about something.
  expect(across).toBeGreaterThan(worlds * 5);
}, 120_000);
