/**
 * A phone may tell one press of a key by two ways at once: in its sound (RFC 4733, or the tones themselves) and by signalling (SIP INFO). What
 * comes by the second way is the same press again: the same key, soon after, and as many times as by the first.
 */
export type KeyWay = 'sound' | 'signalling';

export interface KeyPress {
  readonly way: KeyWay;
  readonly key: string;
  readonly atMs: number;
}

/** The slower way is no later than this: a long press ends, an INFO is sent again once. */
export const keyEchoMs = 1_500;

export class KeyEcho {
  /** Presses that the other way has not told yet, the oldest first. */
  #open: KeyPress[] = [];

  /** Whether this press is known already; else it is one, and is known from now on. */
  isEcho(press: KeyPress): boolean {
    this.#open = this.#open.filter(({ atMs }) => press.atMs - atMs <= keyEchoMs);
    const at = this.#open.findIndex(({ way, key }) => way !== press.way && key === press.key);
    if (at < 0) this.#open.push(press);
    else this.#open.splice(at, 1);
    return at >= 0;
  }
}
