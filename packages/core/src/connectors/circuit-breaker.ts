/**
 * Leaves in peace what fails again and again: callers hear the error branch at once instead of after the timeout. When the rest is
 * over one question goes through, and its outcome decides for the others.
 */
export interface BreakerLimits {
  readonly failuresMax: number;
  readonly restMs: number;
}

export class CircuitBreaker {
  readonly #limits: BreakerLimits;
  #failures = 0;
  /** Of the trial as well: others wait for what comes of it, at most a rest long. */
  #restsUntilMs = 0;

  constructor(limits: BreakerLimits) {
    this.#limits = limits;
  }

  /** Whoever is let through tells the outcome. */
  lets(nowMs: number): boolean {
    if (this.#failures < this.#limits.failuresMax) return true;
    if (nowMs < this.#restsUntilMs) return false;
    this.#restsUntilMs = nowMs + this.#limits.restMs;
    return true;
  }

  /** `isThere`: it answered, whatever it said. */
  heard(isThere: boolean, nowMs: number): void {
    this.#failures = isThere ? 0 : this.#failures + 1;
    if (this.#failures >= this.#limits.failuresMax) this.#restsUntilMs = nowMs + this.#limits.restMs;
  }
}
