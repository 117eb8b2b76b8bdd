import { ApiProblem, createApiClient, type ApiClient } from '@seatgrid/contracts/api/client.ts';

const client = createApiClient((input, init) => fetch(input, init));
const listeners = new Set<() => void>();

/** The centre's API, typed. A session that has ended is told to whoever listens, once for every call that met it. */
export const api: ApiClient = {
  async call(path, ...input) {
    try {
      return await client.call(path, ...input);
    } catch (cause) {
      if (cause instanceof ApiProblem && cause.problem.code === 'not-signed-in')
        for (const tell of listeners) tell();
      throw cause;
    }
  },
};

export function onSessionEnd(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
