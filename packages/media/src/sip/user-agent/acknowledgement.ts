/**
 * The ACK of a 2xx, and the same again whenever that 2xx is repeated (RFC 3261 §13.2.2.4): all that an INVITE of ours keeps of
 * the dialogs it made, since its transaction lingers for half a minute after them.
 */
import { parseMessage } from '../message/parse-message.ts';
import { unpackMessage, type WrittenMessage } from '../message/write-message.ts';
import type { TransactionLayer } from '../transaction/transaction-layer.ts';
import type { SipFlow } from '../transport/sip-transport.ts';

export class Acknowledgement {
  readonly #layer: TransactionLayer;
  readonly #flow: SipFlow;
  readonly #packed: string;

  constructor(layer: TransactionLayer, message: WrittenMessage, flow: SipFlow) {
    this.#layer = layer;
    this.#flow = flow;
    this.#packed = message.packed;
    layer.send(message, flow);
  }

  /** The tag of whom it went to: read from it, since only an answer that comes again asks. */
  get toTag(): string {
    const ack = parseMessage(Buffer.from(this.#packed, 'latin1'), this.#flow);
    return ack.kind === 'request' ? ack.toTag : '';
  }

  again(): void {
    this.#layer.send(unpackMessage(this.#packed), this.#flow);
  }
}
