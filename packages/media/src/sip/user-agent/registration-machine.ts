/**
 * When to register with somebody else's registrar, and what its answer means (RFC 3261 §10.2): refreshed well before it runs
 * out, tried again with growing pauses where it fails, for as long as the registrar wants it, taken back when told to. Sends
 * nothing and waits for nothing; whoever owns it does.
 */
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import {
  sipRegistrationBackOffMaxMs,
  sipRegistrationBackOffMs,
  sipRegistrationSecondsMax,
  sipRefreshPauseMinMs,
} from '../../limits.ts';

export type RegistrationState = 'registering' | 'registered' | 'failed' | 'over';

export interface RegisterAnswer {
  readonly status: number;
  /** What the registrar granted our contact. */
  readonly expiresSeconds?: number;
  /** Of a 423. */
  readonly minExpiresSeconds?: number;
  readonly retryAfterSeconds?: number;
  /** Where the registrar wants requests of ours to go first (RFC 3608 §6.1). */
  readonly serviceRoutes?: readonly string[];
}

export type RegistrationInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'answered'; readonly answer: RegisterAnswer }
  | { readonly kind: 'wake' }
  | { readonly kind: 'remove' };

export type RegistrationEffect =
  | { readonly kind: 'register'; readonly expiresSeconds: number }
  | { readonly kind: 'wake-after'; readonly delayMs: number };

export class RegistrationMachine {
  state: RegistrationState = 'registering';
  /** The final status of the last attempt; 0 before there was one. */
  status = 0;
  #wantedSeconds: number;
  #isAsking = false;
  #failures = 0;
  #validUntilMs = 0;

  constructor(wantedSeconds: number) {
    this.#wantedSeconds = wantedSeconds;
  }

  /** Calls still reach us: a refresh that failed does not undo what stands. */
  isValid(nowMs: number): boolean {
    return nowMs < this.#validUntilMs;
  }

  handle(input: RegistrationInput, nowMs: number, random: Random): readonly RegistrationEffect[] {
    if (this.state === 'over') return [];
    switch (input.kind) {
      case 'start':
      case 'wake':
        return this.#isAsking ? [] : this.#ask();
      case 'answered':
        return this.#answered(input.answer, nowMs, random);
      case 'remove':
        return this.#remove(nowMs);
    }
  }

  #ask(): RegistrationEffect[] {
    this.#isAsking = true;
    return [{ kind: 'register', expiresSeconds: this.#wantedSeconds }];
  }

  #answered(answer: RegisterAnswer, nowMs: number, random: Random): RegistrationEffect[] {
    this.#isAsking = false;
    this.status = answer.status;
    if (answer.status >= 200 && answer.status < 300) return this.#granted(answer, nowMs, random);
    // RFC 3261 §10.2.8: after a 423 the attempt is made again with at least what Min-Expires says.
    const least = answer.minExpiresSeconds ?? 0;
    if (answer.status === 423 && least > this.#wantedSeconds && least <= sipRegistrationSecondsMax) {
      this.#wantedSeconds = least;
      return this.#ask();
    }
    return this.#failed(answer, nowMs, random);
  }

  #granted(answer: RegisterAnswer, nowMs: number, random: Random): RegistrationEffect[] {
    this.#failures = 0;
    this.state = 'registered';
    // §10.2.4: what the registrar granted counts, not what was asked for.
    const grantedMs =
      Math.min(answer.expiresSeconds ?? this.#wantedSeconds, sipRegistrationSecondsMax) * 1_000;
    this.#validUntilMs = nowMs + grantedMs;
    // Between five and eight tenths of it, so that a lost refresh leaves time for another, and many lines do not refresh at once.
    const delayMs = Math.floor(grantedMs / 2) + randomInteger(random, Math.floor(grantedMs * 0.3) + 1);
    return [{ kind: 'wake-after', delayMs: Math.max(delayMs, sipRefreshPauseMinMs) }];
  }

  /** RFC 5626 §4.5: the pause doubles with each failure up to a bound, and a random half of it is left out. */
  #failed(
    { status, retryAfterSeconds = 0 }: RegisterAnswer,
    nowMs: number,
    random: Random,
  ): RegistrationEffect[] {
    if (!this.isValid(nowMs)) this.state = 'failed';
    // Whoever does not believe us will not soon, and may shut us out for asking too often.
    const isDisbelieved = status === 401 || status === 403 || status === 407;
    const bound = isDisbelieved
      ? sipRegistrationBackOffMaxMs
      : Math.min(sipRegistrationBackOffMaxMs, sipRegistrationBackOffMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    const pauseMs = Math.floor(bound / 2) + randomInteger(random, Math.floor(bound / 2) + 1);
    const askedMs = Math.min(retryAfterSeconds, sipRegistrationSecondsMax) * 1_000;
    return [{ kind: 'wake-after', delayMs: Math.max(pauseMs, askedMs) }];
  }

  #remove(nowMs: number): RegistrationEffect[] {
    this.state = 'over';
    // §10.2.2: an expiry of zero takes the contact back; also while an answer is awaited, which may be a grant.
    return this.isValid(nowMs) || this.#isAsking ? [{ kind: 'register', expiresSeconds: 0 }] : [];
  }
}
