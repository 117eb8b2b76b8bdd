/** Our REGISTERs for one address of record at one registrar (RFC 3261 §10.2): the same Call-ID, numbers that grow, one contact. */
import { sipMaxForwards } from '../../limits.ts';
import { decimalOf, paramOf } from '../message/scanner.ts';
import type { SipResponse } from '../message/sip-message.ts';
import { unescapeUser } from '../message/sip-uri.ts';
import { headerLine } from '../message/write-message.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { AgentCore } from './agent-core.ts';
import type { RegisterAnswer } from './registration-machine.ts';
import { sendRequest } from './sent-request.ts';
import type { OutgoingRegistrationRequest } from './sip-user-agent.ts';

export class Registering {
  readonly #core: AgentCore;
  readonly #wanted: OutgoingRegistrationRequest;
  readonly #callId: string;
  #cseq = 0;

  constructor(core: AgentCore, wanted: OutgoingRegistrationRequest) {
    this.#core = core;
    this.#wanted = wanted;
    // §10.2: a user agent should use one Call-ID for all its registrations with a registrar.
    this.#callId = core.tokens.next();
  }

  register(flow: SipFlow, expiresSeconds: number): Promise<RegisterAnswer> {
    const core = this.#core;
    const { registrar, addressOfRecord, contactUser } = this.#wanted;
    const from = core.partyAddress(addressOfRecord, flow);
    const fromText = `${from};tag=${core.tokens.next()}`;
    const lines =
      core.contactLine(flow, contactUser) +
      // RFC 3327 §5.1: proxies on the way may ask the registrar to send our calls by them.
      headerLine('Supported', 'path') +
      headerLine('Expires', String(expiresSeconds)) +
      core.userAgentLine;
    return new Promise((settle) => {
      sendRequest(
        core,
        flow,
        (via, authorization) => ({
          method: 'REGISTER',
          uri: registrar,
          via,
          from: fromText,
          to: from,
          callId: this.#callId,
          // §10.2: each REGISTER of one Call-ID has the next number.
          cseq: ++this.#cseq,
          maxForwards: sipMaxForwards,
          lines: authorization + lines,
        }),
        {
          onResponse: (response) => response.status >= 200 && settle(this.#read(response)),
          onTimeout: () => settle({ status: 408 }),
          onTransportFailure: () => settle({ status: 503 }),
        },
        (realm) => this.#wanted.credentialsOf(realm),
      );
    });
  }

  #read(response: SipResponse): RegisterAnswer {
    const { status } = response;
    // §10.3 step 8: the 200 lists every contact of the address; ours is known by its user part.
    const own = response
      .nameAddrs('Contact')
      ?.find(({ uri }) => uri.kind === 'sip' && unescapeUser(uri.user) === this.#wanted.contactUser);
    const expires = secondsOf(own && paramOf(own.params, 'expires')) ?? secondsOf(response.field('Expires'));
    const least = secondsOf(response.field('Min-Expires'));
    const serviceRoutes = response.list('Service-Route');
    const retryAfter = secondsOf(/^\d+/.exec(response.field('Retry-After') ?? '')?.[0]);
    return {
      status,
      ...(expires === undefined ? {} : { expiresSeconds: expires }),
      ...(least === undefined ? {} : { minExpiresSeconds: least }),
      ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
      ...(serviceRoutes.length === 0 ? {} : { serviceRoutes }),
    };
  }
}

function secondsOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : decimalOf(text.trim());
}
