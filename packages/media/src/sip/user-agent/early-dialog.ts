/**
 * A branch of our INVITE that rings (RFC 3261 §12.1.2): an early dialog of its own, in which reliable provisional answers are
 * acknowledged (RFC 3262 §4) and the callee may change its mind about sound (RFC 3311). Ends with the first 2xx of any branch.
 */
import { DialogState } from '../dialog/dialog-state.ts';
import { hasOption } from '../message/option-tags.ts';
import type { SipRequest, SipResponse } from '../message/sip-message.ts';
import { headerLine } from '../message/write-message.ts';
import type { InviteServerTransaction } from '../transaction/invite-server-transaction.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { AgentCore, DialogParty, Outcome } from './agent-core.ts';
import { sendInDialog } from './in-dialog-request.ts';
import { allowLine, inspectRequest, supportedLine } from './inspect-request.ts';
import type { OutgoingInvite, OutgoingInviteListener } from './sip-user-agent.ts';
import { answerUpdate } from './update.ts';

export interface EarlyDialogOptions {
  readonly core: AgentCore;
  readonly state: DialogState;
  readonly invite: OutgoingInvite;
  readonly listener: OutgoingInviteListener;
  readonly localUser: string;
  /** Ours, or none yet where the callee is to make it. */
  readonly offer: 'made' | 'awaited';
}

export class EarlyDialog implements DialogParty {
  readonly state: DialogState;
  /** What the callee says of its sound: counts for its 2xx where that brings nothing. */
  sdp = '';
  /** Offer and answer are exchanged for good: nothing of that is left for the 2xx. */
  isSettled = false;
  readonly #options: EarlyDialogOptions;
  #rseq: number | undefined;

  constructor(options: EarlyDialogOptions) {
    this.#options = options;
    this.state = options.state;
    options.core.dialogs.set(options.state.key, this);
  }

  /** False where the answer is one that was heard before, or came out of order. */
  take(response: SipResponse): boolean {
    const rseq = hasOption(response, 'Require', '100rel') ? response.decimal('RSeq') : undefined;
    if (rseq === undefined) {
      // RFC 3261 §13.2.1: unreliable, it is a foretaste of the answer, and an offer it cannot be.
      if (!this.isSettled && this.#options.offer === 'made' && response.sdp !== '') this.sdp = response.sdp;
      return true;
    }
    // RFC 3262 §4: repetitions, and what is not the next, are neither acknowledged nor followed.
    if (this.#rseq !== undefined && rseq !== this.#rseq + 1) return false;
    this.#rseq = rseq;
    this.state.refreshTarget(response);
    this.#acknowledge(response, rseq);
    return true;
  }

  close(): void {
    this.#options.core.dialogs.delete(this.state.key);
  }

  belongs(request: SipRequest): boolean {
    return this.state.belongs(request);
  }

  get ringing(): OutgoingInvite {
    return this.#options.invite;
  }

  onInvite(request: SipRequest, transaction: InviteServerTransaction): void {
    // RFC 3261 §14.2: an INVITE of ours is in progress.
    this.#options.core.answer(request, transaction, { status: 491, toTag: this.state.localTag });
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const outcome = this.#outcomeOf(request, transaction);
    this.#options.core.answer(request, transaction, { ...outcome, toTag: this.state.localTag });
  }

  onAck(): void {
    // Nothing of theirs waits for one.
  }

  #outcomeOf(request: SipRequest, transaction: ServerTransaction): Outcome {
    const { core, listener, localUser } = this.#options;
    // RFC 3261 §12.2.2
    if (!this.state.takeSequence(request.cseq)) return { status: 500, reason: 'Sequence Number Too Low' };
    const refusal = inspectRequest(request);
    if (refusal) return refusal;
    if (request.method === 'OPTIONS') return { status: 200, lines: allowLine + supportedLine };
    // RFC 3261 §15: the callee has no BYE before its 2xx.
    if (request.method !== 'UPDATE') return { status: 405, lines: headerLine('Allow', 'UPDATE, OPTIONS') };
    const openOffer = this.isSettled ? 'none' : 'ours';
    const outcome = answerUpdate(core, request, openOffer, (sdp) => {
      const answer = listener.onReinvite(sdp);
      if (typeof answer === 'string') this.sdp = sdp;
      return answer;
    });
    if (outcome.status !== 200) return outcome;
    this.state.refreshTarget(request, transaction.flow);
    return { ...outcome, lines: core.contactLine(transaction.flow, localUser) };
  }

  #acknowledge(response: SipResponse, rseq: number): void {
    const { core, listener, offer } = this.#options;
    const { sdp } = response;
    let body = '';
    // RFC 3262 §5: the first description that comes reliably is the answer, or the offer, whose answer the PRACK takes along.
    if (sdp !== '' && !this.isSettled) {
      this.isSettled = true;
      this.sdp = sdp;
      if (offer === 'awaited') body = listener.onLateOffer?.(sdp) ?? '';
    }
    const lines = headerLine('RAck', `${rseq} ${response.cseq} INVITE`);
    sendInDialog(
      core,
      this.state,
      'PRACK',
      () => ({ lines, body }),
      () => {},
    );
  }
}
