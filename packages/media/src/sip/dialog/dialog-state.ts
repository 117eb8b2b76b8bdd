/**
 * What two parties must remember of their relation (RFC 3261 §12): tags, sequence numbers, remote target, route set.
 * Makes the requests inside it. Knows no timers and sends nothing; the user agent does.
 */
import { formatUri, parseUri, uriParam } from '../message/sip-uri.ts';
import type { SipRequest, SipResponse } from '../message/sip-message.ts';
import { routeLines, type RequestDraft } from '../message/write-message.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import { flowTowards, mustAnswerOverFlow } from './next-hop.ts';

interface DialogOrigin {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly local: string;
  readonly remote: string;
  readonly localCseq: number;
  readonly remoteCseq: number;
  readonly routes: readonly string[];
  readonly remoteTarget: string;
  readonly flow: SipFlow;
  readonly isFlowFixed: boolean;
}

export interface DialogRequest {
  readonly method: string;
  /** Of the INVITE for its ACK; the next one where absent. */
  readonly cseq?: number;
  readonly via: string;
  readonly maxForwards: number;
  readonly lines?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
}

const noSequence = -1;

export class DialogState {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** RFC 3261 §12: what tells a dialog from its siblings of a fork; the Call-ID is checked by `belongs`. */
  readonly key: string;
  readonly #local: string;
  #remote: string;
  #routes: readonly string[];
  readonly #isFlowFixed: boolean;
  #localCseq: number;
  #remoteCseq: number;
  #remoteTarget: string;
  #flow: SipFlow;
  /** Where requests go, once it has been asked for; until the target moves. */
  #towards: SipFlow | undefined;

  private constructor(origin: DialogOrigin) {
    this.callId = origin.callId;
    this.localTag = origin.localTag;
    this.remoteTag = origin.remoteTag;
    this.key = dialogKey(origin.localTag, origin.remoteTag);
    this.#local = origin.local;
    this.#remote = origin.remote;
    this.#routes = origin.routes;
    this.#isFlowFixed = origin.isFlowFixed;
    this.#localCseq = origin.localCseq;
    this.#remoteCseq = origin.remoteCseq;
    this.#remoteTarget = origin.remoteTarget;
    this.#flow = origin.flow;
  }

  /** RFC 3261 §12.1.1: route set in the order it came. Undefined where a Record-Route or Contact cannot be read. */
  static ofServer(request: SipRequest, flow: SipFlow, localTag: string): DialogState | undefined {
    const routes = request.list('Record-Route');
    const contacts = request.nameAddrs('Contact');
    if (contacts === undefined || request.nameAddrs('Record-Route') === undefined) return undefined;
    return new DialogState({
      callId: request.callId,
      localTag,
      remoteTag: request.fromTag,
      local: request.toTag === '' ? `${request.field('To')!};tag=${localTag}` : request.field('To')!,
      remote: request.field('From')!,
      localCseq: 0,
      remoteCseq: request.cseq,
      routes,
      // Deviation (RFC 3261 §8.1.1.8): clients of RFC 2543 sent no Contact; their From must do.
      remoteTarget: contacts[0]?.uriText ?? formatUri(request.from.uri),
      flow,
      isFlowFixed: mustAnswerOverFlow(request, flow),
    });
  }

  /** RFC 3261 §12.1.2: route set in reverse order. */
  static ofClient(
    response: SipResponse,
    invite: Pick<RequestDraft, 'from' | 'cseq' | 'uri'>,
    flow: SipFlow,
    flowUse: 'fixed' | 'free',
  ): DialogState {
    const contact = response.nameAddrs('Contact')?.[0];
    return new DialogState({
      callId: response.callId,
      localTag: response.fromTag,
      remoteTag: response.toTag,
      local: invite.from,
      remote: response.field('To')!,
      localCseq: invite.cseq,
      remoteCseq: noSequence,
      routes: response.list('Record-Route').toReversed(),
      remoteTarget: contact?.uriText ?? invite.uri,
      flow,
      isFlowFixed: flowUse === 'fixed',
    });
  }

  belongs(request: SipRequest): boolean {
    return request.callId === this.callId && request.fromTag === this.remoteTag;
  }

  /** RFC 3261 §13.2.2.4: the 2xx confirms an early dialog, and its route set is the one that counts. */
  confirm(response: SipResponse): void {
    this.#routes = response.list('Record-Route').toReversed();
    this.#remote = response.field('To')!;
    this.#towards = undefined;
    this.refreshTarget(response);
  }

  /** RFC 3261 §12.2.2: a number lower than the last is out of order. */
  takeSequence(cseq: number): boolean {
    if (cseq < this.#remoteCseq) return false;
    this.#remoteCseq = cseq;
    return true;
  }

  /** RFC 3261 §12.2.1.2, §12.2.2: a target refresh request, and its 2xx, move the remote target. */
  refreshTarget(message: SipRequest | SipResponse, flow?: SipFlow): void {
    const contact = message.nameAddrs('Contact')?.[0];
    if (contact && contact.uriText !== this.#remoteTarget) {
      this.#remoteTarget = contact.uriText;
      this.#towards = undefined;
    }
    if (flow && this.#isFlowFixed) this.#flow = flow;
  }

  get flow(): SipFlow {
    if (this.#isFlowFixed) return this.#flow;
    const first = this.#routes[0];
    this.#towards ??= flowTowards(first === undefined ? this.#remoteTarget : bareUri(first), this.#flow);
    return this.#towards;
  }

  /** RFC 3261 §12.2.1.1. */
  request(wanted: DialogRequest): RequestDraft {
    const cseq = wanted.cseq ?? ++this.#localCseq;
    let uri = this.#remoteTarget;
    let routes = this.#routes;
    const first = routes[0];
    if (first !== undefined && !isLoose(first)) {
      // RFC 3261 §12.2.1.1: a strict router takes the Request-URI, and the target goes last.
      uri = bareUri(first);
      routes = [...routes.slice(1), `<${this.#remoteTarget}>`];
    }
    return {
      method: wanted.method,
      uri,
      via: wanted.via,
      from: this.#local,
      to: this.#remote,
      callId: this.callId,
      cseq,
      maxForwards: wanted.maxForwards,
      routes: routeLines(routes),
      lines: wanted.lines,
      contentType: wanted.contentType,
      body: wanted.body,
    };
  }
}

export function dialogKey(localTag: string, remoteTag: string): string {
  return `${localTag} ${remoteTag}`;
}

function bareUri(route: string): string {
  const open = route.indexOf('<');
  return open < 0 ? route : route.slice(open + 1, route.indexOf('>', open));
}

function isLoose(route: string): boolean {
  const uri = parseUri(bareUri(route));
  return uri?.kind === 'sip' && uriParam(uri, 'lr') !== undefined;
}
