/** What a transaction needs of the world: a wire, timers, and somebody to forget it when it is over. */
import type { WrittenMessage } from '../message/write-message.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { TimerQueue } from './timer-queue.ts';

export interface TransactionNetwork {
  readonly timers: TimerQueue;
  send(message: WrittenMessage, flow: SipFlow, onFailure?: (cause: Error) => void): void;
  /** The transaction is terminated; its key is free again. */
  forget(key: string): void;
}

export function isReliable(flow: SipFlow): boolean {
  return flow.protocol !== 'udp';
}
