/**
 * RTP timestamps of a stream whose clock runs a whole number of times as fast as the engine's (RFC 7587 §4.1: Opus counts 48,000
 * a second), as the engine counts, and back. Both run round at 2^32, and neither jumps where the other does.
 */
export class WideClock {
  readonly #ticksPerSample: number;
  #theirs = 0;
  #ours = 0;

  constructor(ticksPerSample: number) {
    this.#ticksPerSample = ticksPerSample;
  }

  inward(timestamp: number): number {
    const samples = Math.floor(((timestamp - this.#theirs) | 0) / this.#ticksPerSample);
    this.#theirs = (this.#theirs + samples * this.#ticksPerSample) >>> 0;
    this.#ours = (this.#ours + samples) >>> 0;
    return this.#ours;
  }

  outward(timestamp: number): number {
    return Math.imul(timestamp, this.#ticksPerSample) >>> 0;
  }
}
