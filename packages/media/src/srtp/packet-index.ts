/**
 * The 48-bit index of RTP packets (RFC 3711 §3.3.1): the rollover counter is never sent, so both sides infer it from the
 * sequence numbers, and which of them came before (§3.3.2).
 */
import { replayWindowPackets } from '../limits.ts';

const sequenceModulus = 0x1_0000;
const halfModulus = sequenceModulus / 2;

/** The index nearest to `highest` that ends in `sequence`; -1 where that lies before the beginning. */
export function indexNear(highest: number, sequence: number): number {
  if (highest < 0) return sequence;
  const index = highest - (highest % sequenceModulus) + sequence;
  if (index - highest > halfModulus) return index < sequenceModulus ? -1 : index - sequenceModulus;
  return highest - index > halfModulus ? index + sequenceModulus : index;
}

/** Remembers which of the last indexes were seen. */
export class ReplayWindow {
  highest = -1;
  /** Whether `highest - n` was seen, at its place modulo the window. */
  readonly #seen = new Uint8Array(replayWindowPackets);

  isNew(index: number): boolean {
    if (index > this.highest) return true;
    return this.highest - index < replayWindowPackets && this.#seen[index % replayWindowPackets] === 0;
  }

  note(index: number): void {
    if (index > this.highest) {
      const from = Math.max(this.highest + 1, index - replayWindowPackets + 1);
      for (let skipped = from; skipped < index; skipped++) this.#seen[skipped % replayWindowPackets] = 0;
      this.highest = index;
    }
    this.#seen[index % replayWindowPackets] = 1;
  }
}
