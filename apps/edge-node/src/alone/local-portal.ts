/**
 * The tenant portal served by the node itself while the centre is away, so that an agent can sign in and open a desk: its files, and
 * of the API who is signed in, signing in and out, and the desk's pass. Everything else of the API is the centre's, and said to
 * be away. While the centre is there, only who signed in here is served.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { servePortal } from '@seatgrid/adapters/portals/serve-portal.ts';
import { api, type Me } from '@seatgrid/contracts/api/api.ts';
import type { Problem } from '@seatgrid/contracts/api/route.ts';
import type { NodeLog } from '../node-log.ts';
import { localBodyBytesMax, localGuessLimits, localPassMs } from './limits.ts';
import type { LocalLoginRefusal, LocalLogins, LocalPerson } from './local-logins.ts';

export interface LocalPortalOptions {
  readonly logins: LocalLogins;
  /** The built tenant portal. */
  readonly folder: string;
  /** Browsers come by TLS. */
  readonly isSecure: boolean;
  readonly log: NodeLog;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const cookieName = 'seatgrid_node';

export class LocalPortal {
  readonly #options: LocalPortalOptions;

  constructor(options: LocalPortalOptions) {
    this.#options = options;
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    const token = cookieOf(request);
    const person = this.#options.logins.personOf(token);
    const path = request.url?.split('?')[0] ?? '/';
    if (!person && !this.#options.logins.isOpen)
      return send(response, plain('The centre is there: the portal is served by it.'));
    if (!path.startsWith('/api/')) return this.#sendFile(request, response);
    this.#answer(`${request.method} ${path}`, { request, token, person })
      .catch((error: unknown): Answer => {
        this.#options.log.error({ err: error, path }, 'the portal of the node failed');
        return problem(500, 'fault', 'The node made a mistake.');
      })
      .then((answer) => send(response, answer))
      .catch(() => response.destroy());
  }

  async #answer(
    what: string,
    from: {
      readonly request: IncomingMessage;
      readonly token: string | undefined;
      readonly person: LocalPerson | undefined;
    },
  ): Promise<Answer> {
    const { request, token, person } = from;
    const { logins } = this.#options;
    // As at the centre: a foreign page cannot send this.
    if (request.method !== 'GET' && request.headers['x-seatgrid'] === undefined)
      return problem(403, 'refused', 'Changes need the header x-seatgrid.');
    switch (what) {
      case 'POST /api/auth/login':
        return this.#login(request);
      case 'POST /api/auth/logout':
        if (token !== undefined) logins.forget(token);
        return { status: 204, body: undefined, headers: { 'set-cookie': this.#cookie('') } };
    }
    if (!person) return problem(401, 'not-signed-in', 'Nobody is signed in.');
    switch (what) {
      case 'GET /api/auth/me':
        return { status: 200, body: meOf(person) };
      case 'POST /api/desk-token': {
        const deskUrl = `${this.#options.isSecure ? 'wss' : 'ws'}://${request.headers.host}/desk`;
        return { status: 200, body: { token: logins.deskToken(person) ?? '', deskUrl, desks: [] } };
      }
    }
    return problem(503, 'unavailable', 'The centre is away.', 10);
  }

  async #login(request: IncomingMessage): Promise<Answer> {
    const body = api['POST /api/auth/login'].body.safeParse(await readJson(request));
    if (!body.success) return problem(400, 'malformed', 'E-mail and password are asked for.');
    const outcome = await this.#options.logins.login(body.data, request.socket.remoteAddress ?? '');
    if (typeof outcome === 'string') return refusalOf(outcome);
    return {
      status: 200,
      body: meOf(outcome.person),
      headers: { 'set-cookie': this.#cookie(outcome.token) },
    };
  }

  #cookie(token: string): string {
    const flags = `Path=/; HttpOnly; SameSite=Lax${this.#options.isSecure ? '; Secure' : ''}`;
    return `${cookieName}=${token}; Max-Age=${token === '' ? 0 : localPassMs / 1_000}; ${flags}`;
  }

  #sendFile({ method, url, headers }: IncomingMessage, response: ServerResponse): void {
    const accepted = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    );
    const portal = { base: '', folder: this.#options.folder, name: '@seatgrid/tenant-portal' };
    const asked = new Request(new URL(url ?? '/', 'http://node'), {
      method: method ?? 'GET',
      headers: accepted,
    });
    const found = servePortal(portal, asked);
    response.writeHead(found.status, Object.fromEntries(found.headers));
    if (found.body) Readable.fromWeb(found.body as never).pipe(response);
    else response.end();
  }
}

function meOf({ tenant, agent, email }: LocalPerson): Me {
  const { id, slug, name, locale, timeZone, state } = tenant.tenant;
  return {
    userId: agent.userId,
    name: agent.name,
    email,
    role: 'agent',
    locale: agent.locale,
    tenant: { id, slug, name, locale, timeZone, state },
    agentId: agent.id,
    visit: null,
  };
}

function refusalOf(refusal: LocalLoginRefusal): Answer {
  switch (refusal) {
    case 'wrong':
      return problem(401, 'not-signed-in', 'E-mail or password is wrong.');
    case 'locked':
      return problem(
        429,
        'locked-out',
        'Too many wrong guesses. Wait before the next.',
        localGuessLimits.shutMsMin / 1_000,
      );
    case 'busy':
      return problem(503, 'unavailable', 'Too many are signing in at this moment.', 1);
    case 'centre-is-there':
      return problem(503, 'unavailable', 'The centre is there: sign in at its portal.', 10);
  }
}

function problem(status: number, code: Problem['code'], message: string, retryAfterSeconds?: number): Answer {
  const facts = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return { status, body: { code, message, problems: [], ...facts } satisfies Problem };
}

function plain(text: string): Answer {
  return { status: 404, body: `${text}\n`, headers: { 'content-type': 'text/plain; charset=utf-8' } };
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(text === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  });
  response.end(text);
}

function cookieOf({ headers }: IncomingMessage): string | undefined {
  const cookies = headers.cookie?.split(';').map((cookie) => cookie.trim().split('='));
  return cookies?.find(([name]) => name === cookieName)?.[1];
}

/** Undefined where it is none, or too much of it. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let octets = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    octets += part.length;
    if (octets > localBodyBytesMax) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}
