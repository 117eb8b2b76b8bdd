/** What a route's handler is given and gives back, read off the API table. */
import type { z } from 'zod';
import type { Api, api } from '@seatgrid/contracts/api/api.ts';
import type { PlatformContext, TenantContext } from '@seatgrid/core/context/op-context.ts';
import type { FleetNode } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import type { Centre } from '../centre.ts';
import type { SignedIn } from './auth/sign-in.ts';
import type { Refusal } from './refusal.ts';

export type ApiPath = keyof typeof api;

type Parsed<Path extends ApiPath, Part extends 'params' | 'query' | 'body'> =
  Api[Path] extends Readonly<Record<Part, infer Schema>>
    ? Schema extends z.ZodType
      ? z.output<Schema>
      : Schema extends 'octets'
        ? Uint8Array
        : undefined
    : undefined;

/** The tenant's routes are asked in a tenant's context, the console's in the platform's, by their path. */
type Caller<Path extends ApiPath> = Api[Path]['access'] extends 'public'
  ? undefined
  : Api[Path]['access'] extends 'node'
    ? FleetNode
    : Api[Path]['access'] extends 'signed-in'
      ? SignedIn
      : Path extends `${string} /api/platform/${string}`
        ? PlatformContext
        : TenantContext;

export interface ApiRequest<Path extends ApiPath> {
  readonly centre: Centre;
  readonly ctx: Caller<Path>;
  /** The login behind `ctx`, where a person asks. */
  readonly person: SignedIn | undefined;
  readonly params: Parsed<Path, 'params'>;
  readonly query: Parsed<Path, 'query'>;
  readonly body: Parsed<Path, 'body'>;
  readonly raw: Request;
}

/** Set-Cookie and the like, beside the reply. */
export interface WithHeaders<Reply> {
  readonly reply: Reply;
  readonly headers: Readonly<Record<string, string>>;
}

type Reply<Path extends ApiPath> = Api[Path] extends { reply: 'octets' }
  ? Response
  : Api[Path] extends { reply: infer Schema extends z.ZodType }
    ? z.input<Schema>
    : undefined;

export type Handler<Path extends ApiPath> = (
  request: ApiRequest<Path>,
) => Promise<Reply<Path> | Replied<Reply<Path>> | Refusal>;

export class Replied<Value> implements WithHeaders<Value> {
  readonly reply: Value;
  readonly headers: Readonly<Record<string, string>>;
  constructor(reply: Value, headers: Readonly<Record<string, string>>) {
    this.reply = reply;
    this.headers = headers;
  }
}

/** Every route, exactly once; the compiler refuses a table with one missing. */
export type Handlers = { readonly [Path in ApiPath]: Handler<Path> };
export type SomeHandlers<Path extends ApiPath> = Pick<Handlers, Path>;
