/** The typed client both portals, the demo seed and the tests use: one function, its types read off the API table. */
import type { z } from 'zod';
import { api, type Api } from './api.ts';
import { problemSchema, type Problem, type Route } from './route.ts';

type Input<R extends Route> = (R extends { params: infer P extends z.ZodType }
  ? { params: z.input<P> }
  : unknown) &
  (R extends { query: infer Q extends z.ZodType } ? { query: z.input<Q> } : unknown) &
  (R extends { body: 'octets' }
    ? { body: Uint8Array | Blob }
    : R extends { body: infer B extends z.ZodType }
      ? { body: z.input<B> }
      : unknown);
type Reply<R extends Route> = R extends { reply: 'octets' }
  ? Blob
  : R extends { reply: infer S extends z.ZodType }
    ? z.output<S>
    : undefined;

export type ApiPath = keyof Api;
export type ApiReply<P extends ApiPath> = Reply<Api[P]>;
export type ApiInput<P extends ApiPath> = Input<Api[P]>;
type Arguments<P extends ApiPath> = unknown extends ApiInput<P> ? [] : [input: ApiInput<P>];

/** A refusal by the API, told as it was told. `status` is the HTTP status; 0 when the centre could not be reached. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly problem: Problem;
  constructor(status: number, problem: Problem) {
    super(problem.message);
    this.status = status;
    this.problem = problem;
  }
}

export interface ApiClient {
  call<P extends ApiPath>(path: P, ...input: Arguments<P>): Promise<ApiReply<P>>;
}

/**
 * `send` is `fetch` or the like; `origin` '' in a browser. Every request carries `x-seatgrid: 1`, without which the centre
 * takes no change over a session cookie (a foreign page cannot send it).
 */
export function createApiClient(
  send: typeof fetch,
  origin = '',
  headers: () => Record<string, string> = () => ({}),
): ApiClient {
  return {
    async call(path, ...rest) {
      const input = (rest[0] ?? {}) as {
        params?: Record<string, string>;
        query?: Record<string, unknown>;
        body?: unknown;
      };
      const [method, pattern] = path.split(' ') as [string, string];
      const url =
        origin +
        pattern.replace(/:([a-zA-Z0-9]+)/g, (_, name: string) => encodeURIComponent(input.params![name]!)) +
        queryString(input.query);
      const isOctets =
        input.body instanceof Uint8Array || (typeof Blob !== 'undefined' && input.body instanceof Blob);
      const contentType: Record<string, string> =
        input.body === undefined
          ? {}
          : { 'content-type': isOctets ? 'application/octet-stream' : 'application/json' };
      const init: RequestInit = { method, headers: { ...headers(), 'x-seatgrid': '1', ...contentType } };
      if (input.body !== undefined)
        init.body = isOctets ? (input.body as Blob | Uint8Array<ArrayBuffer>) : JSON.stringify(input.body);
      let response: Response;
      try {
        response = await send(url, init);
      } catch (cause) {
        throw Object.assign(
          new ApiProblem(0, { code: 'unavailable', message: 'the centre cannot be reached', problems: [] }),
          { cause },
        );
      }
      if (!response.ok) throw new ApiProblem(response.status, await problemOf(response));
      if (response.status === 204) return undefined as never;
      const route: Route = api[path];
      return (route.reply === 'octets' ? await response.blob() : await response.json()) as never;
    },
  };
}

function queryString(query: Record<string, unknown> | undefined): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)])).toString()}`;
}

async function problemOf(response: Response): Promise<Problem> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  return parsed.success
    ? parsed.data
    : { code: 'fault', message: `the centre answered ${response.status}`, problems: [] };
}
