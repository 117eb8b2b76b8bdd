/**
 * An INVITE that wants an answer (RFC 3261 §13.3): the early dialog, until it is accepted, refused, or given up by the
 * caller.
 */
import { sipProgressRepeatMs } from '../../limits.ts';
import { DialogState } from '../dialog/dialog-state.ts';
import type { NameAddr } from '../message/name-addr.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { unescapeUser } from '../message/sip-uri.ts';
import { headerLine, headerLines, writeResponse, type WrittenMessage } from '../message/write-message.ts';
import type { InviteServerTransaction, InviteServerUser } from '../transaction/invite-server-transaction.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Timer } from '../transaction/timer-queue.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { AgentCore, DialogParty } from './agent-core.ts';
import { EstablishedDialog } from './established-dialog.ts';
import { allowLine } from './inspect-request.ts';
import type { Dialog, DialogListener, IncomingInvite, RejectOptions, SipParty } from './sip-user-agent.ts';

export class IncomingInviteCall implements IncomingInvite, DialogParty, InviteServerUser {
  readonly sipCallId: string;
  readonly flow: SipFlow;
  readonly identity: IncomingInvite['identity'];
  readonly from: SipParty;
  readonly to: SipParty;
  readonly assertedIdentity?: SipParty;
  readonly requestUser: string;
  readonly requestHost: string;
  readonly sdp: string;
  onCancelled: (() => void) | undefined;
  readonly #core: AgentCore;
  readonly #request: SipRequest;
  readonly #transaction: InviteServerTransaction;
  readonly #state: DialogState;
  readonly #recordRoute: string;
  #isOpen = true;
  #progress: WrittenMessage | undefined;
  #repeat: Timer | undefined;

  constructor(
    core: AgentCore,
    request: SipRequest,
    transaction: InviteServerTransaction,
    state: DialogState,
    identity: IncomingInvite['identity'],
  ) {
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
    this.sdp = request.sdp;
    // RFC 3325 §5: believed from within the trust domain only.
    const asserted = identity.kind === 'trunk' ? request.nameAddrs('P-Asserted-Identity')?.[0] : undefined;
    if (asserted) this.assertedIdentity = partyOf(asserted);
    let recordRoute = '';
    for (const route of request.headers('Record-Route')) recordRoute += headerLine('Record-Route', route);
    this.#recordRoute = recordRoute;
    transaction.user = this;
    core.dialogs.set(state.localTag, this);
    core.asking.add(askingKey(request));
  }

  header(name: string): string | undefined {
    return this.#request.header(name);
  }

  progress(status: 180 | 181 | 182 | 183, sdp = ''): void {
    if (!this.#isOpen) return;
    const lines = this.#recordRoute + this.#contactLine() + this.#core.serverLine;
    this.#progress = writeResponse(this.#request, { status, toTag: this.#state.localTag, lines, body: sdp });
    this.#transaction.respond(status, this.#progress);
    this.#core.timers.cancel(this.#repeat);
    this.#repeat = this.#core.timers.set(sipProgressRepeatMs, () => this.#repeatProgress(status));
  }

  accept(sdp: string, listener: DialogListener): Dialog {
    if (!this.#isOpen) return endedDialog(this.#state, listener);
    this.#close();
    const dialog = new EstablishedDialog({
      core: this.#core,
      state: this.#state,
      listener,
      localUser: this.#localUser(),
      isCaller: false,
    });
    dialog.sendAnswer(this.#request, this.#transaction, sdp, this.#recordRoute);
    return dialog;
  }

  reject(status: number, options: RejectOptions = {}): void {
    if (!this.#isOpen) return;
    this.#close();
    const retryAfter = options.retryAfterSeconds;
    const lines =
      (retryAfter === undefined
        ? ''
        : headerLine('Retry-After', String(Math.max(0, Math.round(retryAfter))))) +
      headerLines(options.headers);
    this.#core.answer(this.#request, this.#transaction, {
      status: status >= 300 && status <= 699 ? status : 500,
      reason: options.reason,
      lines,
      toTag: this.#state.localTag,
    });
  }

  // InviteServerUser

  onCancel(): void {
    // RFC 3261 §9.2: a final response of 487.
    if (!this.#isOpen) return;
    this.reject(487);
    this.onCancelled?.();
  }

  onUnacknowledged(): void {
    // RFC 3261 §17.2.1: the refusal was never acknowledged; there is nothing left to undo.
  }

  // DialogParty: the caller may speak within the early dialog.

  belongs(request: SipRequest): boolean {
    return this.#state.belongs(request);
  }

  onInvite(request: SipRequest, transaction: InviteServerTransaction): void {
    // RFC 3261 §14.2: a second INVITE before the first is answered.
    const lines = headerLine('Retry-After', '5');
    this.#core.answer(request, transaction, { status: 500, lines, toTag: this.#state.localTag });
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const toTag = this.#state.localTag;
    if (!this.#state.takeSequence(request.cseq))
      this.#core.answer(request, transaction, { status: 500, toTag });
    else if (request.method === 'BYE') {
      // RFC 3261 §15.1.2: 200 to the BYE, 487 to the pending INVITE.
      this.#core.answer(request, transaction, { status: 200, toTag });
      this.onCancel();
    } else if (request.method === 'OPTIONS') {
      this.#core.answer(request, transaction, { status: 200, lines: allowLine, toTag });
    } else this.#core.answer(request, transaction, { status: 405, lines: allowLine, toTag });
  }

  onAck(): void {
    // Nothing has been answered yet.
  }

  #repeatProgress(status: number): void {
    if (!this.#isOpen || !this.#progress) return;
    this.#transaction.respond(status, this.#progress);
    this.#repeat = this.#core.timers.set(sipProgressRepeatMs, () => this.#repeatProgress(status));
  }

  #contactLine(): string {
    return this.#core.contactLine(this.flow, this.#localUser());
  }

  #localUser(): string {
    return this.requestUser;
  }

  #close(): void {
    this.#isOpen = false;
    this.#progress = undefined;
    this.#core.timers.cancel(this.#repeat);
    this.#core.dialogs.delete(this.#state.localTag);
    this.#core.asking.delete(askingKey(this.#request));
  }
}

/** RFC 3261 §8.2.2.2: what two copies of a forked INVITE have in common. */
export function askingKey(request: SipRequest): string {
  return `${request.callId} ${request.fromTag} ${request.cseq}`;
}

export function partyOf(address: NameAddr): SipParty {
  const { uri, displayName } = address;
  if (uri.kind === 'sip') return { user: unescapeUser(uri.user), host: uri.host, displayName };
  // `tel:+49…;phone-context=…` names a number without a host (RFC 3966).
  const number = uri.scheme === 'tel' ? uri.text.slice(4).split(';')[0]! : uri.text;
  return { user: number, host: '', displayName };
}

/** Accepted a moment after the caller gave up: the node learns it as an end, not as a mistake. */
function endedDialog(state: DialogState, listener: DialogListener): Dialog {
  queueMicrotask(() => listener.onEnded({ by: 'remote' }));
  return {
    sipCallId: state.callId,
    localTag: state.localTag,
    remoteTag: state.remoteTag,
    bye() {},
    reinvite: () => Promise.resolve({ ok: false, status: 481 }),
    info() {},
  };
}
