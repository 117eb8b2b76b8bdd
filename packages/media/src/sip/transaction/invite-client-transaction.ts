/**
 * The INVITE client transaction: RFC 3261 §17.1.1 (figure 5) with the Accepted state of RFC 6026 §7.2. Repeats the
 * INVITE until something comes back, acknowledges every refusal by itself.
 *
 *   calling ──1xx──▶ proceeding ──3xx-6xx──▶ completed ──D──▶ terminated
 *      └──2xx────────────┴──2xx──▶ accepted ──M──▶ terminated
 */
import type { SipResponse } from '../message/sip-message.ts';
import { writeRequest, type RequestDraft, type WrittenMessage } from '../message/write-message.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { ClientListener } from './client-listener.ts';
import type { Timer } from './timer-queue.ts';
import { t1Ms, timerBMs, timerDMs, timerMMs } from './timer-values.ts';
import { isReliable, type TransactionNetwork } from './transaction-network.ts';

export class InviteClientTransaction {
  readonly kind = 'invite-client';
  readonly method = 'INVITE';
  readonly key: string;
  readonly flow: SipFlow;
  listener: ClientListener;
  state: 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated' = 'calling';
  readonly #network: TransactionNetwork;
  #draft: RequestDraft | undefined;
  #message: WrittenMessage | undefined;
  #ack: WrittenMessage | undefined;
  #intervalMs = t1Ms;
  /** Timer A. */
  #repeat: Timer | undefined;
  /** Timer B. */
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
    this.flow = flow;
    this.#draft = draft;
    this.listener = listener;
    this.#message = writeRequest(draft);
  }

  start(): void {
    this.#network.send(this.#message!, this.flow, (cause) => this.#onTransportFailure(cause));
    if (!isReliable(this.flow))
      this.#repeat = this.#network.timers.set(this.#intervalMs, () => this.#onTimerA());
    this.#end = this.#network.timers.set(timerBMs, () => {
      this.terminate();
      this.listener.onTimeout();
    });
  }

  onResponse(response: SipResponse): void {
    const { status } = response;
    switch (this.state) {
      case 'calling':
      case 'proceeding':
        this.#cancelTimers();
        this.#message = undefined;
        if (status < 200) this.state = 'proceeding';
        else if (status < 300) {
          this.state = 'accepted';
          this.#draft = undefined;
          this.#endAfter(timerMMs);
        } else this.#complete(response);
        this.listener.onResponse(response);
        return;
      case 'completed':
        // RFC 3261 §17.1.1.2: a final response again is acknowledged again, and not told.
        if (status >= 300 && this.#ack) this.#network.send(this.#ack, this.flow);
        return;
      case 'accepted':
        // RFC 6026 §7.2: 2xx, repeated or of another branch of a fork, go to the user.
        if (status >= 200 && status < 300) this.listener.onResponse(response);
        return;
      case 'terminated':
        return;
    }
  }

  #complete(response: SipResponse): void {
    this.state = 'completed';
    // RFC 3261 §17.1.1.3: same Via, Request-URI, From, Call-ID, sequence number and Route; To of the response.
    const { lines: _lines, body: _body, ...draft } = this.#draft!;
    this.#draft = undefined;
    this.#ack = writeRequest({ ...draft, method: 'ACK', to: response.field('To')! });
    this.#network.send(this.#ack, this.flow);
    this.#endAfter(isReliable(this.flow) ? 0 : timerDMs);
  }

  #onTimerA(): void {
    if (this.#message) this.#network.send(this.#message, this.flow);
    this.#intervalMs *= 2;
    this.#repeat = this.#network.timers.set(this.#intervalMs, () => this.#onTimerA());
  }

  #onTransportFailure(cause: Error): void {
    if (this.state !== 'calling') return;
    this.terminate();
    this.listener.onTransportFailure(cause);
  }

  #endAfter(delayMs: number): void {
    this.#network.timers.linger(delayMs, this);
  }

  terminate(): void {
    if (this.state === 'terminated') return;
    this.state = 'terminated';
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
