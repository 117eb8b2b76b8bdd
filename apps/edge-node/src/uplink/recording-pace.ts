/**
 * Lets recordings on to the line piece by piece: those a person waits for first, those that are uploaded while nobody does. How
 * fast, `LineShare` says; this asks the link how long it takes, and lets pieces go in their turn.
 */
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { LineShare } from './line-share.ts';
import { recordingFetchedGapMs, recordingPingEveryMs } from './limits.ts';

export type RecordingRank = 'fetched' | 'uploaded';

interface Waiting {
  readonly octets: number;
  readonly go: () => void;
  readonly giveUp: (why: Error) => void;
}

const closes = 'the node closes';

export interface RecordingPaceOptions {
  readonly clock: Clock;
  /** Answered by the far end of the link at once; never, where there is none. */
  readonly ping: (onAnswered: () => void) => void;
}

export class RecordingPace {
  readonly #options: RecordingPaceOptions;
  readonly #share = new LineShare();
  readonly #waiting: Record<RecordingRank, Waiting[]> = { fetched: [], uploaded: [] };
  #fetchedAtMs = -Infinity;
  #answeredAtMs = -Infinity;
  /** Counts the lines: what an earlier one still answers says nothing. */
  #line = 0;
  #isPinging = false;
  #isClosed = false;
  #cancelTimer: Cancel | undefined;

  constructor(options: RecordingPaceOptions) {
    this.#options = options;
  }

  get octetsPerSecond(): number {
    return this.#share.octetsPerSecond;
  }

  /** A link came up, or went: another line, perhaps. */
  lineChanged(): void {
    this.#line++;
    this.#isPinging = false;
    this.#share.reset();
  }

  /** The same octets in small pieces, each when it is its turn. */
  async *paced(
    chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[],
    rank: RecordingRank,
  ): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks)
      for (let at = 0; at < chunk.length;) {
        const piece = chunk.subarray(at, at + this.#share.pieceOctets);
        at += piece.length;
        await this.#turn(piece.length, rank);
        yield piece;
      }
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    for (const waiting of Object.values(this.#waiting))
      for (const { giveUp } of waiting.splice(0)) giveUp(new Error(closes));
  }

  #turn(octets: number, rank: RecordingRank): Promise<void> {
    return new Promise((go, giveUp) => {
      if (this.#isClosed) return giveUp(new Error(closes));
      this.#waiting[rank].push({ octets, go, giveUp });
      this.#pump();
    });
  }

  #pump(): void {
    const { clock } = this.#options;
    this.#cancelTimer?.();
    for (;;) {
      const nowMs = clock.nowMs();
      const { fetched, uploaded } = this.#waiting;
      const [first] = fetched.length > 0 ? fetched : uploaded;
      if (!first) return;
      this.#ask(nowMs);
      const isFetched = fetched.length > 0;
      // Between two pieces of what somebody listens to there is always a moment with none.
      const gapMs = isFetched ? 0 : Math.max(0, this.#fetchedAtMs + recordingFetchedGapMs - nowMs);
      const waitMs = gapMs > 0 ? gapMs : this.#share.take(first.octets, nowMs);
      if (waitMs > 0) {
        this.#cancelTimer = clock.after(waitMs, () => this.#pump());
        return;
      }
      if (isFetched) this.#fetchedAtMs = nowMs;
      (isFetched ? fetched : uploaded).shift();
      first.go();
    }
  }

  #ask(nowMs: number): void {
    // Asked again when what changed by the last answer can be felt.
    if (this.#isPinging || nowMs - this.#answeredAtMs < recordingPingEveryMs) return;
    const { clock, ping } = this.#options;
    const line = this.#line;
    this.#isPinging = true;
    this.#share.asked(nowMs);
    ping(() => {
      if (line !== this.#line) return;
      this.#isPinging = false;
      this.#answeredAtMs = clock.nowMs();
      this.#share.answered(this.#answeredAtMs);
      this.#pump();
    });
  }
}
