/**
 * A person at a desk, in virtual time: signs in, answers, talks, hands over, hangs up, misses and declines rings, loses the page and
 * comes back to it, and moves to another site when the own one stays silent.
 */
import type { DeskCommand, DeskState, NodeToDesk } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId, CallId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import type { AgentSeat } from '@seatgrid/edge-node/agents/agent-seat.ts';
import { performDeskCommand } from '@seatgrid/edge-node/agents/desk-commands.ts';
import type { DeskConnection } from '@seatgrid/edge-node/agents/desk-connection.ts';
import type { EdgeNode } from '@seatgrid/edge-node/node.ts';
import type { SimNode } from './sim-node.ts';
import type { PlannedAgent } from './site-plan.ts';

/** A desk looks again after its node so soon, and tries elsewhere when that has failed so often. */
const lookAgainMs = 3_000;
const triesMax = 4;
const answersAfterMs = 2_500;
const staysPausedMs = 8_000;

export interface AgentWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly nodes: readonly SimNode[];
  readonly otherQueue: QueueId;
  /** How long this caller wants to talk; told that they do. */
  talksWith(number: string): number;
}

export class SimAgent {
  readonly agentId: AgentId;
  readonly #plan: PlannedAgent;
  readonly #world: AgentWorld;
  #site: number;
  #tries = 0;
  #page: Page | null = null;
  isAtWork = true;

  constructor(agentId: AgentId, plan: PlannedAgent, world: AgentWorld) {
    this.agentId = agentId;
    this.#plan = plan;
    this.#world = world;
    this.#site = plan.site;
  }

  start(): void {
    this.#world.clock.after(this.#plan.signsInAtMs, () => this.#open());
  }

  /** The page is gone for so long. */
  losePage(durationMs: number): void {
    this.#page?.leave();
    this.#page = null;
    this.#world.clock.after(durationMs, () => this.#open());
  }

  goHome(): void {
    this.isAtWork = false;
    this.#page?.goHome();
  }

  /** Its node was killed under it: a browser notices at once, since the connection is refused. */
  nodeLost(node: SimNode): void {
    if (this.#world.nodes[this.#site] !== node || !this.#page) return;
    this.#page = null;
    this.#world.clock.after(lookAgainMs, () => this.#open());
  }

  #open(): void {
    if (this.#page || !this.isAtWork) return;
    const live = this.#world.nodes[this.#site]!.live;
    if (!live) {
      if (++this.#tries >= triesMax) {
        this.#tries = 0;
        this.#site = (this.#site + 1) % this.#world.nodes.length;
      }
      this.#world.clock.after(lookAgainMs, () => this.#open());
      return;
    }
    this.#tries = 0;
    this.#page = new Page(live.node, live.life.clock, this.agentId, this.#plan, this.#world);
    this.#page.open();
  }
}

/** One open desk. What it asks of a node that has died meanwhile is never heard. */
class Page implements DeskConnection {
  readonly #node: EdgeNode;
  readonly #clock: Clock;
  readonly #agentId: AgentId;
  readonly #plan: PlannedAgent;
  readonly #world: AgentWorld;
  #seat: AgentSeat | null = null;
  #state: DeskState | null = null;
  #own = '';
  #isOpen = true;
  #isGoingHome = false;
  /** What was made up one's mind about already. */
  readonly #decided = new Set<string>();

  constructor(node: EdgeNode, clock: Clock, agentId: AgentId, plan: PlannedAgent, world: AgentWorld) {
    this.#node = node;
    this.#clock = clock;
    this.#agentId = agentId;
    this.#plan = plan;
    this.#world = world;
  }

  open(): void {
    const [tenant] = this.#node.directory.all();
    this.#seat = this.#node.hub.attach(tenant!, this.#agentId, this) ?? null;
    if (this.#seat && !this.#seat.isSignedIn) this.#ask({ kind: 'sign-in', device: 'browser' });
    this.#after(200, () => this.#resume());
  }

  leave(): void {
    this.#isOpen = false;
    if (this.#seat) this.#node.hub.detach(this.#seat, this);
  }

  goHome(): void {
    this.#isGoingHome = true;
    this.#look();
  }

  send(message: NodeToDesk): void {
    if (message.kind === 'closed') this.#isOpen = false;
    if (message.kind !== 'state') return;
    this.#state = message.state;
    this.#after(1, () => this.#look());
  }

  /** What changed only around this agent is not looked at: a floor of hundreds tells each of them all the time. */
  sendText(text: string): void {
    const own = text.slice(text.indexOf('"presence":'), text.indexOf(',"queues":'));
    if (own === this.#own) return;
    this.#own = own;
    this.send(JSON.parse(text) as NodeToDesk);
  }

  close(): void {
    this.#isOpen = false;
  }

  /** A reloaded page takes up a call in hand. */
  #resume(): void {
    const call = this.#state?.interaction;
    if (call && (call.state === 'talking' || call.state === 'held'))
      this.#ask({ kind: 'reconnect', callId: call.callId, offer: 'simulated' });
    this.#look();
  }

  #look(): void {
    const state = this.#state;
    if (!state || !this.#isOpen) return;
    const { presence, interaction } = state;
    if (presence.state === 'paused')
      return this.#once(`paused ${presence.sinceMs}`, staysPausedMs, () => this.#comeBack());
    if (presence.state === 'offline')
      return this.#once(`offline ${presence.sinceMs}`, staysPausedMs, () => this.#signIn());
    if (this.#isGoingHome && presence.state === 'ready')
      return this.#once('home', 1, () => this.#ask({ kind: 'sign-out' }));
    if (!interaction) return;
    const { callId, number } = interaction;
    if (interaction.state === 'ringing')
      return this.#once(`ring ${callId} ${interaction.sinceMs}`, answersAfterMs, () => this.#rung(callId));
    if (interaction.state === 'talking')
      return this.#once(`talk ${callId} ${presence.sinceMs}`, this.#world.talksWith(number), () =>
        this.#talked(callId),
      );
    if (presence.state === 'wrapping')
      this.#once(`wrap ${callId}`, 3_000, () =>
        this.#ask({ kind: 'finish-wrap-up', callId, dispositionId: null, notes: '' }),
      );
  }

  #comeBack(): void {
    this.#ask(this.#isGoingHome ? { kind: 'sign-out' } : { kind: 'ready' });
  }

  #signIn(): void {
    if (!this.#isGoingHome) this.#ask({ kind: 'sign-in', device: 'browser' });
  }

  #rung(callId: CallId): void {
    const roll = randomInteger(this.#world.random, 100);
    const { missesPercent, declinesPercent } = this.#plan;
    if (roll < missesPercent) return;
    if (roll < missesPercent + declinesPercent) return this.#ask({ kind: 'decline', callId });
    this.#ask({ kind: 'answer', callId, offer: 'simulated' });
  }

  #talked(callId: CallId): void {
    const roll = randomInteger(this.#world.random, 100);
    if (roll < this.#plan.transfersPercent)
      this.#ask({ kind: 'transfer', callId, target: { kind: 'queue', queueId: this.#world.otherQueue } });
    else this.#ask({ kind: 'end', callId });
  }

  #ask(command: DeskCommand): void {
    if (this.#isOpen && this.#seat) void performDeskCommand(this.#node.hub, this.#seat, this, command);
  }

  #once(what: string, afterMs: number, act: () => void): void {
    if (this.#decided.has(what)) return;
    this.#decided.add(what);
    this.#after(afterMs, act);
  }

  /** By the node's life: a page of a dead node does nothing. */
  #after(ms: number, act: () => void): void {
    this.#clock.after(ms, () => this.#isOpen && act());
  }
}
