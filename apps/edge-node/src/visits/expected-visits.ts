/**
 * The agents kept, and the flows ready, at this node for calls of other nodes, each by a token that lets one INVITE in: not by its address, nor by what
 * it claims. What is not dialled in time is forgotten, and the agent serves whoever is next; which node should have dialled is remembered
 * for a while.
 */
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { AgentHub } from '../agents/agent-hub.ts';
import { visitHoldMs, visitsExpectedMax, visitsLostMs, visitTokenBytes } from '../limits.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import { visitUser } from './visit-user.ts';
import type { FlowAsked, VisitAsked, VisitHost, VisitPlace } from './visit-terms.ts';

export interface ExpectedVisitsOptions {
  readonly directory: TenantDirectory;
  readonly hub: AgentHub;
  /** Whether new callers are let in just now. */
  readonly isOpen: () => boolean;
  /** Whether a desk phone nobody is signed in at can be rung now. */
  readonly isPhoneThere: (tenant: TenantAtNode, asked: VisitAsked) => boolean;
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined: not configured yet. */
  readonly nodeId: () => NodeId | undefined;
  /** Where other nodes reach this one now, and by which certificate they know it. */
  readonly reach: () => Pick<VisitPlace, 'uri' | 'fingerprint'>;
}

interface Expected {
  readonly asked: VisitAsked | FlowAsked;
  readonly user: string;
  readonly cancelHold: Cancel;
}

export class ExpectedVisits implements VisitHost {
  readonly #options: ExpectedVisitsOptions;
  readonly #byMatch = new Map<string, Expected>();
  /** By the user the INVITE has to ask for. */
  readonly #byUser = new Map<string, Expected>();
  /** Nodes that did not dial when they should have, and until when that is remembered. */
  readonly #lostUntilMs = new Map<NodeId, number>();

  constructor(options: ExpectedVisitsOptions) {
    this.#options = options;
  }

  expect(asked: VisitAsked): VisitPlace | undefined {
    return this.#expect(asked, (tenant) =>
      asked.phone ? this.#isPhoneThere(tenant, asked) : this.#options.hub.keepFor(tenant, asked),
    );
  }

  #isPhoneThere(tenant: TenantAtNode, asked: VisitAsked): boolean {
    return this.#options.isOpen() && this.#options.isPhoneThere(tenant, asked);
  }

  expectFlow(asked: FlowAsked): VisitPlace | undefined {
    return this.#expect(asked, ({ flows }) => this.#options.isOpen() && flows.has(asked.flowId));
  }

  #expect(asked: VisitAsked | FlowAsked, keep: (tenant: TenantAtNode) => boolean): VisitPlace | undefined {
    const { directory, clock, random, reach } = this.#options;
    const nodeId = this.#options.nodeId();
    const tenant = directory.byId(asked.tenantId);
    const isPossible = tenant?.isServed && nodeId && this.#byMatch.size < visitsExpectedMax;
    if (!isPossible || this.#byMatch.has(asked.matchId) || !keep(tenant)) return undefined;
    const token = Buffer.from(random.bytes(visitTokenBytes)).toString('hex');
    const user = visitUser(token);
    const cancelHold = clock.after(visitHoldMs, () => this.#notDialled(asked));
    const expected = { asked, user, cancelHold };
    this.#byMatch.set(asked.matchId, expected);
    this.#byUser.set(user, expected);
    return { nodeId, token, ...reach() };
  }

  isLost(homeNodeId: NodeId): boolean {
    return this.#options.clock.nowMs() < (this.#lostUntilMs.get(homeNodeId) ?? 0);
  }

  /** Whoever else is kept for that home is let go too: one after the other they would stand idle beside their own callers. */
  #notDialled(late: VisitAsked | FlowAsked): void {
    const { homeNodeId } = late;
    // Of a flow, or a phone, nobody stands idle, and its caller may have hung up.
    if ('flowId' in late || late.phone) return this.release(late.matchId);
    this.#lostUntilMs.set(homeNodeId, this.#options.clock.nowMs() + visitsLostMs);
    for (const { asked } of this.#byMatch.values())
      if (asked.homeNodeId === homeNodeId && 'agentId' in asked) this.release(asked.matchId);
  }

  release(matchId: string): void {
    const expected = this.#byMatch.get(matchId);
    if (!expected) return;
    this.#forget(expected);
    const { asked } = expected;
    if ('agentId' in asked && !asked.phone) this.#options.hub.letGo(asked.agentId, matchId);
  }

  isExpected(user: string): boolean {
    return this.#byUser.has(user);
  }

  /** Good once: whoever is let in by it must ring the agent, or let go of them. */
  take(user: string): VisitAsked | FlowAsked | undefined {
    const expected = this.#byUser.get(user);
    if (!expected) return undefined;
    this.#forget(expected);
    this.#lostUntilMs.delete(expected.asked.homeNodeId);
    return expected.asked;
  }

  close(): void {
    for (const expected of this.#byMatch.values()) this.#forget(expected);
  }

  #forget({ asked, user, cancelHold }: Expected): void {
    cancelHold();
    this.#byMatch.delete(asked.matchId);
    this.#byUser.delete(user);
  }
}
