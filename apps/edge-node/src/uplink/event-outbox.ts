/**
 * Decides which events go to the centre now: in order, in messages of limited size, a limited number unacknowledged, from
 * the centre's word on after every reconnection. The events themselves stay in the journal.
 */
import { acknowledgeMaxMs, eventsGatherMs, eventsInFlightMax, eventsPerMessageMax } from './limits.ts';

export class EventOutbox {
  #isUp = false;
  #committed: number;
  #sent = 0;
  #acknowledged = 0;
  /** Something gathers since. */
  #gatherUntilMs: number | null = null;
  #progressAtMs = 0;

  constructor(committed: number) {
    this.#committed = committed;
  }

  /** The centre said up to where it has everything: what is above goes (again). */
  up(acknowledged: number, nowMs: number): void {
    this.#isUp = true;
    this.#sent = this.#acknowledged = acknowledged;
    this.#progressAtMs = nowMs;
    this.#gatherUntilMs = nowMs;
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
    }
    const waiting = this.#committed - this.#sent;
    if (waiting <= 0) {
      this.#gatherUntilMs = null;
      return null;
    }
    if (this.#gatherUntilMs !== null && nowMs < this.#gatherUntilMs && waiting < eventsPerMessageMax)
      return null;
    const room = eventsInFlightMax - (this.#sent - this.#acknowledged);
    if (room <= 0) return null;
    return { after: this.#sent, eventsMax: Math.min(waiting, room, eventsPerMessageMax) };
  }

  sent(sequence: number, nowMs: number): void {
    if (this.#sent === this.#acknowledged) this.#progressAtMs = nowMs;
    this.#sent = sequence;
  }

  get wakeAtMs(): number | null {
    if (!this.#isUp) return null;
    const tellAgainAtMs = this.#sent > this.#acknowledged ? this.#progressAtMs + acknowledgeMaxMs : Infinity;
    const isFull = this.#sent - this.#acknowledged >= eventsInFlightMax;
    const gatheredAtMs =
      this.#committed > this.#sent && !isFull ? (this.#gatherUntilMs ?? Infinity) : Infinity;
    const wakeAtMs = Math.min(tellAgainAtMs, gatheredAtMs);
    return wakeAtMs === Infinity ? null : wakeAtMs;
  }
}
