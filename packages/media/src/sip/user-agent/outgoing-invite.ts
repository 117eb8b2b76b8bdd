/**
 * An INVITE of ours (RFC 3261 §13.2): rings, is answered, refused, or given up. Of a call that forked, the first answer
 * is the call; any other is acknowledged and ended.
 */
import { sipForksMax, sipMaxForwards } from '../../limits.ts';
import { DialogState } from '../dialog/dialog-state.ts';
import { askedLines, usualInterval, widened, type WantedInterval } from '../dialog/session-interval.ts';
import { bodyOfParts } from '../message/multipart.ts';
import { decimalOf } from '../message/scanner.ts';
import type { SipResponse } from '../message/sip-message.ts';
import { reasonPhrase } from '../message/status.ts';
import { headerLines, oneLine, routeLines } from '../message/write-message.ts';
import type { ClientListener } from '../transaction/client-listener.ts';
import type { Timer } from '../transaction/timer-queue.ts';
import { t1Ms } from '../transaction/timer-values.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { AgentCore } from './agent-core.ts';
import { AnsweredInvite, unwanted } from './answered-invite.ts';
import { diversionLines } from './diversions.ts';
import { EarlyDialog } from './early-dialog.ts';
import { EstablishedDialog } from './established-dialog.ts';
import { abilityLines } from './inspect-request.ts';
import { reasonLine, reasonOf } from './reason-header.ts';
import { sendRequest, type SentRequest } from './sent-request.ts';
import type {
  DialogListener,
  InviteFailure,
  OutgoingInvite,
  OutgoingInviteListener,
  OutgoingInviteRequest,
  SipReason,
} from './sip-user-agent.ts';

export class OutgoingInviteCall implements OutgoingInvite, ClientListener {
  readonly sipCallId: string;
  readonly #core: AgentCore;
  #wanted: OutgoingInviteRequest;
  #listener: OutgoingInviteListener;
  /** Branches that ring: one, unless the call forked. */
  #early: EarlyDialog[] = [];
  #interval: WantedInterval = usualInterval;
  #sent: SentRequest | undefined;
  #state: 'routing' | 'calling' | 'ringing' | 'answered' | 'over' = 'routing';
  /** A CANCEL is wanted, and the line that says why; it goes out when the first provisional response is here. */
  #cancelLine: string | undefined;
  #isCancelSent = false;
  #timer: Timer | undefined;
  #silence: Timer | undefined;

  constructor(core: AgentCore, wanted: OutgoingInviteRequest, listener: OutgoingInviteListener) {
    this.#core = core;
    this.#wanted = wanted;
    this.#listener = listener;
    this.sipCallId = core.tokens.next();
    this.#timer = core.timers.set(wanted.ringTimeoutMs, () => this.#giveUp(408));
    if (wanted.silenceTimeoutMs !== undefined)
      this.#silence = core.timers.set(wanted.silenceTimeoutMs, () => this.#giveUp(408));
  }

  /** The way is known: off it goes. */
  start(flow: SipFlow): void {
    if (this.#state !== 'routing') return;
    this.#state = 'calling';
    const core = this.#core;
    const { uri, from, to, headers, diversions, sdp, beside } = this.#wanted;
    const routes = routeLines(this.#wanted.routes);
    const fromText = `${core.partyAddress(from, flow)};tag=${core.tokens.next()}`;
    const toText = to ? core.partyAddress(to, flow) : `<${uri}>`;
    const callId = this.sipCallId;
    const fixed =
      core.contactLine(flow, from.user) +
      abilityLines +
      core.userAgentLine +
      (diversions ? diversionLines(diversions, uri, (stop) => core.partyUri(stop.from, flow)) : '') +
      headerLines(headers);
    const parts = beside && bodyOfParts([{ contentType: sdpType, text: sdp }, beside], core.tokens.next());
    let cseq = 0;
    this.#sent = sendRequest(
      core,
      flow,
      (via, authorization) => ({
        method: 'INVITE',
        uri,
        via,
        from: fromText,
        to: toText,
        callId,
        cseq: ++cseq,
        maxForwards: sipMaxForwards,
        routes,
        lines: authorization + fixed + askedLines(this.#interval),
        contentType: parts?.contentType,
        body: parts ? parts.body : sdp,
      }),
      this,
    );
  }

  /** There is no way there. */
  fail(status: number, reason: string): void {
    if (this.#state === 'routing') this.#fail({ status, reason, by: 'transport' });
  }

  cancel(reason?: SipReason): void {
    this.#giveUp(487, reason);
  }

  #giveUp(status: 408 | 487, reason?: SipReason): void {
    const by = status === 408 ? 'timeout' : 'local';
    if (this.#state === 'routing') this.#fail({ status, reason: reasonPhrase(status), by });
    if (this.#state === 'answered' || this.#state === 'over' || this.#cancelLine !== undefined) return;
    this.#cancelLine = reason ? reasonLine(reason) : '';
    // RFC 3261 §9.1: no CANCEL before a provisional response.
    if (this.#state === 'ringing') this.#sendCancel();
    if (status === 408) this.#fail({ status, reason: reasonPhrase(status), by });
  }

  #sendCancel(): void {
    if (this.#isCancelSent) return;
    this.#isCancelSent = true;
    this.#sent?.sendCancel(this.#cancelLine ?? '');
    this.#core.timers.cancel(this.#timer);
    // RFC 3261 §9.1: no final response within 64*T1 counts as cancelled.
    this.#timer = this.#core.timers.set(64 * t1Ms, () => {
      this.#sent?.abandon();
      this.#fail({ status: 487, reason: reasonPhrase(487), by: 'local' });
    });
  }

  onResponse(response: SipResponse): void {
    const { status } = response;
    this.#core.timers.cancel(this.#silence);
    if (status < 200) this.#onProvisional(response);
    else if (status < 300) this.#onAnswer(response);
    else if (status === 422 && this.#widen(response)) this.#sent!.sendAgain();
    else {
      this.#core.timers.cancel(this.#timer);
      const retryAfter = decimalOf(/^\d+/.exec(response.field('Retry-After') ?? '')?.[0] ?? '');
      // RFC 6432: a refusal may say what the telephone network behind it said.
      const cause = reasonOf(response);
      this.#fail({
        status,
        reason: response.reason,
        by: 'remote',
        ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
        ...(cause ? { cause } : {}),
      });
    }
  }

  onTimeout(): void {
    const status = this.#cancelLine === undefined ? 408 : 487;
    this.#fail({ status, reason: 'No Answer From The Peer', by: 'timeout' });
  }

  onTransportFailure(cause: Error): void {
    this.#fail({ status: 503, reason: oneLine(cause.message), by: 'transport' });
  }

  #onProvisional(response: SipResponse): void {
    if (this.#state === 'calling') this.#state = 'ringing';
    if (this.#cancelLine !== undefined) this.#sendCancel();
    else if (response.status > 100 && this.#state === 'ringing') {
      this.#onBranchProgress(response);
    }
  }

  #onBranchProgress(response: SipResponse): void {
    const { status, toTag } = response;
    const early = this.#earlyDialogOf(response);
    // RFC 6228 §4: this branch rings no more.
    if (status === 199) return this.#forget(toTag);
    if (early && !early.take(response)) return;
    // What we did not offer for is an offer, which the PRACK has answered.
    const sdp = this.#wanted.sdp === '' ? '' : response.sdp;
    this.#listener.onProgress({ status, sdp, branch: toTag });
  }

  /** RFC 3261 §12.1: each tag of a provisional answer is an early dialog. */
  #earlyDialogOf(response: SipResponse): EarlyDialog | undefined {
    const { toTag } = response;
    const known = this.#branchOf(toTag);
    if (known || toTag === '' || this.#early.length >= sipForksMax) return known;
    const { from, sdp } = this.#wanted;
    const early = new EarlyDialog({
      core: this.#core,
      state: this.#stateOf(response),
      invite: this,
      listener: this.#listener,
      localUser: from.user,
      offer: sdp === '' ? 'awaited' : 'made',
    });
    this.#early.push(early);
    return early;
  }

  /** By the callee's tag. */
  #branchOf(toTag: string): EarlyDialog | undefined {
    for (const early of this.#early) if (early.state.remoteTag === toTag) return early;
    return undefined;
  }

  #forget(toTag: string): void {
    this.#branchOf(toTag)?.close();
    this.#early = this.#early.filter(({ state }) => state.remoteTag !== toTag);
  }

  #widen(refusal: SipResponse): boolean {
    const wider = this.#cancelLine === undefined ? widened(this.#interval, refusal) : undefined;
    if (wider) this.#interval = wider;
    return wider !== undefined;
  }

  /** The first 2xx; those that follow are the affair of what is left of us. */
  #onAnswer(response: SipResponse): void {
    const isWanted =
      this.#cancelLine === undefined && (this.#state === 'calling' || this.#state === 'ringing');
    const early = this.#branchOf(response.toTag);
    const dialog = this.#establish(response, early, isWanted ? this.#listener : unwanted);
    this.#core.timers.cancel(this.#timer);
    if (isWanted) {
      this.#state = 'answered';
      this.#closeEarly();
      const isLate = this.#wanted.sdp === '' && response.sdp !== '' && !early?.isSettled;
      const answer = isLate ? (this.#listener.onLateOffer?.(response.sdp) ?? '') : '';
      this.#acknowledge(dialog, response, answer);
      this.#tellLast().onAnswered({ sdp: response.sdp || (early?.sdp ?? ''), dialog });
    } else {
      // RFC 3261 §13.2.2.4: each 2xx is acknowledged; a dialog nobody wants is ended with a BYE.
      this.#acknowledge(dialog, response, '');
      dialog.bye();
      if (this.#state !== 'answered') this.#fail({ status: 487, reason: reasonPhrase(487), by: 'local' });
    }
  }

  #establish(
    response: SipResponse,
    early: EarlyDialog | undefined,
    listener: DialogListener,
  ): EstablishedDialog {
    if (early) {
      // The dialog that is made of it takes its place in `dialogs`.
      this.#early = this.#early.filter((each) => each !== early);
      early.state.confirm(response);
    }
    const dialog = new EstablishedDialog({
      core: this.#core,
      state: early?.state ?? this.#stateOf(response),
      listener,
      localUser: this.#wanted.from.user,
      isCaller: true,
      interval: this.#interval,
    });
    dialog.begin(response);
    return dialog;
  }

  #stateOf(response: SipResponse): DialogState {
    const sent = this.#sent!;
    return DialogState.ofClient(response, sent.draft, sent.flow, this.#flowUse);
  }

  get #flowUse(): 'fixed' | 'free' {
    return this.#wanted.flow !== undefined || this.#sent!.flow.protocol !== 'udp' ? 'fixed' : 'free';
  }

  #closeEarly(): void {
    for (const early of this.#early) early.close();
    this.#early = [];
  }

  #acknowledge(dialog: EstablishedDialog, response: SipResponse, body: string): void {
    const sent = this.#sent!;
    const { flow, authorization } = sent;
    const acknowledgement = dialog.acknowledge(response.cseq, authorization, body);
    const options = { core: this.#core, flow, flowUse: this.#flowUse, authorization };
    sent.leaveTo(new AnsweredInvite(options, acknowledgement));
  }

  #fail(failure: InviteFailure): void {
    if (this.#state === 'over' || this.#state === 'answered') return;
    this.#state = 'over';
    this.#closeEarly();
    this.#core.timers.cancel(this.#silence);
    if (!this.#isCancelSent) this.#core.timers.cancel(this.#timer);
    this.#tellLast().onFailed(failure);
  }

  /** Its transaction lingers for half a minute: nothing of the call stays with it. */
  #tellLast(): OutgoingInviteListener {
    const listener = this.#listener;
    this.#listener = nobody;
    const { uri, from, flow, ringTimeoutMs } = this.#wanted;
    const left = { uri, from, sdp: '', ringTimeoutMs };
    this.#wanted = flow ? { ...left, flow } : left;
    return listener;
  }
}

const sdpType = 'application/sdp';

const nobody: OutgoingInviteListener = { ...unwanted, onProgress() {}, onAnswered() {}, onFailed() {} };
