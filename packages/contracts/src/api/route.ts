/** One row of the API table: what validation, the typed client, the OpenAPI document, permission and audit are all made from. */
import { z } from 'zod';
import type { Noun, Verb } from '@seatgrid/core/context/access.ts';

export interface Route {
  readonly summary: string;
  /** Who may call: anybody, anybody signed in, who may do `verb` to `noun`, or a node by its bearer. */
  readonly access: 'public' | 'signed-in' | 'node' | readonly [Noun, Verb];
  /** Path parameters, all strings at the rim. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** JSON body; `octets` for a raw upload. */
  readonly body?: z.ZodType | 'octets';
  /** JSON reply; `octets` for a file; nothing: 204. */
  readonly reply?: z.ZodType | 'octets';
}

export type Path = `${'GET' | 'POST' | 'PUT' | 'DELETE'} /api/${string}`;
export type RouteTable = Readonly<Record<Path, Route>>;

/** Every refusal of the API. `code` is stable; `problems` names each faulty field. */
export const problemSchema = z.object({
  code: z.enum([
    'malformed',
    'not-signed-in',
    'locked-out',
    'not-found',
    'conflict',
    'refused',
    'quota',
    'too-large',
    'unsupported-format',
    'unavailable',
    'fault',
  ]),
  message: z.string(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
  /** With `locked-out` and `unavailable`. */
  retryAfterSeconds: z.number().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
