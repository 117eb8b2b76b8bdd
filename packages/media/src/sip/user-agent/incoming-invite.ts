/**
 * An INVITE that wants an answer (RFC 3261 §13.3): the early dialog, until it is accepted, refused, or given up by the
 * caller.
 */
import { sipProgressRepeatMs } from '../../limits.ts';
import type { DialogState } from '../dialog/dialog-state.ts';
import { usualInterval } from '../dialog/session-interval.ts';
import { hasOption } from '../message/option-tags.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { unescapeUser, uriParam } from '../message/sip-uri.ts';
import { headerLine, headerLines, writeResponse, type WrittenMessage } from '../message/write-message.ts';
import type { InviteServerTransaction, InviteServerUser } from '../transaction/invite-server-transaction.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Timer } from '../transaction/timer-queue.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { AgentCore, DialogParty } from './agent-core.ts';
import { diversionsOf } from './diversions.ts';
import { EstablishedDialog } from './established-dialog.ts';
import { allowLine, inspectRequest, supportedLine } from './inspect-request.ts';
import { isIdentityWithheld, partyOf } from './party-of.ts';
import { reasonLine, reasonOf } from './reason-header.ts';
import { ReliableProgress } from './reliable-progress.ts';
import type { ReplacesVerdict } from './replaces.ts';
import type {
  Dialog,
  DialogListener,
  IncomingInvite,
  OutgoingInvite,
  RejectOptions,
  SipParty,
  SipReason,
} from './sip-user-agent.ts';
import { answerUpdate, comeAgain, type OpenOffer } from './update.ts';

export interface AskedInvite {
  readonly request: SipRequest;
  readonly transaction: InviteServerTransaction;
  readonly state: DialogState;
  readonly identity: IncomingInvite['identity'];
  /** What its Replaces means, if anything. */
  readonly replaces: Exclude<ReplacesVerdict, { kind: 'refused' }>;
}

export class IncomingInviteCall implements IncomingInvite, DialogParty, InviteServerUser {
  readonly sipCallId: string;
  readonly flow: SipFlow;
  readonly identity: IncomingInvite['identity'];
  readonly from: SipParty;
  readonly to: SipParty;
  readonly assertedIdentity?: SipParty;
  readonly requestUser: string;
  readonly requestHost: string;
  readonly sentOnFor: number | undefined;
  readonly sdp: string;
  readonly allowsEarlyMedia: boolean;
  readonly replaces?: Dialog;
  readonly picksUp?: OutgoingInvite;
  early: IncomingInvite['early'];
  onCancelled: IncomingInvite['onCancelled'];
  readonly #core: AgentCore;
  readonly #request: SipRequest;
  readonly #transaction: InviteServerTransaction;
  readonly #state: DialogState;
  readonly #recordRoute: string;
  readonly #reliable: ReliableProgress | undefined;
  readonly #isReliabilityDemanded: boolean;
  #isOpen = true;
  /** A description went out reliably and was acknowledged: none is left for the 2xx. */
  #isSettled = false;
  /** Accepted, and waiting for a PRACK before the 2xx may go out. */
  #accepted: { readonly dialog: EstablishedDialog; readonly send: () => void } | undefined;
  #progress: WrittenMessage | undefined;
  #repeat: Timer | undefined;

  constructor(core: AgentCore, asked: AskedInvite) {
    const { request, transaction, state, identity } = asked;
    this.#core = core;
    this.#request = request;
    this.#transaction = transaction;
    this.#state = state;
    this.identity = identity;
    this.sipCallId = request.callId;
    this.flow = transaction.flow;
    this.from = partyOf(request.from);
    this.to = partyOf(request.to);
    this.requestUser = request.uri.kind === 'sip' ? unescapeUser(request.uri.user) : '';
    this.requestHost = request.uri.kind === 'sip' ? request.uri.host : '';
    const cause = request.uri.kind === 'sip' ? uriParam(request.uri, 'cause') : undefined;
    this.sentOnFor = cause !== undefined && /^\d{3}$/.test(cause) ? Number(cause) : undefined;
    this.sdp = request.sdp;
    if (asked.replaces.kind === 'found') this.replaces = asked.replaces.dialog;
    else if (asked.replaces.kind === 'ringing') this.picksUp = asked.replaces.invite;
    // RFC 3325 §5: believed from within the trust domain only.
    const asserted = identity.kind === 'trunk' ? request.nameAddrs('P-Asserted-Identity')?.[0] : undefined;
    if (asserted) this.assertedIdentity = partyOf(asserted);
    this.#isReliabilityDemanded = hasOption(request, 'Require', '100rel');
    if (this.#isReliabilityDemanded || hasOption(request, 'Supported', '100rel'))
      this.#reliable = this.#openReliable();
    this.allowsEarlyMedia = this.sdp !== '' || this.#reliable !== undefined;
    let recordRoute = '';
    for (const route of request.headers('Record-Route')) recordRoute += headerLine('Record-Route', route);
    this.#recordRoute = recordRoute;
    transaction.user = this;
    transaction.toTag = state.localTag;
    core.dialogs.set(state.key, this);
    core.asking.add(request.origin);
  }

  get isIdentityWithheld(): boolean {
    return isIdentityWithheld(this.#request);
  }

  get diversions(): IncomingInvite['diversions'] {
    return diversionsOf(this.#request);
  }

  header(name: string): string | undefined {
    return this.#request.header(name);
  }

  part(contentType: string): string {
    return this.#request.part(contentType);
  }

  progress(status: 180 | 181 | 182 | 183, sdp = ''): void {
    if (!this.#isOpen) return;
    // RFC 3262 §3: all of them where the caller requires it. Where it merely can, those that carry a description.
    if (this.#reliable && (this.#isReliabilityDemanded || sdp !== '')) this.#reliable.send({ status, sdp });
    else this.#respond(status, sdp, '');
    this.#core.timers.cancel(this.#repeat);
    this.#repeat = this.#core.timers.set(sipProgressRepeatMs, () => this.#repeatProgress(status));
  }

  accept(sdp: string, listener: DialogListener): Dialog {
    if (!this.#isOpen) return endedDialog(this.#state, listener);
    const dialog = new EstablishedDialog({
      core: this.#core,
      state: this.#state,
      listener,
      localUser: this.requestUser,
      isCaller: false,
      interval: usualInterval,
    });
    const send = () => {
      this.#stop();
      // RFC 3261 §13.2.1: offer and answer are exchanged once; what a reliable provisional answer said stands.
      const answer = { sdp: this.#isSettled ? '' : sdp, lines: this.#recordRoute };
      dialog.sendFirstAnswer(this.#request, this.#transaction, answer);
    };
    if (this.#reliable?.isAnswerHeldBack) {
      this.#isOpen = false;
      this.#accepted = { dialog, send };
      dialog.hold(() => this.#refuse(480));
    } else send();
    return dialog;
  }

  reject(status: number, options: RejectOptions = {}): void {
    if (this.#isOpen) this.#refuse(status, options);
  }

  #refuse(status: number, options: RejectOptions = {}): void {
    this.#close();
    const retryAfter = options.retryAfterSeconds;
    const lines =
      (retryAfter === undefined
        ? ''
        : headerLine('Retry-After', String(Math.max(0, Math.round(retryAfter))))) +
      (options.cause === undefined ? '' : reasonLine(options.cause)) +
      headerLines(options.headers);
    this.#core.answer(this.#request, this.#transaction, {
      status: status >= 300 && status <= 699 ? status : 500,
      reason: options.reason,
      lines,
      toTag: this.#state.localTag,
    });
  }

  // InviteServerUser

  onCancel(request: SipRequest): void {
    // RFC 3261 §9.2: a final response of 487.
    this.#giveUp(487, 'remote', reasonOf(request));
  }

  #giveUp(status: number, by: 'remote' | 'timeout', reason?: SipReason): void {
    const accepted = this.#accepted;
    if (!this.#isOpen && !accepted) return;
    this.#refuse(status);
    if (accepted) accepted.dialog.onGivenUp(reason ? { by, reason } : { by });
    else this.onCancelled?.(reason);
  }

  // DialogParty: the caller may speak within the early dialog.

  belongs(request: SipRequest): boolean {
    return this.#state.belongs(request);
  }

  onInvite(request: SipRequest, transaction: InviteServerTransaction): void {
    // RFC 3261 §14.2: a second INVITE before the first is answered.
    this.#core.answer(request, transaction, { ...comeAgain(this.#core), toTag: this.#state.localTag });
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const toTag = this.#state.localTag;
    if (!this.#state.takeSequence(request.cseq))
      return this.#core.answer(request, transaction, { status: 500, toTag });
    const refusal = inspectRequest(request);
    if (refusal) return this.#core.answer(request, transaction, { ...refusal, toTag });
    switch (request.method) {
      case 'BYE':
        // RFC 3261 §15.1.2: 200 to the BYE, 487 to the pending INVITE.
        this.#core.answer(request, transaction, { status: 200, toTag });
        return this.onCancel(request);
      case 'PRACK':
        return this.#onPrack(request, transaction);
      case 'UPDATE': {
        const outcome = answerUpdate(this.#core, request, this.#openOffer(), (sdp) => this.#onOffer(sdp));
        if (outcome.status !== 200) return this.#core.answer(request, transaction, { ...outcome, toTag });
        this.#state.refreshTarget(request, transaction.flow);
        const lines = this.#core.contactLine(transaction.flow, this.requestUser);
        return this.#core.answer(request, transaction, { ...outcome, lines, toTag });
      }
      case 'OPTIONS':
        return this.#core.answer(request, transaction, {
          status: 200,
          lines: allowLine + supportedLine,
          toTag,
        });
      default:
        return this.#core.answer(request, transaction, { status: 405, lines: allowLine, toTag });
    }
  }

  onAck(): void {
    // Nothing has been answered yet.
  }

  #onPrack(request: SipRequest, transaction: ServerTransaction): void {
    const toTag = this.#state.localTag;
    const acknowledged = this.#reliable?.acknowledge(request);
    // RFC 3262 §3: a PRACK that matches nothing.
    if (!acknowledged) return this.#core.answer(request, transaction, { status: 481, toTag });
    const { sdp } = request;
    let answer: string | number = '';
    // RFC 3262 §5: the PRACK brings the answer where the offer was ours, and may bring an offer where all is settled.
    if (sdp !== '' && this.#isSettled) answer = this.#onOffer(sdp);
    else if (sdp !== '' && this.sdp === '') this.early?.onLateAnswer?.(sdp);
    if (acknowledged.sdp !== '') this.#isSettled = true;
    const outcome = typeof answer === 'string' ? { status: 200, body: answer } : { status: answer };
    this.#core.answer(request, transaction, { ...outcome, toTag });
    if (this.#accepted && !this.#reliable?.isAnswerHeldBack) this.#accepted.send();
  }

  #openOffer(): OpenOffer {
    if (this.#isSettled) return 'none';
    return this.sdp === '' ? 'ours' : 'theirs';
  }

  #onOffer(sdp: string): string | number {
    return this.early?.onReinvite(sdp) ?? 488;
  }

  #openReliable(): ReliableProgress {
    const { timers, random } = this.#core;
    return new ReliableProgress(
      {
        timers,
        random,
        send: ({ status, sdp }, lines) => {
          // RFC 3311 §5.1: with an Allow, or nobody knows that an UPDATE may follow.
          const message = this.#respond(status, sdp, lines + allowLine);
          return () => this.#transaction.respond(status, message);
        },
        // RFC 3262 §3: without a PRACK the INVITE SHOULD be refused with a 5xx.
        onGivenUp: () => this.#giveUp(504, 'timeout'),
      },
      this.#request.cseq,
    );
  }

  #respond(status: number, sdp: string, extra: string): WrittenMessage {
    const contact = this.#core.contactLine(this.flow, this.requestUser);
    const lines = this.#recordRoute + contact + extra + this.#core.serverLine;
    const message = writeResponse(this.#request, { status, toTag: this.#state.localTag, lines, body: sdp });
    this.#progress = message;
    this.#transaction.respond(status, message);
    return message;
  }

  #repeatProgress(status: 180 | 181 | 182 | 183): void {
    if (!this.#isOpen) return;
    // RFC 3262 §3: a repetition that is to arrive for certain is a new answer of the same kind.
    if (this.#isReliabilityDemanded) return this.progress(status);
    if (this.#progress) this.#transaction.respond(status, this.#progress);
    this.#repeat = this.#core.timers.set(sipProgressRepeatMs, () => this.#repeatProgress(status));
  }

  #close(): void {
    this.#stop();
    this.#core.dialogs.delete(this.#state.key);
  }

  /** Nothing is asked any more; the dialog that is made of it takes its place in `dialogs`. */
  #stop(): void {
    this.#isOpen = false;
    this.#accepted = undefined;
    this.#progress = undefined;
    this.#reliable?.stop();
    this.#core.timers.cancel(this.#repeat);
    this.#core.asking.delete(this.#request.origin);
  }
}

/** Accepted a moment after the caller gave up: the node learns it as an end, not as a mistake. */
function endedDialog(state: DialogState, listener: DialogListener): Dialog {
  queueMicrotask(() => listener.onEnded({ by: 'remote' }));
  return {
    isEnded: true,
    sipCallId: state.callId,
    localTag: state.localTag,
    remoteTag: state.remoteTag,
    bye() {},
    reinvite: () => Promise.resolve({ ok: false, status: 481 }),
    info() {},
  };
}
