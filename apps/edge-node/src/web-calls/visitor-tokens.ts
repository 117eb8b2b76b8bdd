/** A page that was handed out may call once, soon, from where it was loaded: a token of chance for each, kept by this node alone. */
import { randomHex, type Random } from '@seatgrid/core/kernel/random.ts';
import type { WebButtonId } from '@seatgrid/core/numbers/web-button.ts';
import { visitorTokenMaxMs, visitorTokensMax } from './limits.ts';
import { hostOf } from './visitor-gate.ts';

interface HandedOut {
  readonly buttonId: WebButtonId;
  readonly host: string;
  readonly untilMs: number;
}

const tokenOctets = 24;

export class VisitorTokens {
  readonly #random: Random;
  /** In the order of their time, which is that of their end. */
  readonly #tokens = new Map<string, HandedOut>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Undefined when too many pages are open that have not called. */
  give(buttonId: WebButtonId, address: string, nowMs: number): string | undefined {
    for (const [token, { untilMs }] of this.#tokens) {
      if (untilMs > nowMs) break;
      this.#tokens.delete(token);
    }
    if (this.#tokens.size >= visitorTokensMax) return undefined;
    const token = randomHex(this.#random, tokenOctets);
    this.#tokens.set(token, { buttonId, host: hostOf(address), untilMs: nowMs + visitorTokenMaxMs });
    return token;
  }

  /** The button it was handed out for, once. */
  take(token: string, address: string, nowMs: number): WebButtonId | undefined {
    const given = this.#tokens.get(token);
    if (!given || given.host !== hostOf(address)) return undefined;
    this.#tokens.delete(token);
    return given.untilMs > nowMs ? given.buttonId : undefined;
  }
}
