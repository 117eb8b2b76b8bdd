/** A-03 at the door: how many pages and calls an address, and how many calls a button, may have at a time and in a minute. */
import type { WebButton } from '@seatgrid/core/numbers/web-button.ts';
import { parseIpv6 } from '../ladder/parse-ipv6.ts';
import {
  visitorCallsAtOnceMax,
  visitorCallsPerMinuteMax,
  visitorPagesPerMinuteMax,
  visitorsCountedMax,
} from './limits.ts';
import { MinuteCount } from './minute-count.ts';

export class VisitorGate {
  readonly #pages = new MinuteCount(visitorsCountedMax);
  readonly #callsOfAddress = new MinuteCount(visitorsCountedMax);
  readonly #callsOfButton = new MinuteCount(visitorsCountedMax);
  readonly #inProgress = new Map<string, number>();

  mayLoad(address: string, nowMs: number): boolean {
    return this.#pages.take(hostOf(address), visitorPagesPerMinuteMax, nowMs);
  }

  /** Null: too many. Otherwise the call counts, until what is returned is called. */
  begin(address: string, button: WebButton, nowMs: number): (() => void) | null {
    const host = hostOf(address);
    if (this.#now(host) >= visitorCallsAtOnceMax || this.#now(button.id) >= button.callsAtOnceMax)
      return null;
    // An address that is over its measure must not use up the button's.
    if (!this.#callsOfAddress.take(host, visitorCallsPerMinuteMax, nowMs)) return null;
    if (!this.#callsOfButton.take(button.id, button.callsPerMinuteMax, nowMs)) return null;
    this.#add(host, 1);
    this.#add(button.id, 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#add(host, -1);
      this.#add(button.id, -1);
    };
  }

  #now(key: string): number {
    return this.#inProgress.get(key) ?? 0;
  }

  #add(key: string, change: 1 | -1): void {
    const count = this.#now(key) + change;
    if (count > 0) this.#inProgress.set(key, count);
    else this.#inProgress.delete(key);
  }
}

/** RFC 6177 §2: a site has a /64 at least, so that its addresses of IPv6 are one visitor's to choose from. */
export function hostOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=[0-9.]+$)/, '');
  return plain.includes(':') ? Buffer.from(parseIpv6(plain).subarray(0, 8)).toString('hex') : plain;
}
