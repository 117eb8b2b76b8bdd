/** Who a request outside a dialog is from (RFC 3261 §8.2, §22): believed, proven, asked for proof, or refused. */
import { DigestServer } from '../digest/digest-server.ts';
import { offeredAlgorithms } from '../digest/offered-algorithms.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { unescapeUser } from '../message/sip-uri.ts';
import { headerLine } from '../message/write-message.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { AgentCore, Outcome } from './agent-core.ts';
import type { IncomingInvite, SipTrust } from './sip-user-agent.ts';

export type Admission =
  | { readonly kind: 'admitted'; readonly identity: IncomingInvite['identity'] }
  | { readonly kind: 'answer'; readonly outcome: Outcome }
  | { readonly kind: 'silence' };

export class AdmissionDesk {
  readonly #core: AgentCore;
  readonly #digest: DigestServer;

  constructor(core: AgentCore) {
    this.#core = core;
    this.#digest = new DigestServer(core.clock, core.random);
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

  #trustOf(request: SipRequest, flow: SipFlow): SipTrust {
    const { uri } = request;
    const from = request.from.uri;
    return this.#core.handler.trust({
      method: request.method,
      flow,
      fromUser: from.kind === 'sip' ? unescapeUser(from.user) : '',
      fromHost: from.kind === 'sip' ? from.host : '',
      requestUser: uri.kind === 'sip' ? unescapeUser(uri.user) : '',
      requestHost: uri.kind === 'sip' ? uri.host : '',
    });
  }

  #prove(request: SipRequest, flow: SipFlow, trust: Extract<SipTrust, { kind: 'challenge' }>): Admission {
    const { handler } = this.#core;
    const { realm } = trust;
    const algorithms = trust.algorithms ?? offeredAlgorithms(request.header('User-Agent') ?? '');
    const verdict = this.#digest.judge({
      realm,
      method: request.method,
      algorithms,
      credentials: request.headers('Authorization'),
      secretOf: (username) => handler.secret(realm, username),
    });
    if (verdict.kind === 'proven') {
      return { kind: 'admitted', identity: { kind: 'phone', realm, username: verdict.username } };
    }
    if (verdict.kind === 'wrong') handler.onWrongCredentials?.({ realm, username: verdict.username, flow });
    // RFC 3261 §22.2: 401 with a fresh challenge, also for a wrong proof; stale=true spares the person a prompt.
    let lines = '';
    for (const value of this.#digest.challenge(
      realm,
      verdict.kind === 'stale' ? 'stale' : 'first',
      algorithms,
    )) {
      lines += headerLine('WWW-Authenticate', value);
    }
    return { kind: 'answer', outcome: { status: 401, lines } };
  }
}
