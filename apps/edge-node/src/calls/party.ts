/** Who is at the end of a leg, and how long they have talked and held: one side of a call. */
import type { HearingParty, Standing } from '@seatgrid/core/calls/hearing.ts';
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import type { Supervisor } from '../supervision/supervisor.ts';
import type { CallLeg } from './call-leg.ts';
import type { ConsultFailure } from './consultation.ts';

export interface BargeNotice {
  readonly name: string;
  readonly joinsAtMs: number;
  /** The customer has been told. */
  allow(): void;
}

export class Party {
  leg: CallLeg;
  /** Null for callers and outside numbers. At another node, one may hand the line to the next. */
  agentId: AgentId | null;
  /** Null too for an agent who is not signed in and uses a desk phone as a plain extension. */
  readonly seat: AgentSeat | null;
  /** Where it stands towards the others; whom it listens to, where it only listens. */
  place: Standing['kind'] = 'talking';
  listensTo: Party | null = null;
  /** Set where it is a supervisor's. */
  supervisor: Supervisor | null = null;
  /** Why the last one asked for advice could not be reached; the desk says so once. */
  consultFailed: ConsultFailure | null = null;
  /** H-19: a supervisor is about to join; shown on this agent's desk alone. */
  bargeNotice: BargeNotice | null = null;
  /** Out of the call, however it came. */
  onLeft: () => void = () => {};
  /** When this party began to be part of the conversation. */
  joinedAtMs: number | null = null;
  /** This party put the other on hold. */
  heldSinceMs: number | null = null;
  heldMs = 0;
  isMuted = false;
  /** The browser vanished and may come back. */
  isLost = false;

  /** The number it was reached at, where it is neither the call's own nor an agent's. */
  readonly number: string | null;
  /** What a flow calls it (D-08). */
  name: string | null = null;

  constructor(
    leg: CallLeg,
    agent: { readonly id: AgentId; readonly seat: AgentSeat | null } | null,
    number: string | null = null,
  ) {
    this.leg = leg;
    this.number = number;
    this.agentId = agent?.id ?? null;
    this.seat = agent?.seat ?? null;
  }

  get isHolding(): boolean {
    return this.heldSinceMs !== null;
  }

  /** The other hears music: held by this party's desk or phone, or while its browser is lost. */
  get isAway(): boolean {
    return this.isHolding || this.isLost || this.leg.isHolding;
  }

  /** Heard by others, and not only listening to them. */
  get isMember(): boolean {
    return this.listensTo === null || this.place === 'talking';
  }

  hearing(isCustomer: boolean): HearingParty {
    const { place: kind, listensTo, isAway, isMuted } = this;
    const standing: Standing =
      kind === 'monitoring' || kind === 'whispering' ? { kind, to: listensTo?.leg.key ?? '' } : { kind };
    return { key: this.leg.key, standing, isCustomer, isAway, isMuted };
  }

  hold(nowMs: number): void {
    this.heldSinceMs ??= nowMs;
  }

  retrieve(nowMs: number): void {
    if (this.heldSinceMs === null) return;
    this.heldMs += nowMs - this.heldSinceMs;
    this.heldSinceMs = null;
  }

  talkMs(nowMs: number): number {
    return this.joinedAtMs === null ? 0 : nowMs - this.joinedAtMs;
  }
}
