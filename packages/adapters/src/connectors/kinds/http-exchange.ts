/** One request by HTTP/1.1, and its whole answer, over connections that the guard made. */
import { Agent, request as askHttp, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConnectorSecrets, TlsSettings } from '@seatgrid/core/connectors/connector.ts';
import { connectorReplyOctetsMax } from '@seatgrid/core/connectors/limits.ts';
import { httpRedirectsMax } from '../../limits.ts';
import { ConnectorError } from '../connector-error.ts';
import { dial, dialTls, tlsOptions, type Guard } from '../guarded-dial.ts';
import { tooLarge } from '../reply-limit.ts';

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

export interface Exchanged {
  readonly status: number;
  readonly reason: string;
  readonly mediaType: string;
  readonly octets: Uint8Array;
  /** The octets as characters; throws where nobody knows them. */
  readonly text: string;
}

/** Of the connector’s own address: what is shown elsewhere shows nothing of it. */
export interface Identity {
  readonly origin: string;
  readonly user: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: ConnectorSecrets;
  readonly tls: TlsSettings | null;
}

const noTls: TlsSettings = { authority: '', certificate: '', serverName: '' };

export class Exchanger {
  readonly #identity: Identity;
  readonly #guard: Guard;
  readonly #agents = new Map<string, Agent>();

  constructor(identity: Identity, guard: Guard) {
    this.#identity = identity;
    this.#guard = guard;
  }

  /** A redirect is judged like the first address; only what changes nothing is asked again there (RFC 9110 §15.4). */
  async exchange(
    exchange: Exchange,
    signal: AbortSignal,
    octetsMax = connectorReplyOctetsMax,
  ): Promise<Exchanged> {
    let at = exchange;
    for (let hops = 0; ; hops++) {
      const answer = await this.#once(at, signal);
      const location = answer.headers.location;
      if (!isRedirect(answer.statusCode) || location === undefined || at.method !== 'GET')
        return readAnswer(answer, octetsMax);
      answer.destroy();
      if (hops === httpRedirectsMax) throw new ConnectorError('refused', 'it redirects round and round');
      at = { ...at, url: urlOf(location, at.url) };
    }
  }

  /** RFC 9110 §9.2.2: what is idempotent is asked again where a kept connection had just been closed. */
  async #once(exchange: Exchange, signal: AbortSignal): Promise<IncomingMessage> {
    try {
      return await this.#ask(exchange, signal);
    } catch (error) {
      if (exchange.method === 'GET' && error instanceof ClosedWhileKept) return this.#ask(exchange, signal);
      throw error;
    }
  }

  destroy(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #ask({ method, url, headers, body }: Exchange, signal: AbortSignal): Promise<IncomingMessage> {
    const isOurs = url.origin === this.#identity.origin;
    return new Promise((answered, fail) => {
      const request = askHttp({
        agent: this.#agentOf(url, signal),
        method,
        signal,
        host: url.hostname,
        port: portOf(url),
        path: `${url.pathname}${url.search}`,
        headers: {
          ...(isOurs ? this.#identity.headers : {}),
          ...headers,
          ...(isOurs ? this.#credentials() : {}),
          host: url.host,
          'user-agent': 'Seatgrid',
          'accept-encoding': 'identity',
          ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
      });
      request.once('response', answered);
      request.once('error', (error: NodeJS.ErrnoException) =>
        fail(request.reusedSocket && error.code === 'ECONNRESET' ? new ClosedWhileKept(error) : error),
      );
      request.end(body ?? undefined);
    });
  }

  #credentials(): Record<string, string> {
    const { user, secrets } = this.#identity;
    if (user) {
      const pair = Buffer.from(`${user}:${secrets.password ?? ''}`, 'utf8').toString('base64');
      return { authorization: `Basic ${pair}` };
    }
    return secrets.password ? { authorization: `Bearer ${secrets.password}` } : {};
  }

  #agentOf(url: URL, signal: AbortSignal): Agent {
    let agent = this.#agents.get(url.origin);
    if (!agent) this.#agents.set(url.origin, (agent = new Agent({ keepAlive: true, maxSockets: 1 })));
    agent.createConnection = (_options, made) => {
      this.#dial(url, signal).then(
        (socket) => made?.(null, socket),
        (error: Error) => made?.(error, undefined as never),
      );
      return undefined;
    };
    return agent;
  }

  #dial(url: URL, signal: AbortSignal): Promise<Duplex> {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const target = { host, port: portOf(url) };
    if (url.protocol === 'http:') return dial(target, this.#guard, signal);
    const isOurs = url.origin === this.#identity.origin;
    const options = tlsOptions((isOurs && this.#identity.tls) || noTls, {
      host,
      clientKey: this.#identity.secrets.clientKey,
    });
    return dialTls(target, { guard: this.#guard, options, signal });
  }
}

class ClosedWhileKept extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

const isRedirect = (status: number | undefined) => [301, 302, 303, 307, 308].includes(status ?? 0);
const portOf = (url: URL) => (url.port ? Number(url.port) : url.protocol === 'https:' ? 443 : 80);

export function urlOf(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ConnectorError('misasked', `${text} is no address of the web`);
  return url;
}

async function readAnswer(answer: IncomingMessage, octetsMax: number): Promise<Exchanged> {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw stopped(answer, new ConnectorError('unreadable', `packed as ${encoding}`));
  if (Number(answer.headers['content-length'] ?? 0) > octetsMax) throw stopped(answer, tooLarge());
  const pieces: Buffer[] = [];
  let octets = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    octets += piece.length;
    if (octets > octetsMax) throw stopped(answer, tooLarge());
    pieces.push(piece);
  }
  const mediaType = answer.headers['content-type'] ?? '';
  const whole = Buffer.concat(pieces);
  return {
    status: answer.statusCode ?? 0,
    reason: answer.statusMessage ?? '',
    mediaType,
    octets: whole,
    get text() {
      return decode(whole, mediaType);
    },
  };
}

function stopped(answer: IncomingMessage, error: ConnectorError): ConnectorError {
  answer.destroy();
  return error;
}

function decode(octets: Buffer, mediaType: string): string {
  const charset = /charset="?([\w-]+)/i.exec(mediaType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(octets);
  } catch (cause) {
    throw new ConnectorError('unreadable', `nobody knows the characters ${charset}`, cause);
  }
}
