/**
 * Decides which events go to the centre now: in order, in messages of limited size, as many unacknowledged as the line bears, from
 * the centre's word on after every reconnection. The events themselves stay in the journal.
 */
import { EventWindow } from './event-window.ts';
import { acknowledgeMaxMs, eventsGatherMs } from './limits.ts';

export class EventOutbox {
  #isUp = false;
  #committed: number;
  #sent = 0;
  #acknowledged = 0;
  /** Something gathers since. */
  #gatherUntilMs: number | null = null;
  #progressAtMs = 0;
  readonly #window = new EventWindow();

  constructor(committed: number) {
    this.#committed = committed;
  }

  /** The centre said up to where it has everything: what is above goes (again). */
  up(acknowledged: number, nowMs: number): void {
    this.#isUp = true;
    this.#sent = this.#acknowledged = acknowledged;
    this.#progressAtMs = nowMs;
    this.#gatherUntilMs = nowMs;
    this.#window.reset();
  }

  down(): void {
    this.#isUp = false;
  }

  committed(sequence: number, nowMs: number): void {
    this.#committed = sequence;
    this.#gatherUntilMs ??= nowMs + eventsGatherMs;
  }

  acknowledged(sequence: number, nowMs: number): void {
    if (sequence <= this.#acknowledged) return;
    this.#window.acknowledged(sequence, nowMs);
    this.#acknowledged = sequence;
    this.#sent = Math.max(this.#sent, sequence);
    this.#progressAtMs = nowMs;
  }

  /** The next message's events, as a reading of the journal; call `sent` with its last, and ask again. */
  next(nowMs: number): { readonly after: number; readonly eventsMax: number } | null {
    if (!this.#isUp) return null;
    if (this.#sent > this.#acknowledged && nowMs - this.#progressAtMs >= acknowledgeMaxMs) {
      this.#sent = this.#acknowledged;
      this.#progressAtMs = nowMs;
      this.#window.forget();
    }
    const waiting = this.#committed - this.#sent;
    if (waiting <= 0) {
      this.#gatherUntilMs = null;
      return null;
    }
    const { events, eventsPerMessage } = this.#window;
    if (this.#gatherUntilMs !== null && nowMs < this.#gatherUntilMs && waiting < eventsPerMessage)
      return null;
    const room = events - (this.#sent - this.#acknowledged);
    if (room <= 0) return null;
    return { after: this.#sent, eventsMax: Math.min(waiting, room, eventsPerMessage) };
  }

  sent(sequence: number, nowMs: number): void {
    if (this.#sent === this.#acknowledged) this.#progressAtMs = nowMs;
    this.#window.sent({ sequence, events: sequence - this.#sent, sentAtMs: nowMs });
    this.#sent = sequence;
  }

  get wakeAtMs(): number | null {
    if (!this.#isUp) return null;
    const tellAgainAtMs = this.#sent > this.#acknowledged ? this.#progressAtMs + acknowledgeMaxMs : Infinity;
    const isFull = this.#sent - this.#acknowledged >= this.#window.events;
    const gatheredAtMs =
      this.#committed > this.#sent && !isFull ? (this.#gatherUntilMs ?? Infinity) : Infinity;
    const wakeAtMs = Math.min(tellAgainAtMs, gatheredAtMs);
    return wakeAtMs === Infinity ? null : wakeAtMs;
  }
}
