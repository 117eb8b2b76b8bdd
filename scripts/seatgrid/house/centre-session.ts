/** The centre's API as somebody signed in: the typed client with a session cookie kept in memory. */
import { createApiClient, type ApiClient } from '@seatgrid/contracts/api/client.ts';

export interface Session {
  readonly api: ApiClient;
  /** For what the client does not do: downloads, sockets. */
  readonly cookie: () => string;
}

export function openSession(origin: string): Session {
  let cookie = '';
  const send: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    for (const line of response.headers.getSetCookie()) cookie = line.split(';')[0]!;
    return response;
  };
  return {
    api: createApiClient(send, origin, () => (cookie === '' ? {} : { cookie })),
    cookie: () => cookie,
  };
}

export async function signIn(origin: string, email: string, password: string): Promise<Session> {
  const session = openSession(origin);
  await session.api.call('POST /api/auth/login', { body: { email, password } });
  return session;
}
