/**
 * The desk socket: an agent's desktop and the node where the agent is signed in, over one WebSocket (`/desk`, first frame
 * `hello` with a desk token). The node owns all state: after every change it sends the whole `DeskState` (coalesced); the desk
 * sends commands and draws what it is told. Every command is answered by a `reply` with its `id`.
 */
import { z } from 'zod';
import { idOf } from '../nouns/ids.ts';
import { callbackOriginSchema } from '../nouns/callback.ts';
import { relayPassSchema } from '../nouns/relay-pass.ts';
import { variableSchema } from '../nouns/flow-step.ts';
import { instantSchema, localeSchema } from '../nouns/texts.ts';
import {
  agentDeviceSchema,
  agentKindSchema,
  dispositionSchema,
  pauseCauseSchema,
  pauseReasonSchema,
  presenceStateSchema,
  todayFiguresSchema,
} from '../nouns/workforce.ts';
import {
  attachedCharsMax,
  conferenceActSchema,
  endReasonSchema,
  transferTargetSchema,
} from '../journal/journal-event.ts';

const callId = idOf<'call'>();

export type ConferenceAct = z.infer<typeof conferenceActSchema>;

const dialledSchema = z.string().regex(/^\+?[0-9*#]{2,20}$/);

export const deskCommandSchema = z.discriminatedUnion('kind', [
  /** `number`: where the agent is, with device `outside`. */
  z.object({ kind: z.literal('sign-in'), device: agentDeviceSchema, number: dialledSchema.exactOptional() }),
  z.object({ kind: z.literal('sign-out') }),
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('not-ready'), reasonId: idOf<'pause-reason'>().nullable() }),
  /** Enter after-call work without a call, or stay in it. */
  z.object({ kind: z.literal('wrap-up') }),
  /** `offer`: the browser leg's SDP; null with another device (the handset is lifted there). */
  z.object({ kind: z.literal('answer'), callId, offer: z.string().max(20_000).nullable() }),
  z.object({ kind: z.literal('decline'), callId }),
  /** A new browser leg for a running call: after a reload, or when another tab takes over. */
  z.object({ kind: z.literal('reconnect'), callId, offer: z.string().max(20_000) }),
  z.object({ kind: z.literal('hold'), callId, isHeld: z.boolean() }),
  z.object({ kind: z.literal('mute'), callId, isMuted: z.boolean() }),
  /** While a caller says or keys what nobody may keep: card data and the like. */
  z.object({ kind: z.literal('pause-recording'), callId, isPaused: z.boolean() }),
  /** D-10: what the agent learnt goes with the call: the next agent sees it, and the next flow has it as a variable. */
  z.object({
    kind: z.literal('attach'),
    callId,
    variable: variableSchema,
    value: z.string().max(attachedCharsMax),
  }),
  z.object({ kind: z.literal('digits'), callId, digits: z.string().regex(/^[0-9*#]{1,32}$/) }),
  /** Blind. */
  z.object({ kind: z.literal('transfer'), callId, target: transferTargetSchema }),
  /** E-12: steps aside with somebody while the customer hears music. */
  z.object({ kind: z.literal('consult'), callId, target: transferTargetSchema }),
  z.object({ kind: z.literal('end-consult'), callId, outcome: z.enum(['back', 'transfer', 'conference']) }),
  /** D-08: one party of several, by its key. */
  z.object({ kind: z.literal('conference'), callId, key: z.string().max(80), act: conferenceActSchema }),
  /** D-09: a flow is heard by all, and the customer's keys drive it. */
  z.object({ kind: z.literal('guide'), callId, flowId: idOf<'flow'>() }),
  z.object({ kind: z.literal('end-guide'), callId }),
  /** H-19: the customer knows; the supervisor may join now. */
  z.object({ kind: z.literal('allow-barge'), callId }),
  z.object({ kind: z.literal('end'), callId }),
  /** E-05: an outside number, a colleague's extension or staff ID, or the number of a leader position. */
  z.object({
    kind: z.literal('dial'),
    number: dialledSchema,
    offer: z.string().max(20_000).nullable(),
  }),
  z.object({
    kind: z.literal('finish-wrap-up'),
    callId,
    dispositionId: idOf<'disposition'>().nullable(),
    notes: z.string().max(4_000),
  }),
  /** This tab becomes the one that carries sound; the others are told. */
  z.object({ kind: z.literal('take-over') }),
]);
export type DeskCommand = z.infer<typeof deskCommandSchema>;

export const deskToNodeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), token: z.string() }),
  z.object({ kind: z.literal('command'), id: z.number().int(), command: deskCommandSchema }),
  z.object({ kind: z.literal('beat') }),
]);
export type DeskToNode = z.infer<typeof deskToNodeSchema>;

export const deskInteractionSchema = z.object({
  callId,
  direction: z.enum(['inbound', 'outbound', 'internal']),
  state: z.enum(['ringing', 'dialling', 'talking', 'held', 'consulting', 'conference', 'ended']),
  sinceMs: instantSchema,
  /** The other party's number, and name where it is a colleague. */
  number: z.string(),
  name: z.string().nullable(),
  /** The number the caller dialled. */
  calledNumber: z.string(),
  queue: z.object({ id: idOf<'queue'>(), name: z.string() }).nullable(),
  /** The name of the web button a visitor called by. */
  /** It calls back whoever asked for it, or a number of the list. */
  callback: z.object({ origin: callbackOriginSchema, sinceMs: instantSchema }).nullable().default(null),
  webButton: z.string().nullable().default(null),
  /** F-34, F-36: what the tenant's lists say of the caller. */
  customerLevel: z.number().int().nullable().default(null),
  department: z.string().nullable().default(null),
  path: z.array(z.string()),
  language: localeSchema,
  /** What the caller keyed and agents attached, by variable. */
  collected: z.record(z.string(), z.string()),
  waitedMs: z.number().int(),
  /** While ringing: when it stops. */
  ringEndsAtMs: instantSchema.nullable(),
  isAutoAnswer: z.boolean(),
  answeredAtMs: instantSchema.nullable(),
  endedAtMs: instantSchema.nullable(),
  endReason: endReasonSchema.nullable(),
  isHeld: z.boolean(),
  isMuted: z.boolean(),
  isRecorded: z.boolean(),
  /** Recorded, and silent at the moment. Absent from nodes of an earlier version. */
  isRecordingPaused: z.boolean().default(false),
  /** After-call work: when it ends by itself; null when it waits for the agent. */
  wrapEndsAtMs: instantSchema.nullable(),
  /** Whom this agent asks for advice just now. */
  consult: z
    .object({
      state: z.enum(['ringing', 'talking']),
      name: z.string().nullable(),
      number: z.string(),
      sinceMs: instantSchema,
    })
    .nullable()
    .default(null),
  /** The colleague who asks this agent for advice about the customer. */
  consultedBy: z.string().nullable().default(null),
  consultFailed: z.enum(['declined', 'no-answer', 'unreachable']).nullable().default(null),
  /** Everybody in the call, where they are more than two. */
  parties: z
    .array(
      z.object({
        key: z.string(),
        name: z.string(),
        kind: z.enum(['customer', 'agent', 'outside', 'supervisor']),
        place: z.enum(['talking', 'consulting', 'kept-out']),
        isMe: z.boolean(),
      }),
    )
    .default([]),
  /** The flow that guides the conversation. */
  guidedBy: z.string().nullable().default(null),
  /** H-19: a supervisor joins at this time, or on this agent's word. */
  bargeNotice: z.object({ name: z.string(), joinsAtMs: instantSchema }).nullable().default(null),
});
export type DeskInteraction = z.infer<typeof deskInteractionSchema>;

export const deskStateSchema = z.object({
  /** The node's clock when this was true; desks tick from the difference to their own. */
  atMs: instantSchema,
  agent: z.object({ id: idOf<'agent'>(), name: z.string(), staffId: z.string(), extension: z.string() }),
  presence: z.object({
    state: presenceStateSchema,
    sinceMs: instantSchema,
    device: agentDeviceSchema.nullable(),
    outsideNumber: z.string().exactOptional(),
    pauseReasonId: idOf<'pause-reason'>().nullable(),
    pauseCause: pauseCauseSchema.nullable(),
    /** What follows the call in hand or its after-call work; null is ready. */
    afterwards: z
      .object({ pauseReasonId: idOf<'pause-reason'>().nullable(), pauseCause: pauseCauseSchema.nullable() })
      .nullable()
      .default(null),
  }),
  /** The desk phone is registered. */
  isPhoneRegistered: z.boolean(),
  /** The call in hand, or the last one while it is being wrapped up. */
  interaction: deskInteractionSchema.nullable(),
  queues: z.array(
    z.object({
      id: idOf<'queue'>(),
      name: z.string(),
      waiting: z.number().int(),
      longestSinceMs: instantSchema.nullable(),
      hint: z.enum(['free', 'busy', 'nobody']),
      isMine: z.boolean(),
    }),
  ),
  figures: todayFiguresSchema,
  colleagues: z.array(
    z.object({
      agentId: idOf<'agent'>(),
      name: z.string(),
      extension: z.string(),
      staffId: z.string().default(''),
      kind: agentKindSchema.default('general'),
      state: presenceStateSchema,
    }),
  ),
  /** Leader positions, and who holds each just now. */
  leaders: z
    .array(
      z.object({
        groupId: idOf<'group'>(),
        group: z.string(),
        name: z.string().nullable(),
        state: presenceStateSchema,
      }),
    )
    .default([]),
  dispositions: z.array(dispositionSchema),
  pauseReasons: z.array(pauseReasonSchema),
  /** What a customer can be guided through. */
  flows: z.array(z.object({ id: idOf<'flow'>(), name: z.string() })).default([]),
  ringGroups: z.array(z.object({ id: idOf<'ring-group'>(), name: z.string() })).default([]),
  /** The node works without its centre since then; null: it is there, or there is none. */
  centreAwaySinceMs: instantSchema.nullable().default(null),
  /** The node takes nothing new and is to be switched off: the agent goes on at another. */
  isDraining: z.boolean().default(false),
  /** This socket carries the agent's sound; false: another tab does. */
  isPhoneOwner: z.boolean(),
});
export type DeskState = z.infer<typeof deskStateSchema>;

export const deskRefusalCodes = ['not-signed-in', 'wrong-state', 'unknown-call', 'quota-agents', 'suspended', 'signed-in-elsewhere', 'phone-not-registered', 'no-such-target', 'not-available', 'no-route', 'media-refused', 'malformed'] as const; // prettier-ignore

export const nodeToDeskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), state: deskStateSchema }),
  /** `answer`: the SDP answer to a command that carried an offer. */
  z.object({
    kind: z.literal('reply'),
    id: z.number().int(),
    ok: z.literal(true),
    answer: z.string().nullable(),
    callId: callId.nullable(),
  }),
  z.object({
    kind: z.literal('refusal'),
    id: z.number().int(),
    ok: z.literal(false),
    code: z.enum(deskRefusalCodes),
    detail: z.string(),
  }),
  z.object({ kind: z.literal('beat'), atMs: instantSchema }),
  /** For legs made from now on; comes ahead of the first state, and again before it ends. Only where the node has a relay. */
  z.object({ kind: z.literal('relay'), pass: relayPassSchema }),
  /** The token was not believed, or the agent signed in elsewhere: do not reconnect without a new one. */
  z.object({
    kind: z.literal('closed'),
    why: z.enum(['bad-token', 'replaced', 'suspended', 'agent-removed']),
  }),
]);
export type NodeToDesk = z.infer<typeof nodeToDeskSchema>;

/** Claims of a desk token (EdDSA JWT by the centre, 12 h): `sub` agent id. */
export const deskTokenClaimsSchema = z.object({
  sub: idOf<'agent'>(),
  tenantId: idOf<'tenant'>(),
  userId: idOf<'user'>(),
  aud: z.literal('seatgrid-desk'),
});
