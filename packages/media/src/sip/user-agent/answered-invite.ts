/**
 * What is left of an INVITE of ours that was answered, for the half minute its transaction lingers (RFC 6026 §7.2): the answer
 * that comes again is acknowledged again, that of another branch is acknowledged and its dialog ended. Everything else about
 * such a dialog its answer says itself, so that nothing of the call has to stay.
 */
import { DialogState } from '../dialog/dialog-state.ts';
import { usualInterval } from '../dialog/session-interval.ts';
import { ownText } from '../message/own-text.ts';
import type { SipResponse } from '../message/sip-message.ts';
import { formatUri } from '../message/sip-uri.ts';
import type { ClientListener } from '../transaction/client-listener.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { Acknowledgement } from './acknowledgement.ts';
import type { AgentCore } from './agent-core.ts';
import { EstablishedDialog } from './established-dialog.ts';
import type { DialogListener } from './sip-user-agent.ts';

export interface AnsweredInviteOptions {
  readonly core: AgentCore;
  readonly flow: SipFlow;
  readonly flowUse: 'fixed' | 'free';
  /** The line that proved us, for the ACK (RFC 3261 §22.1). */
  readonly authorization: string;
}

export class AnsweredInvite implements ClientListener {
  readonly #options: AnsweredInviteOptions;
  readonly #acknowledgement: Acknowledgement;
  /** Of other branches of a fork, by the callee's tag. */
  #others: Map<string, Acknowledgement> | undefined;

  constructor(options: AnsweredInviteOptions, acknowledgement: Acknowledgement) {
    this.#options = options;
    this.#acknowledgement = acknowledgement;
  }

  onResponse(response: SipResponse): void {
    const { toTag } = response;
    const known = toTag === this.#acknowledgement.toTag ? this.#acknowledgement : this.#others?.get(toTag);
    if (known) known.again();
    else (this.#others ??= new Map()).set(ownText(toTag), this.#end(response));
  }

  onTimeout(): void {
    // It was answered in time.
  }

  onTransportFailure(): void {
    // What was sent arrived.
  }

  /** RFC 3261 §13.2.2.4: each 2xx is acknowledged; a dialog nobody wants is ended with a BYE. */
  #end(response: SipResponse): Acknowledgement {
    const { core, flow, flowUse, authorization } = this.#options;
    const from = response.field('From')!;
    // RFC 3261 §12.1.1: a 2xx has a Contact; where it has none, its To must do.
    const invite = { from, cseq: response.cseq, uri: formatUri(response.to.uri) };
    const dialog = new EstablishedDialog({
      core,
      state: DialogState.ofClient(response, invite, flow, flowUse),
      listener: unwanted,
      localUser: '',
      isCaller: true,
      interval: usualInterval,
    });
    dialog.begin(response);
    const acknowledgement = dialog.acknowledge(response.cseq, authorization, '');
    dialog.bye();
    return acknowledgement;
  }
}

export const unwanted: DialogListener = { onReinvite: () => 488, onEnded() {} };
