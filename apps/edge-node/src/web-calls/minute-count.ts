/** How often each of many came within the minute of the clock: a new minute forgets all. */

export class MinuteCount {
  readonly #keysMax: number;
  readonly #counts = new Map<string, number>();
  #minute = 0;

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  /** Counts one more, unless that would be more than `max`. */
  take(key: string, max: number, nowMs: number): boolean {
    const minute = Math.floor(nowMs / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#counts.clear();
    }
    const count = this.#counts.get(key) ?? 0;
    if (count >= max || (count === 0 && this.#counts.size >= this.#keysMax)) return false;
    this.#counts.set(key, count + 1);
    return true;
  }
}
