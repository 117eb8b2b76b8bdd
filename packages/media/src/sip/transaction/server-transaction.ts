/**
 * The server transaction of every method but INVITE: RFC 3261 §17.2.2 (figure 8).
 *
 *   trying ──1xx──▶ proceeding ──2xx-6xx──▶ completed ──J──▶ terminated
 *      └──────────────2xx-6xx─────────────────▲
 */
import { unpackMessage, type WrittenMessage } from '../message/write-message.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import { timerJMs } from './timer-values.ts';
import { isReliable, type TransactionNetwork } from './transaction-network.ts';

export class ServerTransaction {
  readonly kind = 'server';
  readonly key: string;
  readonly flow: SipFlow;
  state: 'trying' | 'proceeding' | 'completed' | 'terminated' = 'trying';
  readonly #network: TransactionNetwork;
  /** The last response. */
  #packed = '';

  constructor(network: TransactionNetwork, key: string, flow: SipFlow) {
    this.#network = network;
    this.key = key;
    this.flow = flow;
  }

  onRetransmission(): void {
    // RFC 3261 §17.2.2: in trying it is discarded; after that the last response is repeated.
    if (this.#packed !== '') this.#network.send(unpackMessage(this.#packed), this.flow);
  }

  /** False where a final response has gone out already: any other is discarded. */
  respond(status: number, message: WrittenMessage): boolean {
    if (this.state === 'completed' || this.state === 'terminated') return false;
    this.#network.send(message, this.flow);
    this.#packed = message.packed;
    if (status < 200) this.state = 'proceeding';
    else {
      this.state = 'completed';
      this.#network.timers.linger(isReliable(this.flow) ? 0 : timerJMs, this);
    }
    return true;
  }

  terminate(): void {
    if (this.state === 'terminated') return;
    this.state = 'terminated';
    this.#packed = '';
    this.#network.forget(this.key);
  }
}
