/**
 * The agents kept, the flows ready, and the supervisors about to listen at this node for other nodes, each by a token that lets one INVITE in: not by its address, nor by what
 * it claims. What is not dialled in time is forgotten, and the agent serves whoever is next; which node should have dialled is remembered
 * for a while.
 */
import type { VisitAnswer, VisitHeard } from '@seatgrid/contracts/link/visit-link-messages.ts';
import type { PublicNumbersUse } from '@seatgrid/contracts/nouns/reserved-number.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { maskNumber } from '@seatgrid/core/numbers/mask-number.ts';
import type { AgentHub } from '../agents/agent-hub.ts';
import {
  numberHoldMs,
  numberLateMs,
  numberRestMs,
  visitHoldMs,
  visitsExpectedMax,
  visitsLostMs,
  visitTokenBytes,
} from '../limits.ts';
import type { NodeLog } from '../node-log.ts';
import { DidIndex } from '../tenants/did-index.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import type { TrunkAtNode } from '../trunks/trunk-directory.ts';
import type { ReservedNumbers } from './reserved-numbers.ts';
import type { LineOf } from './visit-lines.ts';
import { tokenOf } from './visit-user.ts';
import type {
  ByNumber,
  EarAsked,
  FlowAsked,
  HostAsked,
  VisitAsked,
  VisitHost,
  VisitPlace,
} from './visit-terms.ts';

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
  /** B-06: by which others reach it over the public network. */
  readonly numbers: ReservedNumbers;
  readonly numbersUse: () => PublicNumbersUse;
  /** None was left, and one may be again: agents here may be kept for other nodes as before. */
  readonly onNumbersAgain: () => void;
  /** Whoever should have brought the call may still be trying. */
  readonly onNotCalled: (line: LineOf) => void;
  readonly log: NodeLog;
}

interface Expected {
  readonly asked: HostAsked;
  readonly token: string;
  /** Who comes by a number, or comes as who has the token. */
  brought: Brought | null;
  /** The way by which somebody came who was taken for a stranger. */
  strangerBy: string | null;
  cancelHold: Cancel;
}

interface Brought {
  readonly number: string;
  /** Whom the call will seem to be from. */
  readonly shownNumber: string;
  readonly text: string;
}

export class ExpectedVisits implements VisitHost {
  readonly #options: ExpectedVisitsOptions;
  readonly #byMatch = new Map<string, Expected>();
  readonly #byToken = new Map<string, Expected>();
  /** Nodes that did not dial when they should have, and until when that is remembered. */
  readonly #lostUntilMs = new Map<NodeId, number>();
  readonly #cancelAgain = new Map<NodeId, Cancel>();
  /** By home and trunk: calls have come with the number they were sent with. */
  readonly #keepsNumbers = new Set<string>();

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

  expectEar(asked: EarAsked): VisitPlace | undefined {
    return this.#expect(asked, () => true);
  }

  #expect(asked: HostAsked, keep: (tenant: TenantAtNode) => boolean): VisitPlace | undefined {
    const { directory, clock, random, reach, numbers, numbersUse } = this.#options;
    const nodeId = this.#options.nodeId();
    const tenant = directory.byId(asked.tenantId);
    const isPossible = tenant?.isServed && nodeId && this.#byMatch.size < visitsExpectedMax;
    if (!isPossible || this.#byMatch.has(asked.matchId) || !keep(tenant)) return undefined;
    const token = Buffer.from(random.bytes(visitTokenBytes)).toString('hex');
    const cancelHold = clock.after(visitHoldMs, () => this.#notDialled(asked));
    const expected = { asked, token, brought: null, strangerBy: null, cancelHold };
    this.#byMatch.set(asked.matchId, expected);
    this.#byToken.set(token, expected);
    return { nodeId, token, ...reach(), ...(numbers.isAny ? { publicNumbers: numbersUse() } : {}) };
  }

  /** B-06: whoever should dial does not reach this node by SIP, or is not to. From now on the call comes by the number, and no other way. */
  reserve({
    nodeId,
    token,
    text,
    shownNumber,
  }: Pick<VisitHeard, 'nodeId' | 'token' | 'text' | 'shownNumber'>): Pick<
    VisitAnswer,
    'status' | 'reservedNumber'
  > {
    const { numbers, clock, log } = this.#options;
    const expected = this.#byToken.get(token);
    if (!expected || expected.asked.homeNodeId !== nodeId) return { status: 481 };
    if (expected.brought || shownNumber === undefined || 'supervisor' in expected.asked)
      return { status: 400 };
    const number = numbers.take();
    const { asked } = expected;
    if (number === undefined) {
      log.warn(
        { matchId: asked.matchId },
        'every number of the public network is reserved: a call cannot be brought',
      );
      // None will be free at once: callers would be matched again and again in vain.
      if ('agentId' in asked && !asked.phone) this.#noNumberFor(nodeId, numberRestMs);
      this.release(asked.matchId);
      return { status: 503 };
    }
    expected.cancelHold();
    expected.brought = { number, shownNumber, text };
    expected.cancelHold = clock.after(numberHoldMs, () => {
      log.warn(
        { matchId: asked.matchId, number: maskNumber(number) },
        'a reserved number was not called in time',
      );
      this.#options.onNotCalled({ nodeId, token });
      this.#notDialled(asked);
    });
    return { status: 200, reservedNumber: number };
  }

  /** No number, or one that was not called: for a while nobody is kept for that node, and then as before. */
  #noNumberFor(nodeId: NodeId, restMs: number): void {
    const { clock, onNumbersAgain } = this.#options;
    this.#lostUntilMs.set(nodeId, clock.nowMs() + restMs);
    this.#cancelAgain.get(nodeId)?.();
    this.#cancelAgain.set(nodeId, clock.after(restMs, onNumbersAgain));
  }

  /** Whether that node's call is still to come by the number reserved for it. */
  isAwaited({ nodeId, token }: Pick<VisitHeard, 'nodeId' | 'token'>): boolean {
    const expected = this.#byToken.get(token);
    return expected?.brought != null && expected.asked.homeNodeId === nodeId;
  }

  /** Nobody will dial it. What a carrier does not bring once it will not bring at once again. */
  callOff({ nodeId, token, about }: Pick<VisitHeard, 'nodeId' | 'token' | 'about'>): void {
    const expected = this.#byToken.get(token);
    if (!expected || expected.asked.homeNodeId !== nodeId) return;
    if (about === 'not-carried') this.#notDialled(expected.asked);
    else this.release(expected.asked.matchId);
  }

  /** A number that may be reserved, whether or not it is; undefined: none of this node's. */
  reservable(dialled: string): string | undefined {
    return this.#options.numbers.find(dialled);
  }

  /**
   * Good once: a call to that number. Where the carrier does not show it as the home's, the one who came first may still be it, and has to
   * prove it when answered; not so by a way that has shown the home's number before: there anybody else is a stranger.
   */
  takeByNumber(
    numbers: { readonly toNumber: string; readonly fromNumber: string },
    trunk: TrunkAtNode,
  ): { readonly asked: HostAsked; readonly byNumber: ByNumber } | undefined {
    const number = this.reservable(numbers.toNumber);
    if (number === undefined) return undefined;
    for (const expected of this.#byToken.values()) {
      const { brought, asked, token } = expected;
      if (brought?.number !== number) continue;
      const isProven = new DidIndex([{ number: brought.shownNumber }]).find(numbers.fromNumber) !== undefined;
      const way = `${asked.homeNodeId} ${trunk.id}`;
      if (isProven) this.#keepsNumbers.add(way);
      else if (this.#keepsNumbers.has(way)) {
        expected.strangerBy = way;
        return undefined;
      }
      this.#forget(expected, numberRestMs);
      this.#lostUntilMs.delete(asked.homeNodeId);
      return { asked, byNumber: { token, trunk, text: brought.text, isProven } };
    }
    return undefined;
  }

  isLost(homeNodeId: NodeId): boolean {
    return this.#options.clock.nowMs() < (this.#lostUntilMs.get(homeNodeId) ?? 0);
  }

  /** Whoever else is kept for that home is let go too: one after the other they would stand idle beside their own callers. */
  #notDialled(late: HostAsked): void {
    const { homeNodeId } = late;
    // Nobody but the stranger came: it may have been the call, by a carrier that shows the number no longer.
    const strangerBy = this.#byMatch.get(late.matchId)?.strangerBy;
    if (strangerBy != null) this.#keepsNumbers.delete(strangerBy);
    // Of a flow, a phone or an ear nobody stands idle, and whoever wanted it may have gone.
    if (!('agentId' in late) || late.phone) return this.release(late.matchId);
    if (this.#byMatch.get(late.matchId)?.brought) this.#noNumberFor(homeNodeId, visitsLostMs);
    else this.#lostUntilMs.set(homeNodeId, this.#options.clock.nowMs() + visitsLostMs);
    for (const { asked } of this.#byMatch.values())
      if (asked.homeNodeId === homeNodeId && 'agentId' in asked) this.release(asked.matchId);
  }

  release(matchId: string): void {
    const expected = this.#byMatch.get(matchId);
    if (!expected) return;
    this.#forget(expected, numberLateMs);
    const { asked } = expected;
    if ('agentId' in asked && !asked.phone) this.#options.hub.letGo(asked.agentId, matchId);
  }

  isExpected(user: string): boolean {
    return this.#byUser(user) !== undefined;
  }

  /** Good once: whoever is let in by it must ring the agent, or let go of them. */
  take(user: string): HostAsked | undefined {
    const expected = this.#byUser(user);
    if (!expected) return undefined;
    this.#forget(expected, 0);
    this.#lostUntilMs.delete(expected.asked.homeNodeId);
    return expected.asked;
  }

  close(): void {
    for (const expected of this.#byMatch.values()) this.#forget(expected, 0);
    for (const cancel of this.#cancelAgain.values()) cancel();
  }

  /** Of one that comes by a number there is no other. */
  #byUser(user: string): Expected | undefined {
    const token = tokenOf(user);
    const expected = token === undefined ? undefined : this.#byToken.get(token);
    return expected?.brought ? undefined : expected;
  }

  /** `restMs`: how long its number, where it has one, is reserved for nobody. */
  #forget({ asked, token, brought, cancelHold }: Expected, restMs: number): void {
    cancelHold();
    this.#byMatch.delete(asked.matchId);
    this.#byToken.delete(token);
    if (brought) this.#options.numbers.giveBack(brought.number, restMs);
  }
}
