/**
 * Where messages meet their transactions (RFC 3261 §17.1.3, §17.2.3): retransmissions are absorbed here and nowhere
 * above. The user agent hears new requests, ACKs of its 2xx, and stray 2xx; a CANCEL goes to whom it cancels.
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { sipTransactionsMax } from '../../limits.ts';
import { laidOut } from '../message/own-text.ts';
import { parseMessage } from '../message/parse-message.ts';
import type { SipRequest, SipResponse } from '../message/sip-message.ts';
import { branchCookie } from '../message/via.ts';
import {
  headerLine,
  writeResponse,
  type RequestDraft,
  type WrittenMessage,
} from '../message/write-message.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { ClientListener } from './client-listener.ts';
import { ClientTransaction } from './client-transaction.ts';
import { InviteClientTransaction } from './invite-client-transaction.ts';
import { InviteServerTransaction } from './invite-server-transaction.ts';
import { ServerTransaction } from './server-transaction.ts';
import { TimerQueue } from './timer-queue.ts';
import type { TransactionNetwork } from './transaction-network.ts';

export interface TransactionUser {
  /** Whether anything is kept or said for a request that is no part of what is known. */
  hears(request: SipRequest, flow: SipFlow): boolean;
  /** Whether a message that could not be read is answered. */
  hearsFaults(flow: SipFlow): boolean;
  /** Seconds until an INVITE from there may be tried again, where it cannot be looked at now. */
  refusesFor(flow: SipFlow): number | undefined;
  onInvite(request: SipRequest, transaction: InviteServerTransaction): void;
  onRequest(request: SipRequest, transaction: ServerTransaction): void;
  /** The ACK of a 2xx: it belongs to the dialog. */
  onAck(request: SipRequest, flow: SipFlow): void;
  /** A 2xx to an INVITE whose transaction is over. */
  onStrayAnswer(response: SipResponse, flow: SipFlow): void;
}

export interface TransactionLayerOptions {
  readonly clock: Clock;
  readonly user: TransactionUser;
  readonly send: (octets: Buffer, flow: SipFlow, onFailure?: (cause: Error) => void) => void;
  readonly trace?: MessageTrace | undefined;
}

export type MessageTrace = (
  direction: 'in' | 'out',
  flow: SipFlow,
  startLine: string,
  callId: string,
  atMs: number,
  /** The whole message as it came or goes; to be kept, and not to be written to. */
  message: Buffer,
) => void;

type ServerSide = InviteServerTransaction | ServerTransaction;
type ClientSide = InviteClientTransaction | ClientTransaction;

export class TransactionLayer {
  readonly timers: TimerQueue;
  messagesIn = 0;
  messagesOut = 0;
  malformedIn = 0;
  readonly #options: TransactionLayerOptions;
  readonly #servers = new Map<string, ServerSide>();
  readonly #clients = new Map<string, ClientSide>();
  readonly #serverNetwork: TransactionNetwork;
  readonly #clientNetwork: TransactionNetwork;

  constructor(options: TransactionLayerOptions) {
    this.#options = options;
    this.timers = new TimerQueue(options.clock);
    const send = this.send.bind(this);
    this.#serverNetwork = { timers: this.timers, send, forget: (key) => this.#servers.delete(key) };
    this.#clientNetwork = { timers: this.timers, send, forget: (key) => this.#clients.delete(key) };
  }

  get size(): number {
    return this.#servers.size + this.#clients.size;
  }

  receive(octets: Buffer, flow: SipFlow): void {
    const message = parseMessage(octets, flow);
    if (message.kind === 'keep-alive') return;
    this.messagesIn++;
    if (message.kind === 'malformed') {
      this.malformedIn++;
      if (message.answer !== '' && this.#options.user.hearsFaults(flow)) {
        const startLine = `SIP/2.0 ${message.status} ${message.reason}`;
        const octets = Buffer.from(message.answer);
        this.send({ octets, packed: '', startLine, callId: '' }, flow);
      }
      return;
    }
    const { trace, clock } = this.#options;
    trace?.('in', flow, message.startLine, message.callId, clock.nowMs(), octets);
    if (message.kind === 'response') this.#onResponse(message, flow);
    else this.#onRequest(message, flow);
  }

  /** Sends without a transaction: an ACK of a 2xx, a 2xx again. */
  send(message: WrittenMessage, flow: SipFlow, onFailure?: (cause: Error) => void): void {
    this.messagesOut++;
    const { trace, clock } = this.#options;
    trace?.('out', flow, message.startLine, message.callId, clock.nowMs(), message.octets);
    this.#options.send(message.octets, flow, onFailure);
  }

  /** `branch` is the one within `draft.via`. */
  request(draft: RequestDraft, branch: string, flow: SipFlow, listener: ClientListener): ClientSide {
    const key = clientKey(branch, draft.method);
    const transaction =
      draft.method === 'INVITE'
        ? new InviteClientTransaction(this.#clientNetwork, key, draft, flow, listener)
        : new ClientTransaction(this.#clientNetwork, key, draft, flow, listener);
    this.#clients.set(key, transaction);
    transaction.start();
    return transaction;
  }

  /** Ends everything without a further message. */
  close(): void {
    for (const transaction of [...this.#servers.values(), ...this.#clients.values()]) transaction.terminate();
    this.timers.clear();
  }

  #onResponse(response: SipResponse, flow: SipFlow): void {
    // RFC 3261 §17.1.3: the branch of the topmost Via, and the method in CSeq.
    const transaction = this.#clients.get(clientKey(response.via.branch, response.method));
    if (transaction?.method === response.method) transaction.onResponse(response);
    else if (response.method === 'INVITE' && response.status >= 200 && response.status < 300) {
      this.#options.user.onStrayAnswer(response, flow);
    }
  }

  #onRequest(request: SipRequest, flow: SipFlow): void {
    const { method } = request;
    const key = serverKey(request, method === 'ACK' ? 'INVITE' : method);
    const known = this.#servers.get(key);
    if (method === 'ACK') {
      const isConsumed = known?.kind === 'invite-server' && known.onAck();
      if (!isConsumed) this.#options.user.onAck(request, flow);
      return;
    }
    const isPart = method === 'CANCEL' && this.#servers.has(serverKey(request, 'INVITE'));
    if (!isPart && !this.#options.user.hears(request, flow)) return;
    if (known) {
      known.onRetransmission();
      return;
    }
    if (this.#servers.size >= sipTransactionsMax) {
      this.send(writeResponse(request, { status: 503, toTag: 'overload' }), flow);
      return;
    }
    if (method === 'INVITE') {
      const retryAfterSeconds = request.toTag === '' ? this.#options.user.refusesFor(flow) : undefined;
      if (retryAfterSeconds !== undefined) {
        this.#refuseWithoutState(request, flow, retryAfterSeconds);
        return;
      }
      const transaction = new InviteServerTransaction(this.#serverNetwork, laidOut(key), request, flow);
      this.#servers.set(transaction.key, transaction);
      this.#options.user.onInvite(request, transaction);
      return;
    }
    const transaction = new ServerTransaction(this.#serverNetwork, laidOut(key), flow);
    this.#servers.set(transaction.key, transaction);
    if (method === 'CANCEL') this.#onCancel(request, transaction);
    else this.#options.user.onRequest(request, transaction);
  }

  /** RFC 3261 §8.2.7: a stateless answer has the same To tag each time it is asked for; §21.5.4: 503 says when to come again. */
  #refuseWithoutState(request: SipRequest, flow: SipFlow, retryAfterSeconds: number): void {
    const lines = headerLine('Retry-After', String(retryAfterSeconds));
    this.send(writeResponse(request, { status: 503, toTag: 'overload', lines }), flow);
  }

  #onCancel(request: SipRequest, transaction: ServerTransaction): void {
    // RFC 3261 §9.2: matched as if it were the INVITE; 481 where there is none, 200 where there is.
    const invite = this.#servers.get(serverKey(request, 'INVITE'));
    const isFound = invite?.kind === 'invite-server';
    const status = isFound ? 200 : 481;
    const toTag = isFound ? invite.toTag : 'cancel';
    transaction.respond(status, writeResponse(request, { status, toTag }));
    // RFC 3261 §9.2: after a final response a CANCEL has no effect.
    if (isFound && invite.state === 'proceeding') invite.user?.onCancel(request);
  }
}

/** No two requests of ours share a branch, except a CANCEL with what it cancels (RFC 3261 §9.1). */
function clientKey(branch: string, method: string): string {
  return method === 'CANCEL' ? `${branch} CANCEL` : branch;
}

function serverKey(request: SipRequest, method: string): string {
  const { via } = request;
  if (via.branch.startsWith(branchCookie)) return `${via.branch} ${via.host} ${via.port ?? ''} ${method}`;
  // RFC 3261 §17.2.3, for clients of RFC 2543: To tag left out, since an ACK has one where its INVITE had none.
  return `${request.uriText} ${request.fromTag} ${request.callId} ${request.cseq} ${via.host} ${via.port ?? ''} ${via.branch} ${method}`;
}
