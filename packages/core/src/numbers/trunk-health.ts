/**
 * Whether a trunk's far side answers, told by OPTIONS and by the calls themselves. A trunk that is down rests: calls take the
 * others, and it only where there is no other. What asks and waits is the node; here is decided what an answer means.
 */
import { randomInteger, type Random } from '../kernel/random.ts';

/** `unknown`: nothing was asked of it yet, or not since it last failed. */
export type TrunkState = 'unknown' | 'up' | 'down';

export type TrunkHealthInput =
  | { readonly kind: 'probe-answered' }
  | { readonly kind: 'probe-unanswered' }
  /** The far side said something about a call, whatever it was. */
  | { readonly kind: 'call-answered' }
  /** Silence, or no way to reach it. */
  | { readonly kind: 'call-unanswered' }
  /** 503 with Retry-After: it wants to be left alone so long. */
  | { readonly kind: 'turned-away'; readonly forMs: number }
  /** The rest is over, and nobody asks this trunk. */
  | { readonly kind: 'rested' };

export interface TrunkHealthLimits {
  readonly probeEveryMs: number;
  /** After one that was not answered. */
  readonly secondProbeMs: number;
  /** While it is down, and how long one that is never asked rests. */
  readonly restMs: number;
  readonly restMaxMs: number;
  /** OPTIONS in a row without an answer. */
  readonly missedMax: number;
}

export class TrunkHealth {
  state: TrunkState = 'unknown';
  sinceMs: number;
  readonly #limits: TrunkHealthLimits;
  #missed = 0;

  constructor(limits: TrunkHealthLimits, nowMs: number) {
    this.#limits = limits;
    this.sinceMs = nowMs;
  }

  /** How long until the trunk is to be looked at again; undefined: as was said before. */
  handle(input: TrunkHealthInput, nowMs: number, random: Random): number | undefined {
    const { probeEveryMs, secondProbeMs, restMs, restMaxMs, missedMax } = this.#limits;
    switch (input.kind) {
      case 'probe-answered':
        this.#missed = 0;
        this.#become('up', nowMs);
        return jittered(probeEveryMs, random);
      case 'probe-unanswered':
        // One may have been lost on the way: it is asked again before it is believed.
        if (++this.#missed < missedMax) return jittered(secondProbeMs, random);
        this.#become('down', nowMs);
        return jittered(restMs, random);
      case 'call-answered':
        // An answer to a call that rang out before it went down, or turned away, does not end the rest.
        if (this.state !== 'down') this.#become('up', nowMs);
        return undefined;
      case 'call-unanswered':
        this.#become('down', nowMs);
        return jittered(restMs, random);
      case 'turned-away':
        this.#become('down', nowMs);
        return Math.min(Math.max(input.forMs, restMs), restMaxMs);
      case 'rested':
        this.#become('unknown', nowMs);
        return undefined;
    }
  }

  #become(state: TrunkState, nowMs: number): void {
    if (this.state === state) return;
    this.state = state;
    this.sinceMs = nowMs;
  }
}

/** Up to a tenth off, so that nodes that started together do not ask together. */
function jittered(delayMs: number, random: Random): number {
  return delayMs - randomInteger(random, Math.ceil(delayMs / 10));
}

/** RFC 3261 §21.5, §21.4.9: a server's failure, or silence, says nothing of the callee, so that another trunk may be tried. */
export function blamesTrunk(status: number): boolean {
  // §8.1.3.1: no response counts as 408, no way there as 503. 401 and 407: it did not believe us.
  return (status >= 500 && status < 600) || status === 408 || status === 401 || status === 407;
}
