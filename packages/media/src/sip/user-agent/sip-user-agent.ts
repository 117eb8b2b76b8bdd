/**
 * The face of the SIP stack: what a node says to phones and trunks, and what it hears from them. It knows requests,
 * dialogs and bindings; it knows nothing of calls, queues or tenants. Called by `apps/edge-node` alone.
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { DigestCredentials } from '../digest/digest-client.ts';
import type { DigestAlgorithm } from '../digest/digest-response.ts';
import type { MessageTrace } from '../transaction/transaction-layer.ts';
import type { OpenTransport } from '../transport/open-transport.ts';
import type { RegisterAnswer } from './registration-machine.ts';
import type { SipFlow, SipListen, SipTls } from '../transport/sip-transport.ts';

export type { SipFlow, SipListen, SipTls } from '../transport/sip-transport.ts';

export interface SipUserAgentOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** What stands in `Server` and `User-Agent`. */
  readonly product: string;
  /** Address and port written into Via and Contact, by protocol, e.g. the node's site address. */
  readonly listen: readonly SipListen[];
  readonly handler: SipHandler;
  /** Every message in and out, for ladders; must be cheap. */
  readonly trace?: SipTrace;
  /** Real sockets where absent; tests give a wire of their own. */
  readonly openTransport?: OpenTransport;
}

export type SipTrace = MessageTrace;

export interface SipUserAgent {
  /** Opens every socket; rejects with a `SipTransportError` naming address, port and cause when one is taken. */
  start(): Promise<void>;
  /** Other certificates for whoever connects from now on; calls go on. Throws, and changes nothing, where they cannot be used. */
  renewTls(tls: SipTls): void;
  /** Ends transactions without further messages and closes the sockets. */
  close(): Promise<void>;
  invite(request: OutgoingInviteRequest, listener: OutgoingInviteListener): OutgoingInvite;
  /** A request outside a dialog (OPTIONS, NOTIFY); settles with the final status, 408 on silence. */
  request(request: OutgoingRequest): Promise<{ readonly status: number; readonly reason: string }>;
  /** Our contact at somebody else's registrar; nothing is sent before it is asked to. */
  registration(request: OutgoingRegistrationRequest): OutgoingRegistration;
  readonly statistics: () => SipStatistics;
  /** What is listened on, with the real ports where 0 was asked for; empty before `start`. */
  readonly listening: () => readonly SipListen[];
  /** D-11: what `messageSummary` says of this phone has changed: whoever subscribed is told. */
  messagesChanged(realm: string, username: string): void;
  /** The standing bindings of an address of record. */
  bindings(realm: string, username: string): readonly SipBinding[];
}

export interface SipStatistics {
  readonly transactions: number;
  readonly dialogs: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly malformedIn: number;
  /** Requests and malformed messages that were met with silence. */
  readonly unheard: number;
  /** Sources shut out at present for guessing. */
  readonly shutOut: number;
}

/** Who a request claims to be from, and what stands behind the claim. */
export type SipTrust =
  /** Believed by where it comes from: a trunk by address. */
  | { readonly kind: 'trusted'; readonly peer: string }
  /** To be proven by digest against this realm; `credentials` says what is expected of a username. */
  | {
      readonly kind: 'challenge';
      readonly realm: string;
      /** Offered and accepted, in this order; `digestAlgorithmsDefault` where absent. */
      readonly algorithms?: readonly DigestAlgorithm[];
    }
  /** Not answered at all. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'refuse'; readonly status: number; readonly reason?: string };

/** HA1 = H(username:realm:password), lower-case hex, one per algorithm offered (RFC 7616 §3.4.2, RFC 8760). */
export interface DigestSecret {
  readonly md5: string;
  readonly sha256: string;
}

export interface SipHandler {
  /** First question about every out-of-dialog request except ACK and CANCEL. */
  trust(request: {
    readonly method: string;
    readonly flow: SipFlow;
    readonly fromUser: string;
    readonly fromHost: string;
    readonly requestUser: string;
    readonly requestHost: string;
  }): SipTrust;
  /** The secret of `username` in `realm`, or undefined where there is none (answered like a wrong password). */
  secret(realm: string, username: string): DigestSecret | undefined;
  /** Whether a proven `username` may register under another user part; absent, under its own alone. */
  ownsAddress?(claim: {
    readonly realm: string;
    readonly username: string;
    readonly address: string;
  }): boolean;
  /** A proven REGISTER was applied. `bindings` is what stands now; empty when all are gone. */
  onBindings(change: {
    readonly realm: string;
    readonly username: string;
    readonly bindings: readonly SipBinding[];
  }): void;
  onInvite(invite: IncomingInvite): void;
  /**
   * Asked about every INVITE that would begin a call, before anything else is done with it: seconds after which the caller may
   * try again, where there is no room for more now. Must be cheap: it is what stands between a flood and the calls in progress.
   */
  refusesFor?(flow: SipFlow): number | undefined;
  /** What OPTIONS asks: false where an INVITE from there would be told to try elsewhere. */
  takesCalls?(flow: SipFlow): boolean;
  /** Somebody tried to prove a name and failed: for logs and for locking out guessers. */
  onWrongCredentials?(attempt: {
    readonly realm: string;
    readonly username: string;
    readonly flow: SipFlow;
  }): void;
  /** Who we are to a peer that challenges our own requests. */
  ownCredentials?(challenge: {
    readonly realm: string;
    readonly flow: SipFlow;
  }): DigestCredentials | undefined;
  /** What waits for a proven phone that asks for its light (RFC 3842); undefined: it has no box, 404. Absent: SUBSCRIBE gets 405. */
  messageSummary?(phone: { readonly realm: string; readonly username: string }): MessageSummary | undefined;
  /** A request inside no dialog that the stack does not answer itself (MESSAGE, SUBSCRIBE…): returns the status to send. */
  onRequest?(request: { readonly method: string; readonly username: string; readonly body: string }): number;
}

export interface MessageSummary {
  readonly fresh: number;
  readonly heard: number;
}

/** One Contact of an address of record (RFC 3261 §10), with the flow it registered over. */
export interface SipBinding {
  readonly contact: string;
  readonly flow: SipFlow;
  readonly expiresAtMs: number;
  readonly userAgent: string;
  /** The proxies between us and the phone (RFC 3327), as Route names them. */
  readonly routes: readonly string[];
}

/** A party as a From, To or P-Asserted-Identity names it. */
export interface SipParty {
  readonly user: string;
  readonly host: string;
  readonly displayName: string;
}

/** Something beside the SDP in a body of several parts (RFC 5621). */
export interface SipPart {
  readonly contentType: string;
  readonly text: string;
}

export interface IncomingInvite {
  readonly sipCallId: string;
  readonly flow: SipFlow;
  /** The proven peer: trunk peer name, or `username@realm` of a phone. */
  readonly identity:
    | { readonly kind: 'trunk'; readonly peer: string }
    | { readonly kind: 'phone'; readonly realm: string; readonly username: string };
  readonly from: SipParty;
  /** P-Asserted-Identity, believed from trusted peers only (RFC 3325). */
  readonly assertedIdentity?: SipParty;
  /** The caller asks that nobody at our desks be told who calls (RFC 3323, RFC 3325). */
  readonly isIdentityWithheld: boolean;
  /** Where the call was before it came here, the first stop first. */
  readonly diversions: readonly SipDiversion[];
  readonly to: SipParty;
  readonly requestUser: string;
  readonly requestHost: string;
  /** Somebody before us was told to try here, and for this cause (RFC 4458 §2); undefined: the call comes straight. */
  readonly sentOnFor: number | undefined;
  /** The offer, or '' for a late offer. */
  readonly sdp: string;
  header(name: string): string | undefined;
  /** What the body brings of that type beside the SDP, or ''. */
  part(contentType: string): string;
  /** Whether sound may be described before the answer: not where the offer is late and nothing arrives for certain. */
  readonly allowsEarlyMedia: boolean;
  /** The standing dialog this call is to take over (RFC 3891); whether the caller may is for the node to say. */
  readonly replaces?: Dialog;
  /** The same of an INVITE of ours that still rings: a pick-up. */
  readonly picksUp?: OutgoingInvite;
  /** Hears what the caller says of its sound before the answer; absent, its changes are refused. */
  early: Pick<DialogListener, 'onReinvite' | 'onLateAnswer'> | undefined;
  /** 180 without, 183 with early media; reliably (RFC 3262) where the caller can tell, and it matters or is demanded. */
  progress(status: 180 | 181 | 182 | 183, sdp?: string): void;
  /** 200 with our answer (or offer, when theirs was late). The dialog is confirmed when the ACK arrives. */
  accept(sdp: string, listener: DialogListener): Dialog;
  reject(status: number, options?: RejectOptions): void;
  /** Called once when the caller gives up before an answer (CANCEL, or the transaction died), and perhaps says why. */
  onCancelled: ((reason?: SipReason) => void) | undefined;
}

export interface RejectOptions {
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
  /** What the telephone network would say (RFC 6432). */
  readonly cause?: SipReason;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A stop of a call on its way, and why it went on from there: a status as RFC 4458 has them, 302 for sent on by hand. */
export interface SipDiversion {
  readonly from: SipParty;
  readonly cause: number;
}

/** Why something ended (RFC 3326): a cause of Q.850 below 128, a SIP status from there on. */
export interface SipReason {
  readonly cause: number;
  readonly text: string;
}

export interface OutgoingInviteRequest {
  /** Request-URI, e.g. `sip:8001@192.0.2.7:5062;transport=tcp`, or a binding's contact. */
  readonly uri: string;
  /** Send over this flow (a registered phone behind NAT) instead of resolving the URI. */
  readonly flow?: SipFlow;
  /** Where the URI leads, when its host is a name (RFC 3263); requests in the dialog go where its Contact says. */
  readonly server?: SipFlow;
  /** Proxies on the way, as values of Route: what a registration learnt (RFC 3608), or a phone's own path (RFC 3327). */
  readonly routes?: readonly string[];
  /** Comes back in the flow of `ownCredentials`, for this call and all in its dialog. */
  readonly peer?: string;
  readonly from: SipParty;
  readonly to?: SipParty;
  /** The offer; '' asks the callee for one. */
  readonly sdp: string;
  readonly beside?: SipPart;
  readonly headers?: Readonly<Record<string, string>>;
  /** Told to the callee's side, so that it sees a call that was sent on for what it is. */
  readonly diversions?: readonly SipDiversion[];
  /** CANCEL and fail with 408 when no final answer came by then. */
  readonly ringTimeoutMs: number;
  /** The same when nothing at all came by then, not even 100. */
  readonly silenceTimeoutMs?: number;
}

export interface OutgoingInvite {
  readonly sipCallId: string;
  /** CANCEL; the listener still hears `onFailed` (487). An answer that crossed is acknowledged and ended (BYE) unseen. */
  cancel(reason?: SipReason): void;
}

export interface InviteFailure {
  readonly status: number;
  readonly reason: string;
  readonly retryAfterSeconds?: number;
  readonly cause?: SipReason;
  /** Who ended it: the far side's final response, our own CANCEL, silence, or no way to send. */
  readonly by: DialogEnd['by'];
}

export interface OutgoingInviteListener extends DialogListener {
  /** `branch` tells the phones of a forked call apart: whoever spoke last with an SDP is the one to listen to. */
  onProgress(progress: { readonly status: number; readonly sdp: string; readonly branch: string }): void;
  /** They made the offer, ours having been '': the answer that goes into the ACK or PRACK. Told before `onAnswered`. */
  onLateOffer?(sdp: string): string;
  /** 2xx; the ACK has been sent. */
  onAnswered(answer: { readonly sdp: string; readonly dialog: Dialog }): void;
  onFailed(failure: InviteFailure): void;
}

export interface OutgoingRequest {
  readonly method: string;
  readonly uri: string;
  readonly flow?: SipFlow;
  readonly from: SipParty;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body?: string;
}

export interface OutgoingRegistrationRequest {
  /** Request-URI: the domain we register in. */
  readonly registrar: string;
  readonly addressOfRecord: SipParty;
  /** The user part of our Contact, by which calls to it are known. */
  readonly contactUser: string;
  /** Good for as long as it takes to undo the registration, whatever was configured since. */
  credentialsOf(realm: string): DigestCredentials | undefined;
}

export interface OutgoingRegistration {
  /** One REGISTER to this server; 0 takes the contact back. */
  send(expiresSeconds: number, server: SipFlow): Promise<RegisterAnswer>;
}

/** An established relation with one party (RFC 3261 §12). */
export interface Dialog {
  readonly isEnded: boolean;
  readonly sipCallId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** BYE. Idempotent; the listener hears `onEnded` at once, within this call. `reason` goes into a Reason header (RFC 3326). */
  bye(reason?: SipReason): void;
  /** re-INVITE with an offer of ours; settles with the answer, or the status that refused it (491 is retried once by the stack). */
  reinvite(
    sdp: string,
  ): Promise<{ readonly ok: true; readonly sdp: string } | { readonly ok: false; readonly status: number }>;
  /** INFO with a body, e.g. `application/dtmf-relay`; without one it asks for a sign of life. `onAnswer` hears the final status: 408 for silence, 503 for a way that is gone. */
  info(contentType: string, body: string, onAnswer?: (status: number) => void): void;
}

/** What the far side does inside the dialog. Exactly one `onEnded` ends it. */
export interface DialogListener {
  /** Their re-INVITE or UPDATE: the SDP we answer with (or offer, when `sdp` is ''), or a status that refuses. */
  onReinvite(sdp: string): string | number;
  /** The ACK brought the answer to an offer of ours that went out in a 2xx. */
  onLateAnswer?(sdp: string): void;
  /** A digit by SIP INFO. */
  onInfoDigit?(digit: string, durationMs: number): void;
  /** An INFO of any other content: the status that answers it, or undefined where it is nothing to us. One that takes time should take little. */
  onInfo?(info: SipPart): number | Promise<number> | undefined;
  /** A REFER we were asked to follow; the status to answer it with. Below 300, `referral` wants to hear how it goes. */
  onRefer?(target: ReferRequest, referral: Referral): number;
  onEnded(end: DialogEnd): void;
}

/** Whom a REFER names (RFC 3515). */
export interface ReferRequest extends SipParty {
  readonly uri: string;
  /** An attended transfer: the party at the other end of this dialog is meant; undefined where it is none of ours. */
  readonly replaces?: { readonly dialog: Dialog | undefined };
}

export interface Referral {
  /** How the reference goes, as a SIP status; one from 200 on is the last. */
  progress(status: number): void;
  /** The referrer has heard the last of it, or does not want to. */
  readonly isOver: boolean;
  /** Told once when that has become so. */
  onOver: (() => void) | undefined;
}

export interface DialogEnd {
  /** Who ended it first. `timeout`: an ACK, a re-INVITE's answer or a sign of life (RFC 4028) never came. */
  readonly by: 'remote' | 'local' | 'timeout' | 'transport';
  readonly reason?: SipReason;
}
