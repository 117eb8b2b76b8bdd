/**
 * The user agent: opens the transports, and shows each request to whoever it belongs to. The face is
 * `sip-user-agent.ts`; called by the composition root of a node.
 */
import { sipMaxForwards } from '../../limits.ts';
import { dialogKey, DialogState } from '../dialog/dialog-state.ts';
import { refusedInterval, usualInterval } from '../dialog/session-interval.ts';
import type { SipRequest, SipResponse } from '../message/sip-message.ts';
import { unescapeUser } from '../message/sip-uri.ts';
import { headerLines } from '../message/write-message.ts';
import type { InviteServerTransaction } from '../transaction/invite-server-transaction.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { TransactionLayer, type TransactionUser } from '../transaction/transaction-layer.ts';
import { openTransport } from '../transport/open-transport.ts';
import type { SipFlow, SipListen, SipTls, SipTransport } from '../transport/sip-transport.ts';
import { AdmissionDesk } from './admission.ts';
import { AgentCore, type DialogParty, type Outcome, type Responder } from './agent-core.ts';
import { IncomingInviteCall } from './incoming-invite.ts';
import { acceptLine, allowLine, inspectRequest, supportedLine } from './inspect-request.ts';
import { MessageSubscriptions } from './message-subscriptions.ts';
import { OutgoingInviteCall } from './outgoing-invite.ts';
import { Registering } from './outgoing-registration.ts';
import { Registrar } from './registrar.ts';
import { judgeReplaces } from './replaces.ts';
import { routeRequest } from './route-request.ts';
import { sendRequest } from './sent-request.ts';
import type {
  IncomingInvite,
  OutgoingInvite,
  OutgoingInviteListener,
  OutgoingInviteRequest,
  OutgoingRegistration,
  OutgoingRegistrationRequest,
  OutgoingRequest,
  SipBinding,
  SipStatistics,
  SipUserAgent,
  SipUserAgentOptions,
} from './sip-user-agent.ts';
import { createTokenSource, isOwnToken } from './token-source.ts';

export function createSipUserAgent(options: SipUserAgentOptions): SipUserAgent {
  return new UserAgent(options);
}

type FinalStatus = Awaited<ReturnType<SipUserAgent['request']>>;

class UserAgent implements SipUserAgent, TransactionUser {
  readonly #options: SipUserAgentOptions;
  readonly #layer: TransactionLayer;
  readonly #core: AgentCore;
  readonly #admission: AdmissionDesk;
  readonly #registrar: Registrar;
  readonly #subscriptions: MessageSubscriptions;
  #transports: SipTransport[] = [];
  /** Whose the request is that was looked at last: it is asked for twice. */
  #looked: SipRequest | undefined;
  #lookedParty: DialogParty | undefined;

  constructor(options: SipUserAgentOptions) {
    this.#options = options;
    const { clock, random, product, handler, trace } = options;
    const send = this.#send.bind(this);
    this.#layer = new TransactionLayer({ clock, user: this, send, trace });
    const tokens = createTokenSource(random);
    this.#core = new AgentCore({ clock, random, tokens, handler, product, layer: this.#layer });
    this.#admission = new AdmissionDesk(this.#core);
    this.#registrar = new Registrar(this.#core);
    this.#subscriptions = new MessageSubscriptions(this.#core);
  }

  async start(): Promise<void> {
    const { listen: wanted, clock } = this.#options;
    const open = this.#options.openTransport ?? openTransport;
    try {
      for (const [listenIndex, listen] of wanted.entries()) {
        const transport = open(listen, clock);
        this.#transports.push(transport);
        const isOnly = wanted.filter(({ protocol }) => protocol === listen.protocol).length === 1;
        const port = await transport.open((octets, flow) => {
          this.#layer.receive(octets, isOnly ? flow : { ...flow, listenIndex });
        });
        this.#core.addListen({ ...listen, port });
      }
    } catch (cause) {
      await this.close();
      throw cause;
    }
  }

  renewTls(tls: SipTls): void {
    for (const transport of this.#transports) transport.renew?.(tls);
  }

  async close(): Promise<void> {
    const closing = this.#transports;
    this.#transports = [];
    this.#layer.close();
    this.#core.dialogs.clear();
    this.#core.asking.clear();
    await Promise.all(closing.map((transport) => transport.close()));
  }

  listening(): readonly SipListen[] {
    return this.#core.listens;
  }

  messagesChanged(realm: string, username: string): void {
    this.#subscriptions.changed({ realm, username });
  }

  bindings(realm: string, username: string): readonly SipBinding[] {
    return this.#registrar.bindings({ realm, username });
  }

  statistics(): SipStatistics {
    const { size, messagesIn, messagesOut, malformedIn } = this.#layer;
    const { unheard, shutOut } = this.#admission;
    return {
      transactions: size,
      dialogs: this.#core.dialogs.size,
      messagesIn,
      messagesOut,
      malformedIn,
      unheard,
      shutOut,
    };
  }

  invite(wanted: OutgoingInviteRequest, listener: OutgoingInviteListener): OutgoingInvite {
    const call = new OutgoingInviteCall(this.#core, wanted, listener);
    const start = (flow: SipFlow) =>
      call.start(wanted.peer === undefined ? flow : { ...flow, peer: wanted.peer });
    const known = wanted.flow ?? wanted.server;
    if (known) start(known);
    else this.#route(wanted.uri, start, (status, reason) => queueMicrotask(() => call.fail(status, reason)));
    return call;
  }

  request(wanted: OutgoingRequest): Promise<FinalStatus> {
    return new Promise((settle) => {
      const send = (flow: SipFlow) => this.#sendRequest(wanted, flow, settle);
      const known = wanted.flow;
      if (known) send(known);
      else this.#route(wanted.uri, send, (status, reason) => settle({ status, reason }));
    });
  }

  registration(wanted: OutgoingRegistrationRequest): OutgoingRegistration {
    const registering = new Registering(this.#core, wanted);
    return { send: (expiresSeconds, server) => registering.register(server, expiresSeconds) };
  }

  // TransactionUser

  hears(request: SipRequest, flow: SipFlow): boolean {
    this.#looked = request;
    this.#lookedParty = request.toTag === '' ? undefined : this.#partyOf(request, flow);
    return this.#lookedParty !== undefined || this.#admission.hears(request, flow);
  }

  hearsFaults(flow: SipFlow): boolean {
    return this.#admission.hearsFaults(flow);
  }

  refusesFor(flow: SipFlow): number | undefined {
    return this.#options.handler.refusesFor?.(flow);
  }

  onInvite(request: SipRequest, transaction: InviteServerTransaction): void {
    const party = this.#lookedPartyOf(request, transaction.flow);
    if (party) {
      party.onInvite(request, transaction);
      return;
    }
    if (request.toTag !== '' && !this.#isAcceptableTag(request)) {
      this.#core.answer(request, transaction, { status: 481 });
      return;
    }
    const identity = this.#admit(request, transaction);
    if (!identity) return;
    const refusal = inspectRequest(request) ?? this.#refuseMerged(request) ?? refuseInterval(request);
    if (refusal) this.#core.answer(request, transaction, refusal);
    else this.#offerInvite(request, transaction, identity);
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const isTagged = request.toTag !== '';
    const party = this.#lookedPartyOf(request, transaction.flow);
    if (party) {
      party.onRequest(request, transaction);
      return;
    }
    if (isTagged || request.method === 'BYE') {
      this.#core.answer(request, transaction, { status: 481 });
      return;
    }
    const identity = this.#admit(request, transaction);
    if (!identity) return;
    // RFC 3842: a phone's alone, and a phone that has proven itself.
    const isSubscribing =
      request.method === 'SUBSCRIBE' &&
      identity.kind === 'phone' &&
      this.#core.handler.messageSummary !== undefined;
    const refusal = inspectRequest(request, isSubscribing ? 'SUBSCRIBE' : undefined);
    if (isSubscribing && !refusal) this.#subscriptions.onSubscribe(request, transaction, identity);
    else
      this.#core.answer(
        request,
        transaction,
        refusal ?? this.#answerOutside(request, transaction.flow, identity),
      );
  }

  onAck(request: SipRequest, flow: SipFlow): void {
    this.#partyOf(request, flow)?.onAck(request);
  }

  onStrayAnswer(_response: SipResponse, _flow: SipFlow): void {
    // RFC 6026 §8.9: a 2xx after timer M has no one to go to; the UAS gives up by itself.
  }

  /** Forgets it, too: nothing of a call stays here. */
  #lookedPartyOf(request: SipRequest, flow: SipFlow): DialogParty | undefined {
    const isLooked = this.#looked === request;
    const party = this.#lookedParty;
    this.#looked = undefined;
    this.#lookedParty = undefined;
    if (isLooked) return party;
    return request.toTag === '' ? undefined : this.#partyOf(request, flow);
  }

  #partyOf(request: SipRequest, flow: SipFlow): DialogParty | undefined {
    const party = this.#core.dialogs.get(dialogKey(request.toTag, request.fromTag));
    if (!party?.belongs(request)) return undefined;
    this.#transportOf(flow)?.prove?.(flow);
    return party;
  }

  /**
   * RFC 3261 §12.2.2: an INVITE whose dialog is not here MAY be accepted, by its tag. A tag of our making names a call that is
   * over; any other, one that never was ours: who answers it takes the caller over from whoever failed.
   */
  #isAcceptableTag({ toTag, fromTag }: SipRequest): boolean {
    return !isOwnToken(toTag) && !this.#core.dialogs.has(dialogKey(toTag, fromTag));
  }

  #admit(
    request: SipRequest,
    transaction: Responder & { terminate(): void },
  ): IncomingInvite['identity'] | undefined {
    const admission = this.#admission.admit(request, transaction.flow);
    if (admission.kind === 'admitted') {
      this.#transportOf(transaction.flow)?.prove?.(transaction.flow);
      return admission.identity;
    }
    if (admission.kind === 'silence') transaction.terminate();
    else this.#core.answer(request, transaction, admission.outcome);
    return undefined;
  }

  /** RFC 3261 §8.2.2.2: the same request by two ways is answered once, with 482 the second time. */
  #refuseMerged(request: SipRequest): Outcome | undefined {
    return this.#core.asking.has(request.origin) ? { status: 482 } : undefined;
  }

  #offerInvite(
    request: SipRequest,
    transaction: InviteServerTransaction,
    identity: IncomingInvite['identity'],
  ): void {
    const replaces = judgeReplaces(this.#core, request);
    if (replaces.kind === 'refused') {
      this.#core.answer(request, transaction, replaces.outcome);
      return;
    }
    const localTag = request.toTag === '' ? this.#core.tokens.next() : request.toTag;
    const state = DialogState.ofServer(request, transaction.flow, localTag);
    if (!state) {
      this.#core.answer(request, transaction, { status: 400, reason: 'Malformed Record-Route' });
      return;
    }
    const asked = { request, transaction, state, identity, replaces };
    this.#core.handler.onInvite(new IncomingInviteCall(this.#core, asked));
  }

  #answerOutside(request: SipRequest, flow: SipFlow, identity: IncomingInvite['identity']): Outcome {
    switch (request.method) {
      case 'OPTIONS':
        // RFC 3261 §11.2: the response code is the one that an INVITE would have been answered with.
        return this.#core.handler.takesCalls?.(flow) === false
          ? { status: 503 }
          : { status: 200, lines: allowLine + acceptLine + supportedLine };
      case 'REGISTER':
        return this.#register(request, flow, identity);
      default: {
        const username = identity.kind === 'phone' ? identity.username : identity.peer;
        const { method, bodyText } = request;
        const status = this.#core.handler.onRequest?.({ method, username, body: bodyText });
        return status === undefined ? { status: 405, lines: allowLine } : { status };
      }
    }
  }

  #register(request: SipRequest, flow: SipFlow, identity: IncomingInvite['identity']): Outcome {
    const { uri } = request.to;
    // RFC 3261 §10.3 step 3: the To is the address of record, and a SIP URI.
    if (uri.kind !== 'sip') return { status: 400, reason: 'To Is No SIP URI' };
    const username = unescapeUser(uri.user);
    if (identity.kind === 'trunk')
      return this.#registrar.register(request, flow, { realm: uri.host, username });
    // RFC 3261 §10.3 step 4: nobody registers another's address.
    const claim = { realm: identity.realm, username: identity.username, address: username };
    if (username !== identity.username && !this.#core.handler.ownsAddress?.(claim))
      return { status: 403, reason: 'Not Your Address Of Record' };
    return this.#registrar.register(request, flow, identity);
  }

  // Out.

  #send(octets: Buffer, flow: SipFlow, onFailure?: (cause: Error) => void): void {
    const transport = this.#transportOf(flow);
    if (transport) transport.send(octets, flow, onFailure);
    else if (onFailure) queueMicrotask(() => onFailure(new Error(`nothing listens on ${flow.protocol}`)));
  }

  #transportOf(flow: SipFlow): SipTransport | undefined {
    const place = this.#core.placeFor(flow);
    return place && this.#transports[place.index];
  }

  #route(
    uri: string,
    found: (flow: SipFlow) => void,
    failed: (status: number, reason: string) => void,
  ): void {
    const route = routeRequest(
      uri,
      this.#core.listens.map((one) => one.protocol),
    );
    if (route.kind === 'flow') found(route.flow);
    else failed(route.status, route.reason);
  }

  #sendRequest(wanted: OutgoingRequest, flow: SipFlow, settle: (outcome: FinalStatus) => void): void {
    const core = this.#core;
    const { method, uri, from, headers, contentType, body } = wanted;
    const fromText = `${core.partyAddress(from, flow)};tag=${core.tokens.next()}`;
    const callId = core.tokens.next();
    const hasContact = headers !== undefined && 'Contact' in headers;
    const fixed =
      (hasContact ? '' : core.contactLine(flow, from.user)) + core.userAgentLine + headerLines(headers);
    let cseq = 0;
    sendRequest(
      core,
      flow,
      (via, authorization) => ({
        method,
        uri,
        via,
        from: fromText,
        // RFC 3261 §10.2: a REGISTER's To is the address of record.
        to: method === 'REGISTER' ? core.partyAddress(from, flow) : `<${uri}>`,
        callId,
        cseq: ++cseq,
        maxForwards: sipMaxForwards,
        lines: authorization + fixed,
        ...(contentType === undefined ? {} : { contentType }),
        ...(body === undefined ? {} : { body }),
      }),
      {
        onResponse: ({ status, reason }) => status >= 200 && settle({ status, reason }),
        onTimeout: () => settle({ status: 408, reason: 'Request Timeout' }),
        onTransportFailure: (cause) => settle({ status: 503, reason: cause.message }),
      },
    );
  }
}

/** RFC 4028 §9: 422 for a session that would have to be refreshed too often. */
function refuseInterval(request: SipRequest): Outcome | undefined {
  const lines = refusedInterval(request, usualInterval);
  return lines === undefined ? undefined : { status: 422, lines };
}
