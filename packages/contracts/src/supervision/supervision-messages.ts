/**
 * The supervision socket: a supervisor's browser and the node that has the agent, or another that reaches it, over one WebSocket
 * (`/supervise`, first frame `hello` with a supervision token). H-17 to H-21. The node sends the whole state after every change; every command is
 * answered by a `reply` or `refusal` with its `id`. An agent of another tenant is no agent here.
 */
import { z } from 'zod';
import { roles } from '@seatgrid/core/context/access.ts';
import { deskInteractionSchema } from '../desk/desk-messages.ts';
import { idOf } from '../nouns/ids.ts';
import { inspectionModeSchema } from '../nouns/inspection.ts';
import { relayPassSchema } from '../nouns/relay-pass.ts';
import { extensionSchema, instantSchema, nameSchema } from '../nouns/texts.ts';

const agentId = idOf<'agent'>();

const actSchemas = [
  /** Barging in waits until the agent says so, or for a set delay. */
  z.object({ kind: z.literal('switch'), mode: z.enum(['monitor', 'whisper', 'barge']) }),
  /** The agent's leg ends, the customer stays and talks with the supervisor. */
  z.object({ kind: z.literal('intercept') }),
  z.object({ kind: z.literal('mute'), isMuted: z.boolean() }),
  /** Of a call that was intercepted: its end. */
  z.object({ kind: z.literal('leave') }),
  /** Cuts the agent's call. */
  z.object({ kind: z.literal('release'), agentId }),
] as const;
/** What whoever listens may ask for. */
export const supervisionActSchema = z.discriminatedUnion('kind', actSchemas);
export type SupervisionAct = z.infer<typeof supervisionActSchema>;

export const supervisionCommandSchema = z.discriminatedUnion('kind', [
  /** Listens to this agent's call, with the browser leg of this offer. */
  z.object({ kind: z.literal('monitor'), agentId, offer: z.string().max(20_000) }),
  /** The same at a desk phone of the tenant, which is rung; who answers it listens. */
  z.object({ kind: z.literal('monitor-by-phone'), agentId, extension: extensionSchema }),
  ...actSchemas,
]);
export type SupervisionCommand = z.infer<typeof supervisionCommandSchema>;

export const supervisorToNodeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), token: z.string() }),
  z.object({ kind: z.literal('command'), id: z.number().int(), command: supervisionCommandSchema }),
  z.object({ kind: z.literal('beat') }),
]);

export const inspectionSchema = z.object({
  callId: idOf<'call'>(),
  agentId,
  mode: inspectionModeSchema,
  sinceMs: instantSchema,
  /** Barging in: when the voice joins without the agent's word. */
  joinsAtMs: instantSchema.nullable(),
  isMuted: z.boolean(),
  /** What is known of the customer moves along (H-21). */
  customer: deskInteractionSchema.pick({
    number: true,
    name: true,
    direction: true,
    queue: true,
    path: true,
    language: true,
    collected: true,
    waitedMs: true,
  }),
});
export type InspectionState = z.infer<typeof inspectionSchema>;

/** Why a listening is over. `node-lost`: the agent's node, or the way to it, where that is another than the supervisor's. */
export const supervisionEndSchema = z.enum([
  'left',
  'call-over',
  'agent-left',
  'sound-lost',
  'no-answer',
  'node-lost',
]);

export const supervisionStateSchema = z.object({
  atMs: instantSchema,
  inspection: inspectionSchema.nullable(),
  /** The desk phone that is to listen rings. */
  isPhoneRinging: z.boolean().default(false),
  /** Why there is none any more. */
  endedWhy: supervisionEndSchema.nullable(),
});
export type SupervisionState = z.infer<typeof supervisionStateSchema>;

export const supervisionRefusalCodes = ['no-such-agent', 'no-call', 'not-allowed', 'wrong-state', 'not-available', 'media-refused', 'malformed'] as const; // prettier-ignore

export const nodeToSupervisorSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), state: supervisionStateSchema }),
  z.object({
    kind: z.literal('reply'),
    id: z.number().int(),
    ok: z.literal(true),
    answer: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('refusal'),
    id: z.number().int(),
    ok: z.literal(false),
    code: z.enum(supervisionRefusalCodes),
    detail: z.string(),
  }),
  z.object({ kind: z.literal('beat'), atMs: instantSchema }),
  /** Comes ahead of the first state, and again before it ends; only where the node has a relay. */
  z.object({ kind: z.literal('relay'), pass: relayPassSchema }),
  z.object({ kind: z.literal('closed'), why: z.enum(['bad-token', 'suspended']) }),
]);
export type NodeToSupervisor = z.infer<typeof nodeToSupervisorSchema>;

/** Claims of a supervision token (EdDSA JWT by the centre): `sub` user id. */
export const supervisionTokenClaimsSchema = z.object({
  sub: idOf<'user'>(),
  tenantId: idOf<'tenant'>(),
  name: nameSchema,
  role: z.enum(roles),
  aud: z.literal('seatgrid-supervision'),
});
