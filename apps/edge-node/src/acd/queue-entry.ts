/**
 * One call's stay in one queue: the stage between flow and agent. It speaks the entry prompt, plays music, tells positions
 * and knows when the wait is over; who is offered what is the distribution's business.
 */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { AgentId, CallId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { queueCauses } from '@seatgrid/contracts/journal/journal-event.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import { callbackWords } from '../callbacks/callback-words.ts';
import type { AgentRing } from '../calls/agent-ring.ts';
import type { CallLeg } from '../calls/call-leg.ts';
import type { CallStage } from '../calls/call-stage.ts';
import type { Call } from '../calls/call.ts';
import { converse } from '../calls/converse.ts';
import type { VisitRing } from '../visits/visit-ring.ts';
import type { AcdRunner } from './acd-runner.ts';
import { QueueAnnouncements } from './queue-announcements.ts';

export type QueueCause = (typeof queueCauses)[number];

export class QueueEntry implements CallStage {
  readonly call: Call;
  /** As it is set now. */
  queue: Queue;
  readonly handlesTimeout: boolean;
  readonly enteredAtMs: number;
  /** What its place is reckoned from; where it waited at a node that was lost, that is before its own wait. */
  readonly placeSinceMs: number;
  /** Agents tried now: one, or all who are idle (F-22). */
  readonly rings = new Set<AgentRing | VisitRing>();
  /** The wait ended while somebody rang; nobody else is tried after. */
  isOverdue = false;
  /** How many waited at other nodes when it came, by queue. */
  cameBefore: ReadonlyMap<QueueId, number> = new Map();
  /** What was first expected; null: it could not be said, or nobody asked. */
  expectedMs: number | null = null;
  readonly #acd: AcdRunner;
  readonly #announcements: QueueAnnouncements;
  #cancelWait: Cancel = () => {};
  #cancelWidenings: readonly Cancel[] = [];
  #cancelOffer: Cancel = () => {};
  #isCallbackOffered = false;

  constructor(
    acd: AcdRunner,
    call: Call,
    queue: Queue,
    how: { readonly handlesTimeout: boolean; readonly sinceMs: number; readonly placeSinceMs: number },
  ) {
    this.#acd = acd;
    this.call = call;
    this.queue = queue;
    this.handlesTimeout = how.handlesTimeout;
    this.enteredAtMs = how.sinceMs;
    this.placeSinceMs = how.placeSinceMs;
    this.#announcements = new QueueAnnouncements(acd, call);
  }

  get callId(): CallId {
    return this.call.id;
  }

  get state(): 'queued' | 'ringing' {
    return this.rings.size > 0 ? 'ringing' : 'queued';
  }

  /** The key that asks to be called back, once it was offered. */
  onDigit(digit: string): void {
    if (digit === '1' && this.#isCallbackOffered && this.rings.size === 0) this.#acd.offersCallback(this);
  }

  /** Whoever answered talks with the caller. */
  taken(leg: CallLeg, agent: { readonly id: AgentId; readonly seat: AgentSeat | null }): void {
    converse(this.call, leg, agent);
  }

  begin(): void {
    const { call, queue } = this;
    call.answer();
    call.sound.hearMusic();
    const entry = call.services.speech.spoken(call.tenant, queue.entry, call.language, call.variables);
    const said = [...entry, ...this.#announcements.atEntry(queue)];
    if (said.length > 0) call.sound.speak(said, null);
    this.#startTimers();
    this.#announcements.schedule(queue);
  }

  /** Changed settings act on whoever waits already; undefined: the queue is gone, and the wait goes on as it began. */
  configured(queue: Queue | undefined): void {
    const before = this.queue;
    if (!queue) return;
    this.queue = queue;
    this.call.queue = queue;
    this.#startTimers();
    const isAnnouncedAlike =
      queue.announcePositionEveryMs === before.announcePositionEveryMs &&
      queue.announceWait?.everyMs === before.announceWait?.everyMs;
    if (!isAnnouncedAlike) this.#announcements.schedule(queue);
  }

  /** Timers and speech end; the stage's successor has the call. */
  finish(): void {
    this.#cancelWait();
    this.#announcements.cancel();
    this.#cancelOffer();
    for (const cancel of this.#cancelWidenings) cancel();
    this.call.sound.stopSpeech();
  }

  onCallEnded(reason: EndReason): void {
    this.#acd.callEnded(this, reason);
  }

  #offerCallback(): void {
    const { call } = this;
    this.#isCallbackOffered = true;
    if (this.rings.size === 0) call.sound.speak([callbackWords('waiting', call.language)], null);
  }

  #startTimers(): void {
    const { call, queue } = this;
    const waitedMs = call.services.clock.nowMs() - this.enteredAtMs;
    this.#cancelWait();
    this.#cancelWait = call.after(Math.max(0, queue.waitMaxMs - waitedMs), () =>
      this.#acd.waitedTooLong(this),
    );
    this.#cancelOffer();
    const offerAfterMs = queue.callback?.offerAfterMs ?? null;
    if (offerAfterMs !== null && !this.#isCallbackOffered)
      this.#cancelOffer = call.after(Math.max(0, offerAfterMs - waitedMs), () => this.#offerCallback());
    for (const cancel of this.#cancelWidenings) cancel();
    this.#cancelWidenings = queue.widenings.flatMap(({ afterMs }) =>
      afterMs !== null && afterMs > waitedMs
        ? [call.after(afterMs - waitedMs, () => this.#acd.aged(call.id, afterMs))]
        : [],
    );
  }
}
