/**
 * One call's stay in one queue: the stage between flow and agent. It speaks the entry prompt, plays music, tells positions
 * and knows when the wait is over; who is offered what is the distribution's business.
 */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { AgentRing } from '../calls/agent-ring.ts';
import { positionAnnouncement } from '../calls/announcements.ts';
import type { CallStage } from '../calls/call-stage.ts';
import type { Call } from '../calls/call.ts';
import type { AcdRunner } from './acd-runner.ts';

export type QueueCause = 'agent' | 'abandoned' | 'timeout' | 'full' | 'transferred' | 'ended';

export class QueueEntry implements CallStage {
  readonly call: Call;
  readonly queue: Queue;
  readonly handlesTimeout: boolean;
  readonly enteredAtMs: number;
  /** Agents tried now: one, or all who are idle (F-22). */
  readonly rings = new Set<AgentRing>();
  /** The wait ended while somebody rang; nobody else is tried after. */
  isOverdue = false;
  readonly #acd: AcdRunner;
  #cancelWait: Cancel = () => {};
  #cancelAnnouncement: Cancel = () => {};

  constructor(acd: AcdRunner, call: Call, queue: Queue, handlesTimeout: boolean) {
    this.#acd = acd;
    this.call = call;
    this.queue = queue;
    this.handlesTimeout = handlesTimeout;
    this.enteredAtMs = call.services.clock.nowMs();
  }

  get state(): 'queued' | 'ringing' {
    return this.rings.size > 0 ? 'ringing' : 'queued';
  }

  begin(): void {
    const { call, queue } = this;
    call.answer();
    call.sound.hearMusic();
    const entry = call.services.speech.spoken(call.tenant, queue.entry, call.language, call.variables);
    if (entry.length > 0) call.sound.speak(entry, null);
    this.#cancelWait = call.after(queue.waitMaxMs, () => this.#acd.waitedTooLong(this));
    this.#announceLater();
  }

  /** Timers and speech end; the stage's successor has the call. */
  finish(): void {
    this.#cancelWait();
    this.#cancelAnnouncement();
    this.call.sound.stopSpeech();
  }

  onCallEnded(reason: EndReason): void {
    this.#acd.callEnded(this, reason);
  }

  #announceLater(): void {
    const { call, queue } = this;
    if (queue.announcePositionEveryMs === null) return;
    this.#cancelAnnouncement = call.after(queue.announcePositionEveryMs, () => {
      const position = this.#acd.position(call.id);
      if (position > 0) call.sound.speak([positionAnnouncement(position, call.language)], null);
      this.#announceLater();
    });
  }
}
