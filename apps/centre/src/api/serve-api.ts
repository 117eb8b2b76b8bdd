/**
 * The API table made to answer. For each row: who asks, may they, is what they sent well-formed; then the handler; then its
 * reply or refusal as HTTP. Handlers see none of this.
 */
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { api } from '@seatgrid/contracts/api/api.ts';
import type { Problem, Route } from '@seatgrid/contracts/api/route.ts';
import { mayDo } from '@seatgrid/core/context/access.ts';
import type { Centre } from '../centre.ts';
import { jsonBodyOctetsMax, promptUploadOctetsMax } from '../limits.ts';
import { believedNode } from '../nodes/believed-node.ts';
import { signedIn, type SignedIn } from './auth/sign-in.ts';
import { readBody } from './read-body.ts';
import { Replied, type ApiPath, type ApiRequest, type Handlers } from './handler.ts';
import { httpStatus, malformed, notFound, notSignedIn, Refusal, refusalOf, refused } from './refusal.ts';

export function serveApi(centre: Centre, handlers: Handlers): Hono {
  const app = new Hono();
  // Literal paths before those with parameters, so that `/flows/check` is not taken for a flow's id.
  const paths = (Object.keys(api) as ApiPath[]).sort(
    (a, b) => Number(a.includes(':')) - Number(b.includes(':')),
  );
  for (const path of paths) {
    const [method, pattern] = path.split(' ') as [string, string];
    const route: Route = api[path];
    app.on(method, [pattern], async (context) => {
      const response = await answer(centre, { context, path, route, handlers });
      centre.counters.requests.add([method, pattern, String(response.status)]);
      return response;
    });
  }
  app.notFound((context) => tell(context, notFound));
  app.onError((error, context) => {
    centre.counters.requests.add([context.req.method, context.req.routePath, '500']);
    centre.log.error({ err: error, method: context.req.method, path: context.req.path }, 'fault');
    return tell(context, refusalOf('fault', 'The centre made a mistake; it has been written down.'));
  });
  return app;
}

/** A node's recording streams through; its size is known beforehand and not ours to limit. */
function isStreamed(path: ApiPath): boolean {
  return (
    path === 'POST /api/node/recordings/:requestId' ||
    path === 'POST /api/node/copies/:tenantId/:recordingId/:from'
  );
}

interface Asked {
  readonly context: Context;
  readonly path: ApiPath;
  readonly route: Route;
  readonly handlers: Handlers;
}

async function answer(centre: Centre, { context, path, route, handlers }: Asked): Promise<Response> {
  const foreign = refuseForeignPage(context, route);
  if (foreign) return context.json(foreign.problem, 403);
  const asking = await caller(centre, context, path, route);
  if (asking instanceof Refusal) return tell(context, asking);
  const input = await parse(context, path, route);
  if (input instanceof Refusal) return tell(context, input);
  const handle = handlers[path] as (request: ApiRequest<ApiPath>) => Promise<unknown>;
  const outcome = await handle({
    centre,
    ...asking,
    raw: context.req.raw,
    ...input,
  } as unknown as ApiRequest<ApiPath>);
  if (outcome instanceof Refusal) return tell(context, outcome);
  const { reply, headers } = outcome instanceof Replied ? outcome : { reply: outcome, headers: {} };
  if (reply instanceof Response) return reply;
  for (const [name, value] of Object.entries(headers)) context.header(name, String(value));
  context.header('cache-control', 'no-store');
  if (reply === undefined) return context.body(null, 204);
  // Through the schema, so that nothing leaves that the contract does not name.
  const schema = route.reply as z.ZodType;
  return context.json(schema.parse(reply) as object);
}

/** A page of another origin can make a browser send our cookie, but not this header without our leave (which it never has). */
function refuseForeignPage(context: Context, route: Route): Refusal | undefined {
  const isLooking = context.req.method === 'GET' || context.req.method === 'HEAD';
  if (isLooking || route.access === 'node' || context.req.path === '/api/node/enrol') return undefined;
  if (context.req.header('x-seatgrid') !== undefined) return undefined;
  return refused('A change needs the header `x-seatgrid: 1`.');
}

interface Asking {
  readonly ctx: unknown;
  readonly person?: SignedIn;
}

async function caller(
  centre: Centre,
  context: Context,
  path: ApiPath,
  { access }: Route,
): Promise<Asking | Refusal> {
  if (access === 'public') return { ctx: undefined };
  if (access === 'node') {
    const node = await believedNode(centre, context.req.header('authorization'));
    return node ? { ctx: node } : notSignedIn;
  }
  const person = await signedIn(centre, context.req.header('cookie'));
  if (!person) return notSignedIn;
  if (access === 'signed-in') return { ctx: person, person };
  const [noun, verb] = access;
  const isPlatformRoute = path.includes(' /api/platform/');
  const isAtHome = (person.ctx.kind === 'platform') === isPlatformRoute;
  return isAtHome && mayDo(person.role, noun, verb) ? { ctx: person.ctx, person } : notFound;
}

async function parse(
  context: Context,
  path: ApiPath,
  route: Route,
): Promise<Refusal | Record<string, unknown>> {
  const params = route.params?.safeParse(context.req.param());
  // An id that is none names nothing.
  if (params && !params.success) return notFound;
  const query = route.query?.safeParse(context.req.query());
  if (query && !query.success) return refusalOfZod(query.error);
  const body = await parseBody(context, path, route);
  if (body instanceof Refusal) return body;
  return { params: params?.data, query: query?.data, body };
}

async function parseBody(context: Context, path: ApiPath, { body }: Route): Promise<unknown> {
  if (body === undefined || isStreamed(path)) return undefined;
  const isJson = body !== 'octets';
  const contentType = context.req.header('content-type') ?? '';
  if (isJson && !contentType.startsWith('application/json'))
    return refusalOf('unsupported-format', 'The body is taken as application/json.');
  const octets = await readBody(context.req.raw, isJson ? jsonBodyOctetsMax : promptUploadOctetsMax);
  if (octets === 'too-large') return refusalOf('too-large', 'That is more than is taken at once.');
  if (!isJson) return octets;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(octets).toString('utf8'));
  } catch {
    return malformed([], 'The body is not JSON.');
  }
  const parsed = body.safeParse(json);
  return parsed.success ? parsed.data : refusalOfZod(parsed.error);
}

function refusalOfZod(error: z.ZodError): Refusal {
  return malformed(error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })));
}

function tell(context: Context, { problem }: Refusal): Response {
  if (problem.retryAfterSeconds !== undefined)
    context.header('retry-after', String(problem.retryAfterSeconds));
  context.header('cache-control', 'no-store');
  return context.json(problem satisfies Problem, httpStatus[problem.code] as 400);
}
