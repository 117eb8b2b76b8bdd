/**
 * Shuts out who guesses: some failures are forgiven, those beyond them cost a time that doubles with each, and quiet brings
 * everything back. Decides by the time it is told; what a key is (an address, a user) is its caller's affair.
 */
import { RecentMap } from './recent-map.ts';

export interface GuessLimits {
  /** Failures that cost nothing. */
  readonly freeMax: number;
  /** One failure is forgiven in so long. */
  readonly forgiveMs: number;
  readonly shutMsMin: number;
  readonly shutMsMax: number;
  readonly keysMax: number;
}

interface Record {
  failures: number;
  countedAtMs: number;
  shutUntilMs: number;
  /** How long it was shut last. */
  shutMs: number;
}

export class GuessLock {
  readonly #limits: GuessLimits;
  readonly #records: RecentMap<Record>;
  /** Until when; those whose time has passed are dropped when they are counted. */
  readonly #shut = new Map<string, number>();

  constructor(limits: GuessLimits) {
    this.#limits = limits;
    this.#records = new RecentMap(limits.keysMax);
  }

  get size(): number {
    return this.#records.size;
  }

  isShut(key: string, nowMs: number): boolean {
    return (this.#records.get(key)?.shutUntilMs ?? 0) > nowMs;
  }

  /** How many are shut out now. */
  shutOut(nowMs: number): number {
    for (const [key, untilMs] of this.#shut) if (untilMs <= nowMs) this.#shut.delete(key);
    return this.#shut.size;
  }

  fail(key: string, nowMs: number): void {
    const { freeMax, forgiveMs, shutMsMin, shutMsMax, keysMax } = this.#limits;
    const record = this.#records.get(key) ?? { failures: 0, countedAtMs: nowMs, shutUntilMs: 0, shutMs: 0 };
    const forgiven = Math.floor((nowMs - record.countedAtMs) / forgiveMs);
    // Quiet for as long as it was shut, after it was: the next time begins small.
    if (nowMs - record.shutUntilMs > Math.max(record.shutMs, freeMax * forgiveMs)) record.shutMs = 0;
    const left = record.failures - forgiven;
    record.countedAtMs = left > 0 ? record.countedAtMs + forgiven * forgiveMs : nowMs;
    record.failures = Math.max(0, left) + 1;
    if (record.failures > freeMax) {
      record.shutMs = Math.min(shutMsMax, record.shutMs === 0 ? shutMsMin : record.shutMs * 2);
      record.shutUntilMs = nowMs + record.shutMs;
      if (this.#shut.size < keysMax) this.#shut.set(key, record.shutUntilMs);
    }
    this.#records.set(key, record);
  }

  forget(key: string): void {
    this.#shut.delete(key);
    this.#records.delete(key);
  }
}
