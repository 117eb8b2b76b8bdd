/**
 * What the parts of the user agent share: the transaction layer, the dialogs by local tag, and the lines they write about
 * themselves. Decides nothing about calls.
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { isIP } from 'node:net';
import type { SipRequest } from '../message/sip-message.ts';
import { bracketed, escapeUser, hostPort, isHostName } from '../message/sip-uri.ts';
import { headerLine, oneLine, writeResponse } from '../message/write-message.ts';
import { branchCookie } from '../message/via.ts';
import { formatNameAddr } from '../message/name-addr.ts';
import type { InviteServerTransaction } from '../transaction/invite-server-transaction.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { TimerQueue } from '../transaction/timer-queue.ts';
import type { TransactionLayer } from '../transaction/transaction-layer.ts';
import type { SipFlow, SipListen, SipProtocol } from '../transport/sip-transport.ts';
import type { Dialog, OutgoingInvite, SipHandler, SipParty } from './sip-user-agent.ts';
import type { TokenSource } from './token-source.ts';

/** Methods answered somewhere in here; the rest get 405 or 501. */
export const allowedMethods =
  'INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, OPTIONS, INFO, REFER, NOTIFY, REGISTER, MESSAGE';

/** Somebody inside a dialog. */
export interface DialogParty {
  /** The dialog, once it is no early one any more. */
  readonly confirmed?: Dialog;
  /** Our INVITE that rings in it, while it is an early one. */
  readonly ringing?: OutgoingInvite;
  belongs(request: SipRequest): boolean;
  onInvite(request: SipRequest, transaction: InviteServerTransaction): void;
  onRequest(request: SipRequest, transaction: ServerTransaction): void;
  onAck(request: SipRequest): void;
}

export interface Responder {
  readonly flow: SipFlow;
  respond(status: number, message: ReturnType<typeof writeResponse>): boolean;
}

interface ListenPlace {
  readonly listen: SipListen;
  readonly index: number;
  readonly host: string;
  /** As Via and Contact name us. */
  readonly sentBy: string;
  /** A Via of ours up to its branch. */
  readonly viaStart: string;
  readonly family: number;
}

export interface AgentCoreOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly tokens: TokenSource;
  readonly handler: SipHandler;
  readonly product: string;
  readonly layer: TransactionLayer;
}

export class AgentCore {
  readonly clock: Clock;
  readonly random: Random;
  readonly tokens: TokenSource;
  readonly handler: SipHandler;
  readonly layer: TransactionLayer;
  readonly timers: TimerQueue;
  /** Early and confirmed, by `dialogKey`: the branches of a fork share our tag. */
  readonly dialogs = new Map<string, DialogParty>();
  /** The origin of each INVITE still unanswered (RFC 3261 §8.2.2.2). */
  readonly asking = new Set<string>();
  /** With real ports; filled when the sockets are open. */
  readonly #places: ListenPlace[] = [];
  readonly serverLine: string;
  readonly userAgentLine: string;

  constructor(options: AgentCoreOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.tokens = options.tokens;
    this.handler = options.handler;
    this.layer = options.layer;
    this.timers = options.layer.timers;
    this.serverLine = headerLine('Server', options.product);
    this.userAgentLine = headerLine('User-Agent', options.product);
  }

  addListen(listen: SipListen): void {
    const host = listen.advertisedAddress ?? listen.address;
    const index = this.#places.length;
    const sentBy = hostPort(host, listen.port);
    this.#places.push({
      listen,
      index,
      host,
      sentBy,
      viaStart: viaStart(listen.protocol, sentBy),
      family: isIP(listen.address),
    });
  }

  get listens(): readonly SipListen[] {
    return this.#places.map(({ listen }) => listen);
  }

  /** Where we stand towards whoever is at the other end of `flow`. */
  placeFor(flow: SipFlow): ListenPlace | undefined {
    if (flow.listenIndex !== undefined) return this.#places[flow.listenIndex];
    if (this.#places.length === 1)
      return this.#places[0]!.listen.protocol === flow.protocol ? this.#places[0] : undefined;
    const family = flow.address.includes(':') ? 6 : 4;
    let first: ListenPlace | undefined;
    for (const place of this.#places) {
      if (place.listen.protocol !== flow.protocol) continue;
      if (place.family === family) return place;
      first ??= place;
    }
    return first;
  }

  #sentBy(flow: SipFlow): string {
    return this.placeFor(flow)?.sentBy ?? nowhere;
  }

  newBranch(): string {
    return branchCookie + this.tokens.next();
  }

  /** RFC 3581 §3: rport asks for the answer on the way the request came. */
  via(flow: SipFlow, branch: string): string {
    const start = this.placeFor(flow)?.viaStart ?? viaStart(flow.protocol, nowhere);
    return `${start}${branch};rport`;
  }

  contactLine(flow: SipFlow, user: string): string {
    const transport = flow.protocol === 'udp' ? '' : `;transport=${uriTransportOf(flow.protocol)}`;
    const name = user === '' ? '' : `${escapeUser(user)}@`;
    return `Contact: <sip:${name}${this.#sentBy(flow)}${transport}>\r\n`;
  }

  /** A party without a host is one of ours. */
  partyAddress(party: SipParty, flow: SipFlow): string {
    return formatNameAddr(oneLine(party.displayName), this.partyUri(party, flow));
  }

  partyUri(party: SipParty, flow: SipFlow): string {
    const host = party.host === '' ? (this.placeFor(flow)?.host ?? nowhere) : party.host;
    return partyUri(party.user, host);
  }

  /** Answers, and is done: everything that is refused or merely acknowledged. */
  answer(request: SipRequest, responder: Responder, outcome: Outcome): void {
    const { status, reason, body } = outcome;
    const lines = this.serverLine + (outcome.lines ?? '');
    const toTag = outcome.toTag ?? this.tokens.next();
    responder.respond(status, writeResponse(request, { status, reason, toTag, lines, body }));
  }
}

/** RFC 7118 §5.2.3: one URI parameter for both kinds of WebSocket. */
function uriTransportOf(protocol: SipProtocol): string {
  return protocol === 'wss' ? 'ws' : protocol;
}

export interface Outcome {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly lines?: string;
  readonly toTag?: string;
  /** SDP. */
  readonly body?: string;
}

const nowhere = 'unknown.invalid';

function viaStart(protocol: SipProtocol, sentBy: string): string {
  return `SIP/2.0/${protocol.toUpperCase()} ${sentBy};branch=`;
}

function partyUri(user: string, host: string): string {
  const uri = `sip:${user === '' ? '' : `${escapeUser(user)}@`}${bracketed(host)}`;
  // What becomes of the user is escaped; a host is whatever somebody has written down.
  return isHostName(host) ? uri : plainUri(uri);
}

function plainUri(uri: string): string {
  return /[^!#-;=?-~]/.test(uri) ? oneLine(uri).replace(/[<>" ]/g, '') : uri;
}
