/**
 * A request of ours on its way, challenged once at most: where a 401 or 407 comes and we have credentials, it goes out
 * again with a new sequence number (RFC 3261 §22.2), and whoever sent it does not notice.
 */
import type { SipResponse } from '../message/sip-message.ts';
import { headerLine, type RequestDraft } from '../message/write-message.ts';
import { answerChallenge, chooseChallenge, type DigestCredentials } from '../digest/digest-client.ts';
import type { ClientListener } from '../transaction/client-listener.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { AgentCore } from './agent-core.ts';

/** Makes the request anew with this Via; `authorization` is a finished line or ''. */
export type MakeRequest = (via: string, authorization: string) => RequestDraft;

/** Who we are to whoever asks in this realm; undefined: not to be answered. */
export type CredentialsOf = (realm: string) => DigestCredentials | undefined;

/** `credentialsOf`: of this request alone, where it is not the handler who knows. */
export function sendRequest(
  core: AgentCore,
  flow: SipFlow,
  make: MakeRequest,
  listener: ClientListener,
  credentialsOf?: CredentialsOf,
): SentRequest {
  return new SentRequest(core, flow, make, listener, credentialsOf);
}

class SentRequest implements ClientListener {
  draft: RequestDraft;
  readonly flow: SipFlow;
  /** The line that proved us, for the ACK (RFC 3261 §22.1). */
  authorization = '';
  readonly #core: AgentCore;
  #make: MakeRequest;
  readonly #listener: ClientListener;
  readonly #credentialsOf: CredentialsOf | undefined;
  #branch: string;
  #transaction: ReturnType<AgentCore['layer']['request']>;
  #proofs = 0;
  #isCancelled = false;

  constructor(
    core: AgentCore,
    flow: SipFlow,
    make: MakeRequest,
    listener: ClientListener,
    credentialsOf: CredentialsOf | undefined,
  ) {
    this.#core = core;
    this.#make = make;
    this.#listener = listener;
    this.#credentialsOf = credentialsOf;
    this.flow = flow;
    this.#branch = core.newBranch();
    this.draft = make(core.via(flow, this.#branch), '');
    this.#transaction = core.layer.request(this.draft, this.#branch, flow, this);
  }

  onResponse(response: SipResponse): void {
    if ((response.status === 401 || response.status === 407) && this.#prove(response)) return;
    this.#listener.onResponse(response);
    const transaction = this.#transaction;
    const lingers = transaction.kind === 'invite-client' && transaction.listener === this;
    if (lingers && response.status >= 200 && response.status < 300) this.#settle();
  }

  onTimeout(): void {
    this.#listener.onTimeout();
  }

  onTransportFailure(cause: Error): void {
    this.#listener.onTransportFailure(cause);
  }

  /** RFC 3261 §9.1: same Request-URI, Call-ID, To, From, number, Route and topmost Via as the INVITE. */
  sendCancel(lines: string): void {
    // A challenge that crosses the CANCEL is not worth an answer any more.
    this.#isCancelled = true;
    const { lines: _lines, body: _body, contentType: _type, ...draft } = this.draft;
    const cancel = { ...draft, method: 'CANCEL', lines };
    this.#core.layer.request(cancel, this.#branch, this.flow, {
      onResponse() {},
      onTimeout() {},
      onTransportFailure() {},
    });
  }

  /** A new attempt with a new number, made anew: what refused the last has been answered. */
  sendAgain(): void {
    this.#branch = this.#core.newBranch();
    this.draft = this.#make(this.#core.via(this.flow, this.#branch), this.authorization);
    this.#transaction = this.#core.layer.request(this.draft, this.#branch, this.flow, this);
  }

  /** The transaction of an INVITE lingers: of the request, only what makes a dialog of another branch's answer stays with it. */
  #settle(): void {
    const { method, uri, via, from, to, callId, cseq, maxForwards } = this.draft;
    this.draft = { method, uri, via, from, to, callId, cseq, maxForwards };
    this.#make = () => this.draft;
  }

  /** What the transaction still hears goes to `listener`, and we are forgotten. */
  leaveTo(listener: ClientListener): void {
    if (this.#transaction.kind === 'invite-client') this.#transaction.listener = listener;
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.#transaction.terminate();
  }

  #prove(response: SipResponse): boolean {
    const isProxy = response.status === 407;
    const challenge = chooseChallenge(response.headers(isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate'));
    // A second challenge means that our proof was refused, unless it only came too late; a third is a game.
    const isAnswered = this.#proofs > 0 && !(this.#proofs === 1 && challenge?.isStale);
    if (!challenge || this.#isCancelled || isAnswered) return false;
    const { realm } = challenge;
    const credentials = this.#credentialsOf
      ? this.#credentialsOf(realm)
      : this.#core.handler.ownCredentials?.({ realm, flow: this.flow });
    // What proves us to one realm is told to no other: its hash can be guessed at leisure.
    if (!credentials || (credentials.realm ?? realm) !== realm) return false;
    const { method, uri } = this.draft;
    const cnonce = this.#core.tokens.next();
    const proof = answerChallenge(challenge, { method, uri, cnonce }, credentials);
    this.#proofs++;
    this.authorization = headerLine(isProxy ? 'Proxy-Authorization' : 'Authorization', proof);
    this.sendAgain();
    return true;
  }
}

export type { SentRequest };
