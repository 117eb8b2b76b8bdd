/**
 * What recordings may take of the line to the centre: so much that nothing else on it waits for them. Decides; sends nothing.
 *
 * RFC 6817 §2, as events do (`event-window.ts`): it yields by what the link itself waits, measured by pings on it, before anything is
 * lost. Recordings bear half the wait that events bear, so that beside events they are the ones who step back.
 */
import {
  lineQuickestKeptMs,
  recordingBurstOctets,
  recordingOctetsPerSecondFirst,
  recordingOctetsPerSecondMax,
  recordingOctetsPerSecondMin,
  recordingPieceOctetsMax,
  recordingPieceOctetsMin,
  recordingsWaitMostMs,
} from './limits.ts';

/** A piece takes the line so long, where that makes a piece at all. */
const pieceMs = 20;
/** So much may be saved up while a timer sleeps too long. */
const savedMs = 50;
/** At each answer that did not wait: while the width of the line is not known, and afterwards. */
const wideningSearched = 1.5;
const widening = 1.1;

export class LineShare {
  #octetsPerSecond = recordingOctetsPerSecondFirst;
  /** Nobody waited yet: the width of the line is not known. */
  #isSearching = true;
  #roomOctets = recordingBurstOctets;
  #filledAtMs = -Infinity;
  #takenOctets = 0;
  #answeredAtMs: number | null = null;
  #narrowedAtMs = -Infinity;
  /** What stands on the line has gone by then. */
  #restsUntilMs = -Infinity;
  /** The quickest way around of this stretch of time and of the one before: routes change. */
  #quickest = { ms: Infinity, beforeMs: Infinity, sinceMs: -Infinity };
  #askedAtMs: number | null = null;

  get octetsPerSecond(): number {
    return this.#octetsPerSecond;
  }

  /** How much is best sent at once. */
  get pieceOctets(): number {
    const octets = Math.floor((this.#octetsPerSecond * pieceMs) / 1_000);
    return Math.min(recordingPieceOctetsMax, Math.max(recordingPieceOctetsMin, octets));
  }

  /** Another line: nothing is known of it. */
  reset(): void {
    this.#octetsPerSecond = recordingOctetsPerSecondFirst;
    this.#isSearching = true;
    this.#quickest = { ms: Infinity, beforeMs: Infinity, sinceMs: -Infinity };
    this.#askedAtMs = this.#answeredAtMs = null;
    this.#restsUntilMs = this.#narrowedAtMs = -Infinity;
  }

  /** How long so many octets have to wait; at 0 they are taken. */
  take(octets: number, nowMs: number): number {
    // Whoever is asked and does not answer waits in a queue of ours.
    const isResting = nowMs < this.#restsUntilMs || this.#isAnswerOverdue(nowMs);
    const rate = isResting ? recordingOctetsPerSecondMin : this.#octetsPerSecond;
    const depth = Math.max(recordingBurstOctets, (rate * savedMs) / 1_000);
    const gained = (rate * Math.max(0, nowMs - this.#filledAtMs)) / 1_000;
    this.#roomOctets = Math.min(depth, this.#roomOctets + gained);
    this.#filledAtMs = nowMs;
    if (this.#roomOctets < octets) return Math.ceil(((octets - this.#roomOctets) / rate) * 1_000);
    this.#roomOctets -= octets;
    this.#takenOctets += octets;
    return 0;
  }

  asked(nowMs: number): void {
    this.#askedAtMs = nowMs;
  }

  answered(nowMs: number): void {
    if (this.#askedAtMs === null) return;
    const askedAtMs = this.#askedAtMs;
    const [tookMs, sinceMs] = [nowMs - askedAtMs, nowMs - (this.#answeredAtMs ?? askedAtMs)];
    const isUsed = this.#takenOctets * 2_000 >= this.#octetsPerSecond * sinceMs;
    this.#askedAtMs = null;
    this.#answeredAtMs = nowMs;
    this.#takenOctets = 0;
    // The clock was put back meanwhile.
    if (tookMs < 0) return;
    const waitedMs = tookMs - this.#learnQuickest(tookMs, nowMs);
    if (waitedMs > recordingsWaitMostMs) {
      this.#isSearching = false;
      this.#restsUntilMs = nowMs + waitedMs;
      // What was asked before it was narrowed says nothing about the narrower way.
      if (askedAtMs < this.#narrowedAtMs) return;
      this.#narrowedAtMs = nowMs;
      this.#setRate(this.#octetsPerSecond / 2);
    } else if (waitedMs < recordingsWaitMostMs / 2 && isUsed)
      this.#setRate(this.#octetsPerSecond * (this.#isSearching ? wideningSearched : widening));
  }

  #isAnswerOverdue(nowMs: number): boolean {
    const { ms, beforeMs } = this.#quickest;
    const quickestMs = Math.min(ms, beforeMs);
    return this.#askedAtMs !== null && nowMs - this.#askedAtMs - quickestMs > recordingsWaitMostMs;
  }

  #learnQuickest(tookMs: number, nowMs: number): number {
    if (nowMs - this.#quickest.sinceMs > lineQuickestKeptMs)
      this.#quickest = { ms: tookMs, beforeMs: this.#quickest.ms, sinceMs: nowMs };
    this.#quickest.ms = Math.min(this.#quickest.ms, tookMs);
    return Math.min(this.#quickest.ms, this.#quickest.beforeMs);
  }

  #setRate(octetsPerSecond: number): void {
    this.#octetsPerSecond = Math.min(
      recordingOctetsPerSecondMax,
      Math.max(recordingOctetsPerSecondMin, octetsPerSecond),
    );
  }
}
