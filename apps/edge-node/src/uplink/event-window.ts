/**
 * How many events may be under way at a time: as many as the line and the centre take without letting anything behind them wait
 * long. What is live goes past the events that are still here, never past those that were sent; so they are sent late.
 *
 * RFC 6817 §2: it yields by what its own traffic waits, before anything is lost. The way is counted in events, since what they
 * weigh is known only when they were compressed; the wait is that of acknowledgements beyond the quickest one of this link.
 */
import { eventsInFlightMax, eventsInFlightMin, eventsPerMessageMax, eventsWaitMostMs } from './limits.ts';

interface UnderWay {
  readonly sequence: number;
  readonly events: number;
  readonly sentAtMs: number;
}

/** Messages that a whole window is split into, so that acknowledgements come often and each message leaves soon. */
const messagesAWindow = 4;

export class EventWindow {
  #events = eventsInFlightMin;
  #underWay: UnderWay[] = [];
  #quickestMs = Infinity;
  /** The way was narrowed; what was sent before says nothing about the narrower one. */
  #narrowedAtMs = -Infinity;

  /** In flight at most. */
  get events(): number {
    return Math.floor(this.#events);
  }

  get eventsPerMessage(): number {
    return Math.min(eventsPerMessageMax, Math.ceil(this.#events / messagesAWindow));
  }

  /** Another line: nothing is known of it. */
  reset(): void {
    this.#events = eventsInFlightMin;
    this.#underWay = [];
    this.#quickestMs = Infinity;
    this.#narrowedAtMs = -Infinity;
  }

  sent(message: UnderWay): void {
    this.#underWay.push(message);
  }

  /** What is told again is measured from then. */
  forget(): void {
    this.#underWay = [];
  }

  acknowledged(sequence: number, nowMs: number): void {
    for (let oldest = this.#underWay[0]; oldest && oldest.sequence <= sequence; oldest = this.#underWay[0]) {
      this.#underWay.shift();
      this.#learn(oldest, nowMs);
    }
  }

  #learn({ events, sentAtMs }: UnderWay, nowMs: number): void {
    const tookMs = nowMs - sentAtMs;
    // The clock was put back meanwhile.
    if (tookMs < 0) return;
    this.#quickestMs = Math.min(this.#quickestMs, tookMs);
    const waitedMs = tookMs - this.#quickestMs;
    if (waitedMs > eventsWaitMostMs) {
      if (sentAtMs < this.#narrowedAtMs) return;
      this.#narrowedAtMs = nowMs;
      this.#events = Math.max(eventsInFlightMin, this.#events / 2);
    } else if (waitedMs < eventsWaitMostMs / 2)
      this.#events = Math.min(eventsInFlightMax, this.#events + events / 2);
  }
}
