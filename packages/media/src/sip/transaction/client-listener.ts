/** What the sender of a request hears of it. After a final response, a timeout or a failure nothing more comes (2xx to INVITE excepted). */
import type { SipResponse } from '../message/sip-message.ts';

export interface ClientListener {
  onResponse(response: SipResponse): void;
  /** RFC 3261 §8.1.3.1: treated as a 408. */
  onTimeout(): void;
  /** RFC 3261 §8.1.3.1: treated as a 503. */
  onTransportFailure(cause: Error): void;
}
