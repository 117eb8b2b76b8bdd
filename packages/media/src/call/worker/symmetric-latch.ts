/**
 * Decides whose packets a leg believes and where its own go. It begins with what was signalled; the first packet from a
 * believed address tells the true port (symmetric RTP, RFC 4961), and only its source is heard from then on.
 */
import { latchHoldMs } from '../../limits.ts';

export class SymmetricLatch {
  #believed: readonly string[] = [];
  #signalledAddress = '';
  #signalledPort = 0;
  #isLatched = false;
  #lastMs = 0;
  /** Whom the description before had led to, and when that was replaced. */
  #former = { address: '', port: 0, untilMs: 0 };
  /** Where packets of ours go; no port means nowhere yet. */
  address = '';
  port = 0;

  /** A new description from the far end starts the search anew, unless it says what is known already. */
  signal(far: {
    readonly address: string;
    readonly port: number;
    readonly believed: readonly string[];
    readonly nowMs: number;
  }): void {
    const isSame = far.address === this.#signalledAddress && far.port === this.#signalledPort;
    this.#believed = far.believed;
    if (isSame) return;
    if (this.#isLatched)
      this.#former = { address: this.address, port: this.port, untilMs: far.nowMs + latchHoldMs };
    this.#signalledAddress = far.address;
    this.#signalledPort = far.port;
    this.#isLatched = false;
    this.address = far.address;
    this.port = far.port;
  }

  get isSignalled(): boolean {
    return this.#signalledPort !== 0;
  }

  /** Somebody at a believed address has spoken since the description came. */
  get isTaken(): boolean {
    return this.#isLatched;
  }

  /** True when packets from there are this leg's already. */
  holds(address: string, port: number, nowMs: number): boolean {
    if (!this.#isLatched || port !== this.port || address !== this.address) return false;
    this.#lastMs = nowMs;
    return true;
  }

  /** True when a packet from there may be this leg's: its proof, or its looks, must then tell. */
  couldTake(address: string, port: number, nowMs: number): boolean {
    if (!this.#believed.includes(address) || this.isFormer(address, port, nowMs)) return false;
    const isSignalled = address === this.#signalledAddress && port === this.#signalledPort;
    // A NAT may give a living stream another port, but never while the old one still speaks.
    return !this.#isLatched || isSignalled || nowMs - this.#lastMs >= latchHoldMs;
  }

  /**
   * A far end that moves still sends from its old place until it has heard that we know: these are its words, and no reason to
   * go back there. Where it has not moved after all, the old place is believed again after a while.
   */
  isFormer(address: string, port: number, nowMs: number): boolean {
    const former = this.#former;
    if (this.#isLatched || nowMs >= former.untilMs) return false;
    return port === former.port && address === former.address && port !== this.#signalledPort;
  }

  /** From there it is, and there our own packets go. */
  take(address: string, port: number, nowMs: number): void {
    this.#isLatched = true;
    this.#lastMs = nowMs;
    this.address = address;
    this.port = port;
  }
}
