/**
 * Who a request outside a dialog is from (RFC 3261 §8.2, §22): believed, proven, asked for proof, refused, or not heard. One
 * answer serves a name nobody has, a wrong password and a name shut out for guesses.
 */
import { DigestServer } from '../digest/digest-server.ts';
import { offeredAlgorithms } from '../digest/offered-algorithms.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { unescapeUser } from '../message/sip-uri.ts';
import { headerLine } from '../message/write-message.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import { sourceOf } from '../transport/source-address.ts';
import type { AgentCore, Outcome } from './agent-core.ts';
import type { IncomingInvite, SipTrust } from './sip-user-agent.ts';
import { SourceGate } from './source-gate.ts';

export type Admission =
  | { readonly kind: 'admitted'; readonly identity: IncomingInvite['identity'] }
  | { readonly kind: 'answer'; readonly outcome: Outcome }
  | { readonly kind: 'silence' };

export class AdmissionDesk {
  /** Requests and faults nobody was answered for. */
  unheard = 0;
  readonly #core: AgentCore;
  readonly #digest: DigestServer;
  readonly #gate = new SourceGate();
  #judged: { readonly request: SipRequest; readonly trust: SipTrust } | undefined;

  constructor(core: AgentCore) {
    this.#core = core;
    this.#digest = new DigestServer(core.clock, core.random);
  }

  /** Sources shut out at present for guessing. */
  get shutOut(): number {
    return this.#gate.shutOut(this.#core.clock.nowMs());
  }

  /** Before anything is kept or said for a request outside every dialog. */
  hears(request: SipRequest, flow: SipFlow): boolean {
    const trust = this.#trustOf(request, flow);
    return this.#counted(trust.kind === 'trusted' || (trust.kind !== 'silence' && this.#isAllowed(flow)));
  }

  /** Whether what could not be read is answered: to those we know, by their address or by a proof. */
  hearsFaults(flow: SipFlow): boolean {
    const isKnown = this.#gate.isKnown(sourceOf(flow.address), this.#core.clock.nowMs());
    return this.#counted(isKnown || this.#core.handler.trust({ ...nothingSaid, flow }).kind === 'trusted');
  }

  admit(request: SipRequest, flow: SipFlow): Admission {
    const trust = this.#trustOf(request, flow);
    switch (trust.kind) {
      case 'trusted':
        return { kind: 'admitted', identity: { kind: 'trunk', peer: trust.peer } };
      case 'challenge':
        return this.#prove(request, flow, trust);
      case 'refuse':
        return { kind: 'answer', outcome: { status: trust.status, reason: trust.reason } };
      case 'silence':
        return { kind: 'silence' };
    }
  }

  #counted(isHeard: boolean): boolean {
    if (!isHeard) this.unheard++;
    return isHeard;
  }

  #isAllowed(flow: SipFlow): boolean {
    return this.#gate.admits(sourceOf(flow.address), this.#core.clock.nowMs());
  }

  #trustOf(request: SipRequest, flow: SipFlow): SipTrust {
    if (this.#judged?.request === request) return this.#judged.trust;
    const { uri } = request;
    const from = request.from.uri;
    const trust = this.#core.handler.trust({
      method: request.method,
      flow,
      fromUser: from.kind === 'sip' ? unescapeUser(from.user) : '',
      fromHost: from.kind === 'sip' ? from.host : '',
      requestUser: uri.kind === 'sip' ? unescapeUser(uri.user) : '',
      requestHost: uri.kind === 'sip' ? uri.host : '',
    });
    this.#judged = { request, trust };
    return trust;
  }

  #prove(request: SipRequest, flow: SipFlow, trust: Extract<SipTrust, { kind: 'challenge' }>): Admission {
    const { handler, clock } = this.#core;
    const { realm } = trust;
    const source = sourceOf(flow.address);
    const algorithms = trust.algorithms ?? offeredAlgorithms(request.field('User-Agent') ?? '');
    const verdict = this.#digest.judge({
      realm,
      source,
      method: request.method,
      algorithms,
      credentials: request.headers('Authorization'),
      secretOf: (username) => handler.secret(realm, username),
    });
    // RFC 7616 §3.4: what is improper in a parameter is a 4xx of its own, and no guess.
    if (verdict.kind === 'improper')
      return { kind: 'answer', outcome: { status: 400, reason: 'Improper Digest Credentials' } };
    if (verdict.kind === 'proven' || verdict.kind === 'wrong') {
      const { username } = verdict;
      const attempt = { source, realm, username };
      const nowMs = clock.nowMs();
      if (verdict.kind === 'proven' && this.#gate.judges(attempt, nowMs)) {
        this.#gate.proven(attempt, nowMs);
        return { kind: 'admitted', identity: { kind: 'phone', realm, username } };
      }
      if (verdict.kind === 'wrong') {
        this.#gate.failed(attempt, nowMs);
        handler.onWrongCredentials?.({ realm, username, flow });
      }
    }
    return this.#challenge(realm, source, verdict.kind === 'stale' ? 'stale' : 'first', algorithms);
  }

  /** RFC 3261 §22.2: 401 with a fresh challenge, also for a wrong proof; stale=true spares the person a prompt. */
  #challenge(
    realm: string,
    source: string,
    cause: 'first' | 'stale',
    algorithms: Parameters<DigestServer['challenge']>[0]['algorithms'],
  ): Admission {
    let lines = '';
    for (const value of this.#digest.challenge({ realm, source, cause, algorithms }))
      lines += headerLine('WWW-Authenticate', value);
    return { kind: 'answer', outcome: { status: 401, lines } };
  }
}

const nothingSaid = { method: '', fromUser: '', fromHost: '', requestUser: '', requestHost: '' };
