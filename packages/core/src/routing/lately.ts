/** A mean and a rate that forget: what was seen last counts most. */

/** So many values, put together. */
export interface Seen {
  readonly count: number;
  readonly sum: number;
  readonly weight: number;
}

export class MeanLately {
  readonly #memory: number;
  readonly #keeps: number;
  #sum = 0;
  #weight = 0;
  seen = 0;

  /** `memory`: of how many values it is the mean, about. */
  constructor(memory: number) {
    this.#memory = memory;
    this.#keeps = 1 - 1 / memory;
  }

  add(value: number, weight = 1): void {
    this.addAll({ count: 1, sum: value, weight });
  }

  /** Of these nobody knows the order: each is taken for their mean. */
  addAll({ count, sum, weight }: Seen): void {
    if (count <= 0) return;
    const kept = this.#keeps ** count;
    const share = this.#counted(count) / count;
    this.#sum = this.#sum * kept + sum * share;
    this.#weight = this.#weight * kept + weight * share;
    this.seen += count;
  }

  /** Of values to the weights they came with; null before there was any. */
  get mean(): number | null {
    return this.#weight > 0 ? this.#sum / this.#weight : null;
  }

  /** As if they were the last of them: what `replace` makes the same mean of. */
  get lately(): Seen {
    const count = Math.min(this.seen, this.#memory);
    const share = count === 0 ? 0 : count / this.#counted(this.seen);
    return { count, sum: this.#sum * share, weight: this.#weight * share };
  }

  replace(seen: Seen): void {
    this.#sum = 0;
    this.#weight = 0;
    this.seen = 0;
    this.addAll(seen);
  }

  /** Of both as much as each has of all. */
  mix(other: Seen): void {
    const own = this.lately;
    const count = own.count + other.count;
    const share = Math.min(1, this.#memory / count);
    this.replace({
      count: Math.round(count * share),
      sum: (own.sum + other.sum) * share,
      weight: (own.weight + other.weight) * share,
    });
  }

  /** What so many weigh together by now, the last of them one. */
  #counted(count: number): number {
    return (1 - this.#keeps ** count) * this.#memory;
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
