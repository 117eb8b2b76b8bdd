/**
 * What each source may ask of us before it is known, and who is shut out for guessing. A source is an IPv4 address or an IPv6
 * network; it is known while somebody behind it has lately proven who he is. Decides by the time it is told, in bounded
 * memory.
 */
import {
  sipGuessesPerSourceMax,
  sipGuessesPerUserMax,
  sipGuessForgiveMs,
  sipGuessShutMsMax,
  sipGuessShutMsMin,
  sipSourceKnownMs,
  sipSourcesRememberedMax,
  sipStrangerRequestsBurst,
  sipStrangerRequestsPerSecond,
} from '../../limits.ts';
import { GuessLock } from './guess-lock.ts';
import { RecentMap } from './recent-map.ts';

/** Who tries to prove what. */
export interface Attempt {
  readonly source: string;
  readonly realm: string;
  readonly username: string;
}

interface Allowance {
  left: number;
  atMs: number;
}

const common = {
  forgiveMs: sipGuessForgiveMs,
  shutMsMin: sipGuessShutMsMin,
  shutMsMax: sipGuessShutMsMax,
  keysMax: sipSourcesRememberedMax,
};

export class SourceGate {
  readonly #known = new RecentMap<number>(sipSourcesRememberedMax);
  readonly #allowances = new RecentMap<Allowance>(sipSourcesRememberedMax);
  readonly #guessing = new GuessLock({ ...common, freeMax: sipGuessesPerSourceMax });
  readonly #guessed = new GuessLock({ ...common, freeMax: sipGuessesPerUserMax });

  /** How much is remembered, for those who watch that it stays bounded. */
  get size(): number {
    return this.#known.size + this.#allowances.size + this.#guessing.size + this.#guessed.size;
  }

  /** Sources shut out for guessing. */
  shutOut(nowMs: number): number {
    return this.#guessing.shutOut(nowMs);
  }

  isKnown(source: string, nowMs: number): boolean {
    return nowMs - (this.#known.get(source) ?? -Infinity) < sipSourceKnownMs;
  }

  /** Whether a request of nobody we know is looked at. */
  admits(source: string, nowMs: number): boolean {
    if (this.isKnown(source, nowMs)) return true;
    if (this.#guessing.isShut(source, nowMs)) return false;
    const allowance = this.#allowances.get(source) ?? { left: sipStrangerRequestsBurst, atMs: nowMs };
    const earned = ((nowMs - allowance.atMs) * sipStrangerRequestsPerSecond) / 1_000;
    allowance.left = Math.min(sipStrangerRequestsBurst, allowance.left + earned);
    allowance.atMs = nowMs;
    this.#allowances.set(source, allowance);
    if (allowance.left < 1) return false;
    allowance.left--;
    return true;
  }

  /** Whether a proof is judged at all. Who has proven a name from here before is not shut out by guesses from elsewhere. */
  judges(attempt: Attempt, nowMs: number): boolean {
    return !this.#guessed.isShut(userOf(attempt), nowMs) || this.isKnown(pairOf(attempt), nowMs);
  }

  proven(attempt: Attempt, nowMs: number): void {
    this.#known.set(attempt.source, nowMs);
    this.#known.set(pairOf(attempt), nowMs);
    this.#guessing.forget(attempt.source);
  }

  failed(attempt: Attempt, nowMs: number): void {
    // A phone with a wrong password does not shut out the office it stands in: only its user is.
    if (!this.isKnown(attempt.source, nowMs)) this.#guessing.fail(attempt.source, nowMs);
    if (!this.isKnown(pairOf(attempt), nowMs)) this.#guessed.fail(userOf(attempt), nowMs);
  }
}

function userOf({ realm, username }: Attempt): string {
  return `${username}@${realm}`;
}

function pairOf(attempt: Attempt): string {
  return `${attempt.source} ${userOf(attempt)}`;
}
