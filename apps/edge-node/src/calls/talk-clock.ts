/** How long somebody has served the customer of a call, transfers and pauses between them left out. */
export class TalkClock {
  #countedMs = 0;
  #sinceMs: number | null = null;

  get talkMs(): number {
    return this.#countedMs;
  }

  start(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  /** Idempotent. */
  stop(nowMs: number): void {
    if (this.#sinceMs !== null) this.#countedMs += nowMs - this.#sinceMs;
    this.#sinceMs = null;
  }
}
