/** A mean and a rate that forget: what was seen last counts most. */

export class MeanLately {
  readonly #keeps: number;
  #sum = 0;
  #weight = 0;
  seen = 0;

  /** `memory`: of how many values it is the mean, about. */
  constructor(memory: number) {
    this.#keeps = 1 - 1 / memory;
  }

  add(value: number, weight = 1): void {
    this.seen++;
    this.#sum = this.#sum * this.#keeps + value;
    this.#weight = this.#weight * this.#keeps + weight;
  }

  /** Of values to the weights they came with; null before there was any. */
  get mean(): number | null {
    return this.#weight > 0 ? this.#sum / this.#weight : null;
  }
}

/** Events per millisecond. */
export class RateLately {
  readonly #memoryMs: number;
  #count = 0;
  #firstMs: number | null = null;
  #lastMs = 0;

  constructor(memoryMs: number) {
    this.#memoryMs = memoryMs;
  }

  note(nowMs: number): void {
    this.#count = this.#faded(nowMs) + 1;
    this.#firstMs ??= nowMs;
    this.#lastMs = nowMs;
  }

  perMs(nowMs: number): number {
    if (this.#firstMs === null) return 0;
    const watched = 1 - Math.exp(-Math.max(1, nowMs - this.#firstMs) / this.#memoryMs);
    // One event alone is no rate: its own beginning is not counted.
    const since = Math.max(0, this.#faded(nowMs) - Math.exp(-(nowMs - this.#firstMs) / this.#memoryMs));
    return since / (this.#memoryMs * watched);
  }

  #faded(nowMs: number): number {
    return this.#count * Math.exp(-Math.max(0, nowMs - this.#lastMs) / this.#memoryMs);
  }
}
