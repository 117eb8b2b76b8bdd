/**
 * A confirmed dialog and the session in it (RFC 3261 §13 to §15): BYE both ways, re-INVITE both ways, what else arrives.
 * Made by `incoming-invite` on our 2xx and by `outgoing-invite` on theirs.
 */
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import type { DialogState } from '../dialog/dialog-state.ts';
import { repeatAnswer, type AnswerRepeat } from '../dialog/answer-repeat.ts';
import type { SipRequest, SipResponse } from '../message/sip-message.ts';
import {
  headerLine,
  writeRequest,
  writeResponse,
  type RequestDraft,
  type WrittenMessage,
} from '../message/write-message.ts';
import { sipMaxForwards } from '../../limits.ts';
import type { InviteServerTransaction } from '../transaction/invite-server-transaction.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Timer } from '../transaction/timer-queue.ts';
import type { AgentCore, DialogParty, Outcome } from './agent-core.ts';
import { readInfoDigit } from './info-digit.ts';
import { acceptLine, allowLine, inspectRequest } from './inspect-request.ts';
import { reasonLine, reasonOf, type SipReason } from './reason-header.ts';
import { readRefer } from './refer-to.ts';
import { sendRequest, type SentRequest } from './sent-request.ts';
import type { Dialog, DialogEnd, DialogListener } from './sip-user-agent.ts';

type ReinviteOutcome = Awaited<ReturnType<Dialog['reinvite']>>;

export interface EstablishedDialogOptions {
  readonly core: AgentCore;
  readonly state: DialogState;
  readonly listener: DialogListener;
  /** The user part of our Contact. */
  readonly localUser: string;
  /** Who made the Call-ID: RFC 3261 §14.1 lets that side wait longer after a collision. */
  readonly isCaller: boolean;
}

export class EstablishedDialog implements Dialog, DialogParty {
  readonly #core: AgentCore;
  readonly #state: DialogState;
  readonly #listener: DialogListener;
  readonly #localUser: string;
  readonly #isCaller: boolean;
  #isEnded = false;
  /** Our 2xx that waits for its ACK, the number of its INVITE, and whether it carried an offer. */
  #answer: AnswerRepeat | undefined;
  #answerCseq = 0;
  #isAnswerOffer = false;
  /** What has to wait until that ACK is here. */
  #afterAck: (() => void) | undefined;
  #ending: SentRequest | undefined;
  #offering: ((outcome: ReinviteOutcome) => void) | undefined;
  /** Our re-INVITE is out and has no final response; between two attempts it is not. */
  #isInviteOut = false;
  #retry: Timer | undefined;
  /** The ACK of the last 2xx we received, for when that is repeated. */
  #ack: WrittenMessage | undefined;

  constructor(options: EstablishedDialogOptions) {
    this.#core = options.core;
    this.#state = options.state;
    this.#listener = options.listener;
    this.#localUser = options.localUser;
    this.#isCaller = options.isCaller;
    options.core.dialogs.set(options.state.localTag, this);
  }

  get sipCallId(): string {
    return this.#state.callId;
  }

  get localTag(): string {
    return this.#state.localTag;
  }

  get remoteTag(): string {
    return this.#state.remoteTag;
  }

  belongs(request: SipRequest): boolean {
    return this.#state.belongs(request);
  }

  // What we do.

  bye(reason?: SipReason): void {
    if (this.#isEnded) return;
    const lines = reason ? reasonLine(reason) : '';
    // RFC 3261 §15: the callee must not send BYE before the ACK of its 2xx, or before it gave up waiting for it.
    this.#whenAcknowledged(() => this.#sendBye(lines));
    this.#end(reason ? { by: 'local', reason } : { by: 'local' });
  }

  reinvite(sdp: string): Promise<ReinviteOutcome> {
    return new Promise((settle) => {
      // RFC 3261 §14.1: no new INVITE while another is in progress in either direction.
      if (this.#isEnded) settle({ ok: false, status: 481 });
      else if (this.#offering) settle({ ok: false, status: 491 });
      else {
        this.#offering = settle;
        this.#whenAcknowledged(() => this.#sendReinvite(sdp, 'first'));
      }
    });
  }

  info(contentType: string, body: string): void {
    if (this.#isEnded) return;
    this.#send('INFO', { contentType, body }, () => {});
  }

  /** The ACK of a 2xx of theirs; `body` answers an offer that came in it. */
  acknowledge(cseq: number, authorization: string, body: string): void {
    const { flow } = this.#state;
    const via = this.#core.via(flow, this.#core.newBranch());
    const lines = authorization + this.#core.userAgentLine;
    const draft = this.#state.request({ method: 'ACK', cseq, via, maxForwards: sipMaxForwards, lines, body });
    this.#ack = writeRequest(draft);
    this.#core.layer.send(this.#ack, flow);
  }

  /** The 2xx was repeated: so is its ACK (RFC 3261 §13.2.2.4). */
  acknowledgeAgain(): void {
    if (this.#ack) this.#core.layer.send(this.#ack, this.#state.flow);
  }

  /** Our 2xx to the INVITE or re-INVITE, repeated until the ACK. */
  sendAnswer(
    request: SipRequest,
    transaction: InviteServerTransaction,
    sdp: string,
    recordRoute: string,
  ): void {
    const lines =
      recordRoute +
      this.#core.contactLine(transaction.flow, this.#localUser) +
      allowLine +
      this.#core.serverLine;
    const message = writeResponse(request, { status: 200, toTag: this.localTag, lines, body: sdp });
    this.#answer?.stop();
    transaction.respond(200, message);
    this.#answerCseq = request.cseq;
    this.#isAnswerOffer = request.sdp === '';
    this.#answer = repeatAnswer(
      this.#core.timers,
      () => transaction.respond(200, message),
      () => this.#onNoAck(),
    );
  }

  // What they do.

  onAck(request: SipRequest): void {
    if (!this.#answer?.isWaiting || request.cseq !== this.#answerCseq) return;
    this.#answer.stop();
    const { sdp } = request;
    if (this.#isAnswerOffer && sdp !== '' && !this.#isEnded) this.#listener.onLateAnswer?.(sdp);
    this.#runAfterAck();
  }

  onInvite(request: SipRequest, transaction: InviteServerTransaction): void {
    const refusal = this.#refusalOf(request) ?? (this.#isInviteOut ? { status: 491 } : undefined);
    if (refusal) {
      this.#core.answer(request, transaction, { ...refusal, toTag: this.localTag });
      return;
    }
    this.#state.refreshTarget(request, transaction.flow);
    const answer = this.#listener.onReinvite(request.sdp);
    if (typeof answer === 'string') this.sendAnswer(request, transaction, answer, '');
    else this.#core.answer(request, transaction, { status: answer, toTag: this.localTag });
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const outcome = this.#refusalOf(request) ?? this.#follow(request, transaction);
    if (outcome) this.#core.answer(request, transaction, { ...outcome, toTag: this.localTag });
  }

  #refusalOf(request: SipRequest): Outcome | undefined {
    // RFC 3261 §12.2.2: out of order.
    if (!this.#state.takeSequence(request.cseq)) return { status: 500, reason: 'Sequence Number Too Low' };
    if (this.#isEnded) return request.method === 'BYE' ? { status: 200 } : { status: 481 };
    return inspectRequest(request);
  }

  /** The answer, unless it was given within. */
  #follow(request: SipRequest, transaction: ServerTransaction): Outcome | undefined {
    switch (request.method) {
      case 'BYE': {
        this.#core.answer(request, transaction, { status: 200, toTag: this.localTag });
        const reason = reasonOf(request);
        this.#end(reason ? { by: 'remote', reason } : { by: 'remote' });
        this.#leave();
        return undefined;
      }
      case 'UPDATE':
        return this.#onUpdate(request, transaction);
      case 'INFO':
        return this.#onInfo(request);
      case 'REFER':
        return this.#onRefer(request, transaction);
      case 'OPTIONS':
        return { status: 200, lines: allowLine + acceptLine };
      case 'NOTIFY':
        // The progress of a REFER nobody here sends.
        return { status: 481 };
      default:
        return { status: 405, lines: allowLine };
    }
  }

  #onUpdate(request: SipRequest, transaction: ServerTransaction): Outcome {
    // RFC 3311 §5.2: an offer of ours is open.
    if (this.#isInviteOut && request.sdp !== '') return { status: 491 };
    this.#state.refreshTarget(request, transaction.flow);
    const lines = this.#core.contactLine(transaction.flow, this.#localUser);
    if (request.sdp === '') return { status: 200, lines };
    const answer = this.#listener.onReinvite(request.sdp);
    return typeof answer === 'string' ? { status: 200, lines, body: answer } : { status: answer };
  }

  #onInfo(request: SipRequest): Outcome {
    const digit = readInfoDigit(request);
    if (digit) this.#listener.onInfoDigit?.(digit.digit, digit.durationMs);
    else if (request.head.body.length > 0) return { status: 415, lines: acceptLine };
    return { status: 200 };
  }

  #onRefer(request: SipRequest, transaction: ServerTransaction): undefined {
    const target = readRefer(request);
    const status = target ? (this.#listener.onRefer?.(target) ?? 603) : 400;
    this.#core.answer(request, transaction, { status, toTag: this.localTag });
    if (status >= 300 || this.#isEnded) return;
    // RFC 3515 §2.4.4: the referrer is told; ours is an end of it already, what follows is the node's business.
    const lines =
      headerLine('Event', 'refer') + headerLine('Subscription-State', 'terminated;reason=noresource');
    this.#send(
      'NOTIFY',
      { lines, contentType: 'message/sipfrag;version=2.0', body: 'SIP/2.0 200 OK\r\n' },
      () => {},
    );
  }

  // Ends.

  #end(end: DialogEnd): void {
    this.#isEnded = true;
    this.#core.timers.cancel(this.#retry);
    const settle = this.#offering;
    this.#offering = undefined;
    settle?.({ ok: false, status: 481 });
    this.#listener.onEnded(end);
  }

  #leave(): void {
    this.#answer?.stop();
    this.#afterAck = undefined;
    this.#core.dialogs.delete(this.localTag);
  }

  #onNoAck(): void {
    // RFC 3261 §13.3.1.4: without an ACK the session SHOULD be ended with a BYE.
    this.#answer = undefined;
    if (this.#isEnded) this.#runAfterAck();
    else {
      this.#sendBye('');
      this.#end({ by: 'timeout' });
    }
  }

  #whenAcknowledged(act: () => void): void {
    if (this.#answer?.isWaiting) this.#afterAck = act;
    else act();
  }

  #runAfterAck(): void {
    const next = this.#afterAck;
    this.#afterAck = undefined;
    next?.();
  }

  #sendBye(lines: string): void {
    if (this.#ending) return;
    this.#ending = this.#send('BYE', { lines }, () => this.#leave());
  }

  #sendReinvite(sdp: string, attempt: 'first' | 'second'): void {
    if (!this.#offering) return;
    this.#isInviteOut = true;
    const { flow } = this.#state;
    const lines = this.#core.contactLine(flow, this.#localUser) + allowLine;
    let isAnswered = false;
    const sent: SentRequest = this.#send('INVITE', { lines, body: sdp }, (status, response) => {
      if (!isAnswered) this.#isInviteOut = false;
      if (status >= 200 && status < 300 && response) {
        if (isAnswered) this.acknowledgeAgain();
        else {
          isAnswered = true;
          this.#state.refreshTarget(response);
          this.acknowledge(response.cseq, sent.authorization, '');
          this.#settle({ ok: true, sdp: response.sdp });
        }
      } else if (status === 491 && attempt === 'first' && this.#offering) this.#retryReinvite(sdp);
      else {
        this.#settle({ ok: false, status });
        // RFC 3261 §12.2.1.2: the other side has lost the dialog, or is gone.
        if ((status === 408 || status === 481) && !this.#isEnded) {
          this.#sendBye('');
          this.#end({ by: 'timeout' });
        }
      }
    });
  }

  #retryReinvite(sdp: string): void {
    // RFC 3261 §14.1: the owner of the Call-ID waits 2.1 to 4 s, the other 0 to 2 s, in steps of 10 ms.
    const delayMs = this.#isCaller
      ? 2_100 + 10 * randomInteger(this.#core.random, 191)
      : 10 * randomInteger(this.#core.random, 201);
    this.#retry = this.#core.timers.set(delayMs, () => {
      this.#whenAcknowledged(() => this.#sendReinvite(sdp, 'second'));
    });
  }

  #settle(outcome: ReinviteOutcome): void {
    const settle = this.#offering;
    this.#offering = undefined;
    settle?.(outcome);
  }

  /** `done` hears each final status; 408 for silence, 503 for a network that failed. */
  #send(
    method: string,
    content: Pick<RequestDraft, 'lines' | 'contentType' | 'body'>,
    done: (status: number, response?: SipResponse) => void,
  ): SentRequest {
    const { flow } = this.#state;
    const core = this.#core;
    return sendRequest(
      core,
      flow,
      (via, authorization) => {
        const lines = authorization + (content.lines ?? '') + core.userAgentLine;
        return this.#state.request({ ...content, method, via, maxForwards: sipMaxForwards, lines });
      },
      {
        onResponse: (response) => response.status >= 200 && done(response.status, response),
        onTimeout: () => done(408),
        onTransportFailure: () => done(503),
      },
    );
  }
}
