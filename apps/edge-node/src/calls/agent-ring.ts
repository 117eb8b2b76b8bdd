/**
 * One agent being rung for one call: at the desk, or at the desk phone. Ends once, in one of four ways, and tells whoever
 * asked for it; a call that ends meanwhile withdraws it, and then nobody is told.
 */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId, ReservationId } from '@seatgrid/core/kernel/ids.ts';
import type { Decision } from '@seatgrid/core/routing/decision.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { OutgoingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import { BrowserLeg } from './browser-leg.ts';
import { elsewhereRelease, type CallLeg, type ReleaseCause } from './call-leg.ts';
import type { Call } from './call.ts';
import { ringOutside } from './outside-position.ts';
import { PhoneFork } from './phone-fork.ts';

export interface RingRequest {
  readonly call: Call;
  readonly agent: Agent;
  /** Null: not signed in, and rung as a plain extension. */
  readonly seat: AgentSeat | null;
  /** Null for direct, internal and transferred calls. */
  readonly queue: Queue | null;
  readonly ringTimeoutMs: number;
  /** Why the queue chose this agent. */
  readonly decision?: Decision;
  /** Whoever asks for advice; absent where the agent is to serve. */
  readonly consultedBy?: AgentId | null;
  /** Whether a colleague's phone may answer it instead. */
  readonly mayBePickedUp?: true;
}

/** `by`: a colleague, in the agent's place. */
export interface PickedUp {
  readonly leg: CallLeg;
  readonly by: { readonly id: AgentId; readonly seat: AgentSeat | null };
}

export type RingOutcome =
  | ({ readonly kind: 'accepted'; readonly leg: CallLeg } & Partial<PickedUp>)
  /** `declined` by hand; `expired` rang in vain; `unavailable` could not ring at all. */
  | { readonly kind: 'declined' | 'expired' | 'unavailable' };

/** A line that is engaged is a hand that declines: the agent is busy with something else. */
const endOfDial = { busy: 'declined', 'no-answer': 'expired', failed: 'unavailable' } as const;

export type RingAnswer =
  { readonly ok: true; readonly answer: string | null } | { readonly ok: false; readonly detail: string };

export class AgentRing {
  readonly request: RingRequest;
  readonly reservationId: ReservationId;
  readonly startedAtMs: number;
  readonly endsAtMs: number;
  readonly #tell: (outcome: RingOutcome) => void;
  #isOver = false;
  #isAnswering = false;
  #cancelTimer: Cancel = () => {};
  #line: { cancel(cause?: ReleaseCause): void } | null = null;
  #invites: readonly OutgoingInvite[] = [];

  constructor(request: RingRequest, tell: (outcome: RingOutcome) => void) {
    const { services } = request.call;
    this.request = request;
    this.#tell = tell;
    this.reservationId = services.ids.next<'reservation'>();
    this.startedAtMs = services.clock.nowMs();
    this.endsAtMs = this.startedAtMs + request.ringTimeoutMs;
  }

  start(): void {
    const { call, seat, agent } = this.request;
    if (seat && !call.services.hub.beginRing(seat, this)) return this.#tell({ kind: 'unavailable' });
    call.record({
      kind: 'reservation.made',
      callId: call.id,
      reservationId: this.reservationId,
      agentId: agent.id,
      queueId: this.request.queue?.id ?? null,
      ...(this.request.decision ? { decision: this.request.decision } : {}),
    });
    this.#cancelTimer = call.after(this.request.ringTimeoutMs, () => this.#end({ kind: 'expired' }));
    if (!seat || seat.presence.device === 'phone') this.#ringPhone(seat?.agent?.isAutoAnswer ?? false);
    else if (seat.presence.device === 'outside') this.#ringOutside(seat);
  }

  /** The desk answers with its browser's offer; with any other device the handset is what answers. */
  async answer(offer: string | null): Promise<RingAnswer> {
    const { call, seat } = this.request;
    if (this.#isOver || this.#isAnswering) return { ok: false, detail: 'the call is no longer ringing here' };
    if (seat && seat.presence.device !== 'browser') return { ok: true, answer: null };
    if (offer === null) return { ok: false, detail: 'a browser answers with an offer' };
    this.#isAnswering = true;
    const opened = await call.media.openWebrtcLeg(offer, { key: call.sound.nextLegKey('agent') });
    this.#isAnswering = false;
    if (opened.kind === 'refused') return { ok: false, detail: opened.detail };
    if (this.#isOver || call.isEnded) {
      opened.close();
      return { ok: false, detail: 'the call is no longer ringing here' };
    }
    this.#end({ kind: 'accepted', leg: new BrowserLeg(opened) });
    return { ok: true, answer: opened.answerSdp };
  }

  decline(): void {
    this.#end({ kind: 'declined' });
  }

  /** The desk was lost for good while it rang. */
  giveUp(): void {
    this.#end({ kind: 'unavailable' });
  }

  /** The caller is gone, or goes elsewhere. */
  withdraw(cause?: ReleaseCause): void {
    if (this.#isOver) return;
    this.#close();
    this.#line?.cancel(cause);
    this.#record('withdrawn');
    const { seat } = this.request;
    if (seat) this.request.call.services.hub.endRing(seat, this, 'withdrawn');
  }

  get mayBePickedUp(): boolean {
    return this.request.mayBePickedUp === true && !this.#isOver;
  }

  pickedUp(answer: PickedUp): void {
    this.withdraw(elsewhereRelease);
    this.#tell({ kind: 'accepted', ...answer });
  }

  #close(): void {
    this.#isOver = true;
    this.#cancelTimer();
    for (const invite of this.#invites) this.request.call.services.phonesRinging.delete(invite);
  }

  #ringPhone(isAutoAnswer: boolean): void {
    const { call, agent } = this.request;
    const fork = new PhoneFork(call, agent, isAutoAnswer, (outcome) => {
      if (outcome.kind === 'answered') this.#end({ kind: 'accepted', leg: outcome.leg });
      else this.#end({ kind: outcome.isBusy ? 'declined' : 'unavailable' });
    });
    this.#line = fork;
    this.#invites = fork.start(this.request.ringTimeoutMs);
    for (const invite of this.#invites) call.services.phonesRinging.set(invite, this);
  }

  #ringOutside(seat: AgentSeat): void {
    const { call, ringTimeoutMs } = this.request;
    this.#line = ringOutside(call, seat, ringTimeoutMs, (rang) => {
      if (rang.kind === 'answered') this.#end({ kind: 'accepted', leg: rang.leg });
      else this.#end({ kind: endOfDial[rang.why] });
    });
  }

  #end(outcome: RingOutcome): void {
    if (this.#isOver) return;
    // An answer on its way decides; it takes far less than a second.
    if (this.#isAnswering && outcome.kind === 'expired') {
      this.#cancelTimer = this.request.call.after(2_000, () => {
        this.#isAnswering = false;
        this.#end(outcome);
      });
      return;
    }
    this.#close();
    if (outcome.kind !== 'accepted') this.#line?.cancel();
    this.#record(outcome.kind === 'unavailable' ? 'expired' : outcome.kind);
    const { seat, call } = this.request;
    if (seat) call.services.hub.endRing(seat, this, outcome.kind);
    this.#tell(outcome);
  }

  #record(outcome: 'accepted' | 'declined' | 'expired' | 'withdrawn'): void {
    const { call, agent } = this.request;
    call.record({
      kind: 'reservation.ended',
      callId: call.id,
      reservationId: this.reservationId,
      agentId: agent.id,
      outcome,
      rangMs: call.services.clock.nowMs() - this.startedAtMs,
    });
  }
}
