/**
 * A confirmed dialog and the session in it (RFC 3261 §13 to §15): BYE both ways, re-INVITE both ways, what else arrives.
 * Made by `incoming-invite` on our 2xx and by `outgoing-invite` on theirs.
 */
import { sipMaxForwards } from '../../limits.ts';
import { repeatAnswer, type AnswerRepeat } from '../dialog/answer-repeat.ts';
import type { DialogState } from '../dialog/dialog-state.ts';
import type { WantedInterval } from '../dialog/session-interval.ts';
import type { SipRequest, SipResponse } from '../message/sip-message.ts';
import { writeRequest, writeResponse } from '../message/write-message.ts';
import type { InviteServerTransaction } from '../transaction/invite-server-transaction.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { Acknowledgement } from './acknowledgement.ts';
import type { AgentCore, DialogParty, Outcome } from './agent-core.ts';
import { sendInDialog, type InDialogContent } from './in-dialog-request.ts';
import { readInfoDigit } from './info-digit.ts';
import { abilityLines, acceptLine, allowLine, inspectRequest, supportedLine } from './inspect-request.ts';
import { reasonLine, reasonOf } from './reason-header.ts';
import { Referrals } from './referrals.ts';
import { Reinviting, type ReinviteOutcome } from './reinvite.ts';
import type { SentRequest } from './sent-request.ts';
import { SessionKeeper, type SessionOwner } from './session-keeper.ts';
import type { Dialog, DialogEnd, DialogListener, SipReason } from './sip-user-agent.ts';
import { answerUpdate } from './update.ts';

export interface EstablishedDialogOptions {
  readonly core: AgentCore;
  readonly state: DialogState;
  readonly listener: DialogListener;
  /** The user part of our Contact. */
  readonly localUser: string;
  readonly isCaller: boolean;
  /** What the INVITE asked for, by us or of us. */
  readonly interval: WantedInterval;
}

/** Hears of a dialog that is over. */
const nobody: DialogListener = { onReinvite: () => 481, onEnded() {} };

export class EstablishedDialog implements Dialog, DialogParty, SessionOwner {
  isEnded = false;
  readonly core: AgentCore;
  readonly state: DialogState;
  listener: DialogListener;
  readonly localUser: string;
  readonly #isCaller: boolean;
  /** Made when it is needed: most calls end as they began. */
  #reinvitingMade: Reinviting | undefined;
  readonly #session: SessionKeeper;
  /** Our 2xx that waits for its ACK, the number of its INVITE, and whether it carried an offer. */
  #answer: AnswerRepeat | undefined;
  #answerCseq = 0;
  #isAnswerOffer = false;
  /** Takes the INVITE back, while our 2xx to it is not out yet. */
  #withdraw: (() => void) | undefined;
  /** What has to wait until that ACK is here. */
  #afterAck: (() => void) | undefined;
  #ending: SentRequest | undefined;
  #referrals: Referrals | undefined;

  constructor(options: EstablishedDialogOptions) {
    this.core = options.core;
    this.state = options.state;
    this.listener = options.listener;
    this.localUser = options.localUser;
    this.#isCaller = options.isCaller;
    this.#session = new SessionKeeper(this, options.interval);
  }

  get reinviting(): Reinviting {
    return (this.#reinvitingMade ??= this.#makeReinviting());
  }

  get #isReinviting(): boolean {
    return this.#reinvitingMade?.isOut === true;
  }

  get sipCallId(): string {
    return this.state.callId;
  }

  get localTag(): string {
    return this.state.localTag;
  }

  get remoteTag(): string {
    return this.state.remoteTag;
  }

  get confirmed(): this {
    return this;
  }

  belongs(request: SipRequest): boolean {
    return this.state.belongs(request);
  }

  // Its beginning.

  /** Accepted, and the 2xx has to wait; `withdraw` refuses the INVITE where we hang up meanwhile. */
  hold(withdraw: () => void): void {
    this.#withdraw = withdraw;
  }

  /** The caller gave up before the 2xx went out. */
  onGivenUp(end: DialogEnd): void {
    this.#withdraw = undefined;
    if (!this.isEnded) this.#end(end);
  }

  /** Their 2xx has confirmed it. */
  begin(response: SipResponse): void {
    this.core.dialogs.set(this.state.key, this);
    this.#session.onAccepted(response);
  }

  /** Our 2xx to the INVITE; `lines` are its own. */
  sendFirstAnswer(
    request: SipRequest,
    transaction: InviteServerTransaction,
    answer: { readonly sdp: string; readonly lines: string },
  ): void {
    this.#withdraw = undefined;
    this.core.dialogs.set(this.state.key, this);
    const interval = this.#session.judge(request);
    if (interval.isOk) this.#session.agree(request, interval.terms);
    this.#sendAnswer(request, transaction, { ...answer, lines: answer.lines + interval.lines });
  }

  // What we do.

  bye(reason?: SipReason): void {
    if (this.isEnded) return;
    const lines = reason ? reasonLine(reason) : '';
    if (this.#withdraw) this.#withdraw();
    // RFC 3261 §15: the callee must not send BYE before the ACK of its 2xx, or before it gave up waiting for it.
    else this.#whenAcknowledged(() => this.#sendBye(lines));
    this.#end(reason ? { by: 'local', reason } : { by: 'local' });
  }

  reinvite(sdp: string): Promise<ReinviteOutcome> {
    return new Promise((settle) => {
      // RFC 3261 §14.1: no new INVITE while another is in progress in either direction.
      if (this.isEnded) settle({ ok: false, status: 481 });
      else if (this.#reinvitingMade?.isBusy) settle({ ok: false, status: 491 });
      else this.reinviting.start(sdp, settle);
    });
  }

  info(contentType: string, body: string, onAnswer: (status: number) => void = () => {}): void {
    if (this.isEnded) return;
    this.#send('INFO', () => ({ contentType, body }), onAnswer);
  }

  /** The ACK of a 2xx of theirs; `body` answers an offer that came in it. */
  acknowledge(cseq: number, authorization: string, body: string): Acknowledgement {
    const { flow } = this.state;
    const via = this.core.via(flow, this.core.newBranch());
    const lines = authorization + this.core.userAgentLine;
    const draft = this.state.request({ method: 'ACK', cseq, via, maxForwards: sipMaxForwards, lines, body });
    return new Acknowledgement(this.core.layer, writeRequest(draft), flow);
  }

  /** Our 2xx to an INVITE or re-INVITE, repeated until the ACK. */
  #sendAnswer(
    request: SipRequest,
    transaction: InviteServerTransaction,
    answer: { readonly sdp: string; readonly lines: string },
  ): void {
    const lines =
      answer.lines +
      this.core.contactLine(transaction.flow, this.localUser) +
      abilityLines +
      this.core.serverLine;
    const message = writeResponse(request, { status: 200, toTag: this.localTag, lines, body: answer.sdp });
    this.#answer?.stop();
    transaction.respond(200, message);
    this.#answerCseq = request.cseq;
    this.#isAnswerOffer = request.sdp === '' && answer.sdp !== '';
    this.#answer = repeatAnswer(this.core.timers, {
      send: () => transaction.respond(200, message),
      onGivenUp: () => this.#onNoAck(),
    });
  }

  // What they do.

  onAck(request: SipRequest): void {
    if (!this.#answer?.isWaiting || request.cseq !== this.#answerCseq) return;
    this.#answer.stop();
    const { sdp } = request;
    if (this.#isAnswerOffer && sdp !== '' && !this.isEnded) this.listener.onLateAnswer?.(sdp);
    this.#runAfterAck();
  }

  onInvite(request: SipRequest, transaction: InviteServerTransaction): void {
    const outcome = this.#refusalOf(request) ?? this.#refreshBy(request, transaction);
    if (outcome) this.core.answer(request, transaction, { ...outcome, toTag: this.localTag });
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const outcome = this.#refusalOf(request) ?? this.#follow(request, transaction);
    if (outcome) this.core.answer(request, transaction, { ...outcome, toTag: this.localTag });
  }

  #refusalOf(request: SipRequest): Outcome | undefined {
    // RFC 3261 §12.2.2: out of order.
    if (!this.state.takeSequence(request.cseq)) return { status: 500, reason: 'Sequence Number Too Low' };
    if (this.isEnded) return request.method === 'BYE' ? { status: 200 } : { status: 481 };
    // RFC 3515 §2.4.4: in a dialog, it is about a REFER.
    return inspectRequest(request, 'SUBSCRIBE');
  }

  /** Their re-INVITE: the refusal, where it is not accepted. */
  #refreshBy(request: SipRequest, transaction: InviteServerTransaction): Outcome | undefined {
    // RFC 3261 §14.2: an INVITE of ours is out. RFC 5407 §3.1.5: nor while an offer of ours waits for the ACK that answers it.
    if (this.#isReinviting || this.#isOfferOpen) return { status: 491 };
    const interval = this.#session.judge(request);
    if (!interval.isOk) return { status: 422, lines: interval.lines };
    const answer = this.listener.onReinvite(request.sdp);
    // RFC 3261 §14.2: a refusal leaves the session, and the target, as they were.
    if (typeof answer !== 'string') return { status: answer };
    this.state.refreshTarget(request, transaction.flow);
    this.#session.agree(request, interval.terms);
    this.#sendAnswer(request, transaction, { sdp: answer, lines: interval.lines });
    return undefined;
  }

  /** The answer, unless it was given within. */
  #follow(request: SipRequest, transaction: ServerTransaction): Outcome | undefined {
    switch (request.method) {
      case 'BYE': {
        this.core.answer(request, transaction, { status: 200, toTag: this.localTag });
        const reason = reasonOf(request);
        this.#end(reason ? { by: 'remote', reason } : { by: 'remote' });
        this.#leave();
        return undefined;
      }
      case 'UPDATE':
        return this.#onUpdate(request, transaction);
      case 'INFO':
        return this.#onInfo(request, transaction);
      case 'REFER':
        this.#refers.onRefer(request, this.listener, (status, lines = '') =>
          this.core.answer(request, transaction, { status, lines, toTag: this.localTag }),
        );
        return undefined;
      case 'SUBSCRIBE':
        return this.#onSubscribe(request, transaction);
      case 'OPTIONS':
        return { status: 200, lines: allowLine + acceptLine + supportedLine };
      case 'PRACK':
      // RFC 3262 §3: no provisional answer waits any more. A NOTIFY: the progress of a REFER nobody here sends.
      case 'NOTIFY':
        return { status: 481 };
      default:
        return { status: 405, lines: allowLine };
    }
  }

  #onUpdate(request: SipRequest, transaction: ServerTransaction): Outcome {
    const interval = this.#session.judge(request);
    if (!interval.isOk) return { status: 422, lines: interval.lines };
    const openOffer = this.#isReinviting || this.#isOfferOpen ? 'ours' : 'none';
    const outcome = answerUpdate(this.core, request, openOffer, (sdp) => this.listener.onReinvite(sdp));
    if (outcome.status !== 200) return outcome;
    this.state.refreshTarget(request, transaction.flow);
    this.#session.agree(request, interval.terms);
    const lines = this.core.contactLine(transaction.flow, this.localUser) + interval.lines;
    return { ...outcome, lines };
  }

  get #isOfferOpen(): boolean {
    return this.#isAnswerOffer && this.#answer?.isWaiting === true;
  }

  #onInfo(request: SipRequest, transaction: ServerTransaction): Outcome | undefined {
    const digit = readInfoDigit(request);
    if (digit) this.listener.onInfoDigit?.(digit.digit, digit.durationMs);
    else if (request.head.body.length > 0) {
      const { contentType, bodyText: text } = request;
      const status = this.listener.onInfo?.({ contentType, text });
      if (status === undefined) return { status: 415, lines: acceptLine };
      if (typeof status === 'number') return { status };
      const toTag = this.localTag;
      void status.then((late) => this.core.answer(request, transaction, { status: late, toTag }));
      return undefined;
    }
    return { status: 200 };
  }

  get #refers(): Referrals {
    this.#referrals ??= new Referrals(
      this.core,
      (content, done) => void this.#send('NOTIFY', () => content, done),
    );
    return this.#referrals;
  }

  #onSubscribe(request: SipRequest, transaction: ServerTransaction): undefined {
    const contact = this.core.contactLine(transaction.flow, this.localUser);
    const { thenTell, ...outcome } = this.#refers.onSubscribe(request, contact);
    this.core.answer(request, transaction, { ...outcome, toTag: this.localTag });
    // RFC 6665 §4.2.1.2: a NOTIFY at once.
    thenTell?.();
  }

  // Ends.

  #end(end: DialogEnd): void {
    this.isEnded = true;
    this.#session.stop();
    this.#reinvitingMade?.stop();
    const listener = this.listener;
    // Transactions remember the dialog for half a minute: nothing of the call stays with it.
    this.listener = nobody;
    listener.onEnded(end);
  }

  #makeReinviting(): Reinviting {
    return new Reinviting({
      core: this.core,
      state: this.state,
      isCaller: this.#isCaller,
      lines: () => this.#session.lines() + allowLine,
      whenAcknowledged: (act) => this.#whenAcknowledged(act),
      acknowledge: (cseq, authorization, body) => this.acknowledge(cseq, authorization, body),
      onAccepted: (response) => {
        this.state.refreshTarget(response);
        this.#session.onAccepted(response);
      },
      canWiden: (response) => this.#session.widen(response),
      onLost: () => this.onSessionLost(),
    });
  }

  #leave(): void {
    this.#answer?.stop();
    this.#afterAck = undefined;
    this.core.dialogs.delete(this.state.key);
  }

  /** The far side is gone: a BYE all the same, in case it hears it. */
  #lose(end: DialogEnd): void {
    if (this.isEnded) return;
    this.#sendBye(end.reason ? reasonLine(end.reason) : '');
    this.#end(end);
  }

  onSessionLost(): void {
    this.#lose({ by: 'timeout' });
  }

  onSessionExpired(): void {
    this.#lose({ by: 'timeout', reason: { cause: 102, text: 'Session expired' } });
  }

  #onNoAck(): void {
    // RFC 3261 §13.3.1.4: without an ACK the session SHOULD be ended with a BYE.
    this.#answer = undefined;
    if (this.isEnded) this.#runAfterAck();
    else this.#lose({ by: 'timeout' });
  }

  #whenAcknowledged(act: () => void): void {
    if (this.#withdraw || this.#answer?.isWaiting) this.#afterAck = act;
    else act();
  }

  #runAfterAck(): void {
    const next = this.#afterAck;
    this.#afterAck = undefined;
    next?.();
  }

  #sendBye(lines: string): void {
    if (this.#ending) return;
    this.#ending = this.#send(
      'BYE',
      () => ({ lines }),
      () => this.#leave(),
    );
  }

  #send(
    method: string,
    content: () => InDialogContent,
    done: (status: number, response?: SipResponse) => void,
  ): SentRequest {
    return sendInDialog(this.core, this.state, method, content, done);
  }
}
