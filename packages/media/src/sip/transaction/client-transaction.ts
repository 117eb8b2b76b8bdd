/**
 * The client transaction of every method but INVITE: RFC 3261 §17.1.2 (figure 6).
 *
 *   trying ──1xx──▶ proceeding ──2xx-6xx──▶ completed ──K──▶ terminated
 *      └──────────────2xx-6xx─────────────────▲
 */
import type { SipResponse } from '../message/sip-message.ts';
import { writeRequest, type RequestDraft, type WrittenMessage } from '../message/write-message.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { ClientListener } from './client-listener.ts';
import type { Timer } from './timer-queue.ts';
import { t1Ms, t2Ms, timerFMs, timerKMs } from './timer-values.ts';
import { isReliable, type TransactionNetwork } from './transaction-network.ts';

export class ClientTransaction {
  readonly kind = 'client';
  readonly key: string;
  readonly method: string;
  readonly flow: SipFlow;
  state: 'trying' | 'proceeding' | 'completed' | 'terminated' = 'trying';
  readonly #network: TransactionNetwork;
  #listener: ClientListener | undefined;
  #message: WrittenMessage | undefined;
  #intervalMs = t1Ms;
  /** Timer E. */
  #repeat: Timer | undefined;
  /** Timer F. */
  #end: Timer | undefined;

  constructor(
    network: TransactionNetwork,
    key: string,
    draft: RequestDraft,
    flow: SipFlow,
    listener: ClientListener,
  ) {
    this.#network = network;
    this.key = key;
    this.method = draft.method;
    this.flow = flow;
    this.#listener = listener;
    this.#message = writeRequest(draft);
  }

  start(): void {
    this.#network.send(this.#message!, this.flow, (cause) => this.#onTransportFailure(cause));
    if (!isReliable(this.flow))
      this.#repeat = this.#network.timers.set(this.#intervalMs, () => this.#onTimerE());
    this.#end = this.#network.timers.set(timerFMs, () => {
      const listener = this.#listener;
      this.terminate();
      listener?.onTimeout();
    });
  }

  onResponse(response: SipResponse): void {
    if (this.state === 'completed' || this.state === 'terminated') return;
    const listener = this.#listener;
    if (response.status < 200) this.state = 'proceeding';
    else {
      this.#cancelTimers();
      this.#message = undefined;
      this.#listener = undefined;
      this.state = 'completed';
      this.#network.timers.linger(isReliable(this.flow) ? 0 : timerKMs, this);
    }
    listener?.onResponse(response);
  }

  #onTimerE(): void {
    if (this.#message) this.#network.send(this.#message, this.flow);
    // RFC 3261 §17.1.2.2: doubling up to T2; once proceeding, T2 at once.
    this.#intervalMs = this.state === 'proceeding' ? t2Ms : Math.min(2 * this.#intervalMs, t2Ms);
    this.#repeat = this.#network.timers.set(this.#intervalMs, () => this.#onTimerE());
  }

  #onTransportFailure(cause: Error): void {
    if (this.state !== 'trying') return;
    const listener = this.#listener;
    this.terminate();
    listener?.onTransportFailure(cause);
  }

  terminate(): void {
    if (this.state === 'terminated') return;
    this.state = 'terminated';
    this.#listener = undefined;
    this.#cancelTimers();
    this.#network.forget(this.key);
  }

  #cancelTimers(): void {
    this.#network.timers.cancel(this.#repeat);
    this.#network.timers.cancel(this.#end);
    this.#repeat = undefined;
    this.#end = undefined;
  }
}
