/**
 * The visitor's socket: a browser that called by a web button, and the node that carries the call (`/web-call/socket`, first
 * frame `hello` with the token that came with the page). The node sends the whole state after every change; it tells a visitor
 * nothing of the tenant beyond the visitor's own call.
 */
import { z } from 'zod';
import { idOf } from '../nouns/ids.ts';
import { relayPassSchema } from '../nouns/relay-pass.ts';
import { instantSchema, localeSchema } from '../nouns/texts.ts';

export const visitorCommandSchema = z.discriminatedUnion('kind', [
  /** Once a page; `language`: the visitor's. */
  z.object({ kind: z.literal('call'), offer: z.string().max(20_000), language: localeSchema }),
  z.object({ kind: z.literal('press'), digits: z.string().regex(/^[0-9*#]{1,32}$/) }),
  z.object({ kind: z.literal('end') }),
]);
export type VisitorCommand = z.infer<typeof visitorCommandSchema>;

export const visitorToNodeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), token: z.string().max(100) }),
  z.object({ kind: z.literal('command'), id: z.number().int(), command: visitorCommandSchema }),
  z.object({ kind: z.literal('beat') }),
]);

export const visitorStateSchema = z.object({
  atMs: instantSchema,
  /** `service`: a menu or an announcement speaks. */
  phase: z.enum(['service', 'waiting', 'ringing', 'talking', 'ended']),
  sinceMs: instantSchema,
  /** While waiting: 1 is the next to be served. */
  position: z.number().int().positive().nullable(),
  /** Who ended it: the visitor, the centre, or a fault of line or node. */
  endedBy: z.enum(['visitor', 'centre', 'fault']).nullable(),
});
export type VisitorState = z.infer<typeof visitorStateSchema>;

/** `busy`: too many calls, of this address, this button or the tenant; `closed`: nobody is to be called here now. */
export const visitorRefusalCodes = ['busy', 'closed', 'wrong-state', 'not-available', 'media-refused', 'malformed'] as const; // prettier-ignore

export const nodeToVisitorSchema = z.discriminatedUnion('kind', [
  /** The answer to `hello`: what the offer may be gathered with; null where the node has no relay. */
  z.object({ kind: z.literal('welcome'), relay: relayPassSchema.nullable() }),
  z.object({ kind: z.literal('state'), state: visitorStateSchema }),
  z.object({
    kind: z.literal('reply'),
    id: z.number().int(),
    ok: z.literal(true),
    answer: z.string().nullable(),
    callId: idOf<'call'>().nullable(),
  }),
  z.object({
    kind: z.literal('refusal'),
    id: z.number().int(),
    ok: z.literal(false),
    code: z.enum(visitorRefusalCodes),
    detail: z.string(),
  }),
  z.object({ kind: z.literal('beat'), atMs: instantSchema }),
  z.object({ kind: z.literal('closed'), why: z.enum(['bad-token']) }),
]);
export type NodeToVisitor = z.infer<typeof nodeToVisitorSchema>;
