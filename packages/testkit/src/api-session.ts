/** Whoever signs in at a centre, or at a node's own page, and keeps the session's cookie as browsers do. */
import { createApiClient, type ApiClient } from '@seatgrid/contracts/api/client.ts';

export interface Who {
  readonly email: string;
  readonly password: string;
}

export interface ApiSession extends ApiClient {
  /** As it is now; empty before anybody signed in. */
  cookie(): string;
  /** A request as it is: for whatever the client has no words for. */
  raw(path: string, init?: RequestInit): Promise<Response>;
  signIn(who: Who): Promise<ApiSession>;
}

/** Nobody is signed in yet. */
export function openApiSession(origin: string): ApiSession {
  let cookie = '';
  const send: typeof fetch = async (address, init) => {
    const reply = await fetch(address, init);
    cookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return reply;
  };
  const client = createApiClient(send, origin, () => ({ cookie }));
  const session: ApiSession = {
    ...client,
    cookie: () => cookie,
    raw: (path, init = {}) =>
      send(origin + path, { ...init, headers: { cookie, 'x-seatgrid': '1', ...(init.headers as object) } }),
    async signIn(who) {
      await client.call('POST /api/auth/login', { body: who });
      return session;
    },
  };
  return session;
}
