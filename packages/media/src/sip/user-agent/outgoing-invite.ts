/**
 * An INVITE of ours (RFC 3261 §13.2): rings, is answered, refused, or given up. Of a call that forked, the first answer
 * is the call; any other is acknowledged and ended.
 */
import { sipMaxForwards } from '../../limits.ts';
import { DialogState } from '../dialog/dialog-state.ts';
import { decimalOf } from '../message/scanner.ts';
import type { SipResponse } from '../message/sip-message.ts';
import { reasonPhrase } from '../message/status.ts';
import { headerLines, oneLine } from '../message/write-message.ts';
import type { ClientListener } from '../transaction/client-listener.ts';
import type { Timer } from '../transaction/timer-queue.ts';
import { t1Ms } from '../transaction/timer-values.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { AgentCore } from './agent-core.ts';
import { EstablishedDialog } from './established-dialog.ts';
import { allowLine } from './inspect-request.ts';
import { reasonLine } from './reason-header.ts';
import { sendRequest, type SentRequest } from './sent-request.ts';
import type {
  DialogListener,
  OutgoingInvite,
  OutgoingInviteListener,
  OutgoingInviteRequest,
} from './sip-user-agent.ts';

export class OutgoingInviteCall implements OutgoingInvite, ClientListener {
  readonly sipCallId: string;
  readonly #core: AgentCore;
  readonly #wanted: OutgoingInviteRequest;
  readonly #listener: OutgoingInviteListener;
  readonly #answered = new Map<string, EstablishedDialog>();
  #sent: SentRequest | undefined;
  #state: 'routing' | 'calling' | 'ringing' | 'answered' | 'over' = 'routing';
  /** A CANCEL is wanted, and the line that says why; it goes out when the first provisional response is here. */
  #cancelLine: string | undefined;
  #isCancelSent = false;
  #timer: Timer | undefined;

  constructor(core: AgentCore, wanted: OutgoingInviteRequest, listener: OutgoingInviteListener) {
    this.#core = core;
    this.#wanted = wanted;
    this.#listener = listener;
    this.sipCallId = core.tokens.next();
    this.#timer = core.timers.set(wanted.ringTimeoutMs, () => this.#giveUp(408, ''));
  }

  /** The way is known: off it goes. */
  start(flow: SipFlow): void {
    if (this.#state !== 'routing') return;
    this.#state = 'calling';
    const core = this.#core;
    const { uri, from, to, headers, sdp } = this.#wanted;
    const fromText = `${core.partyAddress(from, flow)};tag=${core.tokens.next()}`;
    const toText = to ? core.partyAddress(to, flow) : `<${uri}>`;
    const callId = this.sipCallId;
    const fixed = core.contactLine(flow, from.user) + allowLine + core.userAgentLine + headerLines(headers);
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
        lines: authorization + fixed,
        body: sdp,
      }),
      this,
    );
  }

  /** There is no way there. */
  fail(status: number, reason: string): void {
    if (this.#state === 'routing') this.#fail({ status, reason });
  }

  cancel(reason = ''): void {
    this.#giveUp(487, reason);
  }

  #giveUp(status: 408 | 487, reason: string): void {
    if (this.#state === 'routing') this.#fail({ status, reason: reasonPhrase(status) });
    if (this.#state === 'answered' || this.#state === 'over' || this.#cancelLine !== undefined) return;
    this.#cancelLine = reason === '' ? '' : reasonLine({ cause: status, text: reason });
    // RFC 3261 §9.1: no CANCEL before a provisional response.
    if (this.#state === 'ringing') this.#sendCancel();
    if (status === 408) this.#fail({ status, reason: reasonPhrase(status) });
  }

  #sendCancel(): void {
    if (this.#isCancelSent) return;
    this.#isCancelSent = true;
    this.#sent?.sendCancel(this.#cancelLine ?? '');
    this.#core.timers.cancel(this.#timer);
    // RFC 3261 §9.1: no final response within 64*T1 counts as cancelled.
    this.#timer = this.#core.timers.set(64 * t1Ms, () => {
      this.#sent?.abandon();
      this.#fail({ status: 487, reason: reasonPhrase(487) });
    });
  }

  onResponse(response: SipResponse): void {
    const { status } = response;
    if (status < 200) this.#onProvisional(response);
    else if (status < 300) this.#onAnswer(response);
    else {
      const retryAfter = decimalOf(/^\d+/.exec(response.header('Retry-After') ?? '')?.[0] ?? '');
      const failure = { status, reason: response.reason };
      this.#core.timers.cancel(this.#timer);
      this.#fail(retryAfter === undefined ? failure : { ...failure, retryAfterSeconds: retryAfter });
    }
  }

  onTimeout(): void {
    this.#fail({ status: this.#cancelLine === undefined ? 408 : 487, reason: 'No Answer From The Peer' });
  }

  onTransportFailure(cause: Error): void {
    this.#fail({ status: 503, reason: oneLine(cause.message) });
  }

  #onProvisional(response: SipResponse): void {
    if (this.#state === 'calling') this.#state = 'ringing';
    if (this.#cancelLine !== undefined) this.#sendCancel();
    else if (response.status > 100 && this.#state === 'ringing') {
      this.#listener.onProgress({ status: response.status, sdp: response.sdp });
    }
  }

  #onAnswer(response: SipResponse): void {
    const known = this.#answered.get(response.toTag);
    if (known) {
      known.acknowledgeAgain();
      return;
    }
    const isWanted =
      this.#cancelLine === undefined && (this.#state === 'calling' || this.#state === 'ringing');
    const dialog = this.#establish(response, isWanted ? this.#listener : unwanted);
    this.#core.timers.cancel(this.#timer);
    if (isWanted) {
      this.#state = 'answered';
      const isLate = this.#wanted.sdp === '' && response.sdp !== '';
      const answer = isLate ? (this.#listener.onLateOffer?.(response.sdp) ?? '') : '';
      this.#acknowledge(dialog, response, answer);
      this.#listener.onAnswered({ sdp: response.sdp, dialog });
    } else {
      // RFC 3261 §13.2.2.4: each 2xx is acknowledged; a dialog nobody wants is ended with a BYE.
      this.#acknowledge(dialog, response, '');
      dialog.bye();
      if (this.#state !== 'answered') this.#fail({ status: 487, reason: reasonPhrase(487) });
    }
  }

  #establish(response: SipResponse, listener: DialogListener): EstablishedDialog {
    const sent = this.#sent!;
    const isFixed = this.#wanted.flow !== undefined || sent.flow.protocol !== 'udp';
    const state = DialogState.ofClient(response, sent.draft, sent.flow, isFixed ? 'fixed' : 'free');
    const dialog = new EstablishedDialog({
      core: this.#core,
      state,
      listener,
      localUser: this.#wanted.from.user,
      isCaller: true,
    });
    this.#answered.set(response.toTag, dialog);
    return dialog;
  }

  #acknowledge(dialog: EstablishedDialog, response: SipResponse, body: string): void {
    dialog.acknowledge(response.cseq, this.#sent!.authorization, body);
  }

  #fail(failure: {
    readonly status: number;
    readonly reason: string;
    readonly retryAfterSeconds?: number;
  }): void {
    if (this.#state === 'over' || this.#state === 'answered') return;
    this.#state = 'over';
    if (!this.#isCancelSent) this.#core.timers.cancel(this.#timer);
    this.#listener.onFailed(failure);
  }
}

const unwanted: DialogListener = { onReinvite: () => 488, onEnded() {} };
