/**
 * The INVITE server transaction: RFC 3261 §17.2.1 (figure 7) with the Accepted state of RFC 6026 §7.1. Absorbs
 * retransmitted INVITEs, repeats its last response, waits for the ACK of a refusal.
 *
 *   proceeding ──3xx-6xx──▶ completed ──ACK──▶ confirmed ──I──▶ terminated
 *       └────────2xx──────▶ accepted ──L──▶ terminated
 */
import type { SipRequest } from '../message/sip-message.ts';
import { unpackMessage, writeResponse, type WrittenMessage } from '../message/write-message.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { Timer } from './timer-queue.ts';
import { t1Ms, t2Ms, timerHMs, timerIMs, timerLMs, tryingDelayMs } from './timer-values.ts';
import { isReliable, type TransactionNetwork } from './transaction-network.ts';

export interface InviteServerUser {
  /** A CANCEL, answered already, of an INVITE that has no final response yet. */
  onCancel(cancel: SipRequest): void;
}

export class InviteServerTransaction {
  readonly kind = 'invite-server';
  readonly key: string;
  readonly flow: SipFlow;
  state: 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated' = 'proceeding';
  user: InviteServerUser | undefined;
  /** What the user calls its end of the dialog: a CANCEL is answered in the same name (RFC 3261 §9.2). */
  toTag = 'cancel';
  readonly #network: TransactionNetwork;
  #request: SipRequest | undefined;
  /** The last response. */
  #packed = '';
  #intervalMs = t1Ms;
  /** The 100 to come, then timer G. */
  #repeat: Timer | undefined;
  /** Timer H. */
  #end: Timer | undefined;

  constructor(network: TransactionNetwork, key: string, request: SipRequest, flow: SipFlow) {
    this.#network = network;
    this.key = key;
    this.flow = flow;
    this.#request = request;
    // RFC 3261 §17.2.1: a 100 within 200 ms unless the user answers sooner.
    this.#repeat = network.timers.set(tryingDelayMs, () => this.#sendTrying());
  }

  /** The INVITE again. */
  onRetransmission(): void {
    // RFC 3261 §17.2.1: the most recent provisional response, or in completed the final one, is passed on again.
    if ((this.state === 'proceeding' || this.state === 'completed') && this.#packed !== '') {
      this.#network.send(unpackMessage(this.#packed), this.flow);
    }
    // RFC 6026 §7.1: in accepted, retransmissions are absorbed; the user repeats its 2xx by itself.
  }

  /** True where the ACK was this transaction's own; a 2xx is acknowledged to the user. */
  onAck(): boolean {
    if (this.state === 'completed') {
      this.#cancelTimers();
      this.state = 'confirmed';
      this.#release();
      this.#endAfter(isReliable(this.flow) ? 0 : timerIMs);
    }
    return this.state === 'confirmed';
  }

  /** Ignored where the state has no room for it: a second final response, a provisional after a final. */
  respond(status: number, message: WrittenMessage): boolean {
    // RFC 6026 §7.1: in accepted, further 2xx go through.
    if (this.state === 'accepted' && status >= 200 && status < 300) {
      this.#network.send(message, this.flow);
      return true;
    }
    if (this.state !== 'proceeding') return false;
    this.#cancelTimers();
    this.#network.send(message, this.flow);
    this.#packed = message.packed;
    if (status >= 300) this.#complete();
    else if (status >= 200) {
      this.state = 'accepted';
      this.#release();
      this.#endAfter(timerLMs);
    }
    return true;
  }

  #complete(): void {
    this.state = 'completed';
    // RFC 3261 §9.2: nobody can be told of a CANCEL any more; only the response is wanted, until its ACK.
    this.#request = undefined;
    this.user = undefined;
    if (!isReliable(this.flow))
      this.#repeat = this.#network.timers.set(this.#intervalMs, () => this.#onTimerG());
    // RFC 3261 §17.2.1: a refusal that nobody acknowledged leaves nothing to undo.
    this.#end = this.#network.timers.set(timerHMs, () => this.#terminate());
  }

  #onTimerG(): void {
    this.#network.send(unpackMessage(this.#packed), this.flow);
    this.#intervalMs = Math.min(2 * this.#intervalMs, t2Ms);
    this.#repeat = this.#network.timers.set(this.#intervalMs, () => this.#onTimerG());
  }

  #sendTrying(): void {
    if (this.#packed !== '' || !this.#request) return;
    this.respond(100, writeResponse(this.#request, { status: 100, toTag: '' }));
  }

  #endAfter(delayMs: number): void {
    this.#network.timers.linger(delayMs, this);
  }

  terminate(): void {
    if (this.state !== 'terminated') this.#terminate();
  }

  #terminate(): void {
    this.state = 'terminated';
    this.#cancelTimers();
    this.#release();
    this.#network.forget(this.key);
  }

  /** Nothing of a call should stay in memory for the half minute its transaction lingers. */
  #release(): void {
    this.#request = undefined;
    this.#packed = '';
    this.user = undefined;
  }

  #cancelTimers(): void {
    this.#network.timers.cancel(this.#repeat);
    this.#network.timers.cancel(this.#end);
    this.#repeat = undefined;
    this.#end = undefined;
  }
}
