/**
 * What two nodes tell each other of a call that lives at one, its home, and is served at the other, its host: all of it beside the
 * SDP of the INVITE that begins the visit, and what happens later in INFOs of its dialog. Whoever reads passes over fields it does
 * not know, so that a node may be a version ahead; what cannot be passed over is a new version.
 */
import { z } from 'zod';
import { valueElementsMax, variablesMax } from '@seatgrid/core/flows/limits.ts';
import { deskInteractionSchema } from '../desk/desk-messages.ts';
import {
  callDirectionSchema,
  conferenceActSchema,
  decisionSchema,
  endReasonSchema,
  transferTargetSchema,
} from '../journal/journal-event.ts';
import { callbackOriginSchema } from '../nouns/callback.ts';
import { levelSchema } from '../nouns/caller-lists.ts';
import { idOf } from '../nouns/ids.ts';
import { durationSchema, instantSchema, localeSchema } from '../nouns/texts.ts';

export const visitContentType = 'application/vnd.seatgrid.visit+json';

const number = z.string().max(80);
const variable = z.string().min(1).max(80);
const limited = <Value extends z.ZodType>(value: Value) =>
  z.record(variable, value).refine((values) => Object.keys(values).length <= variablesMax, {
    message: `at most ${variablesMax} values`,
  });

/** B-03: what is known of the call, and goes with it wherever it goes. */
export const visitDataSchema = z.object({
  language: localeSchema,
  /** Labels of the menu choices taken. */
  path: z.array(z.string().max(200)).max(valueElementsMax),
  variables: limited(z.json()),
  /** Those of them that stand in the record. */
  collected: limited(z.string()),
});
export type VisitData = z.infer<typeof visitDataSchema>;

export const visitedCallSchema = visitDataSchema.extend({
  version: z.literal(1),
  callId: idOf<'call'>(),
  tenantId: idOf<'tenant'>(),
  homeNodeId: idOf<'node'>(),
  /** Who is to be rung, for which queue, and why that agent; null: nobody, a flow runs. */
  agentId: idOf<'agent'>().nullable(),
  /** B-02: the flow that runs at the host. */
  flowId: idOf<'flow'>().exactOptional(),
  queueId: idOf<'queue'>().nullable(),
  /** Rung by name, not for the queue; for advice, where a colleague asks for it. */
  named: z.object({ consultedBy: idOf<'agent'>().nullable() }).exactOptional(),
  decision: decisionSchema.exactOptional(),
  ringTimeoutMs: durationSchema,
  direction: callDirectionSchema,
  fromNumber: number,
  toNumber: number,
  didId: idOf<'did'>().nullable(),
  ruleName: z.string().nullable(),
  customerLevel: levelSchema.nullable(),
  department: z.string().max(80).nullable(),
  /** The number is called once the agent is there. */
  callback: z
    .object({ id: idOf<'callback'>(), origin: callbackOriginSchema, sinceMs: instantSchema })
    .exactOptional(),
  webButtonId: idOf<'web-button'>().nullable(),
  startedAtMs: instantSchema,
  waitMs: durationSchema,
  /** The host records the conversation; false where nobody does, or the home does so already. */
  isRecorded: z.boolean(),
  /** The home records it, as its flow has said; whoever serves the caller can pause that. */
  isRecordedAtHome: z.literal(true).exactOptional(),
});
export type VisitedCall = z.infer<typeof visitedCallSchema>;

const agentId = idOf<'agent'>();

/** The host asks for an agent there; the status of the answer says whether the home does so. */
const wishSchemas = [
  z.object({ kind: z.literal('transfer'), agentId, target: transferTargetSchema }),
  /** E-12: whoever is not beside the agent is asked by the home. */
  z.object({ kind: z.literal('consult'), agentId, target: transferTargetSchema }),
  /** A phone of two lines turns to whoever is asked, or back. */
  z.object({ kind: z.literal('consult-turn'), agentId, isAsking: z.boolean() }),
  z.object({
    kind: z.literal('end-consult'),
    agentId,
    outcome: z.enum(['back', 'transfer', 'conference']),
  }),
  /** D-08, of a party that is in the call at the home. */
  z.object({ kind: z.literal('conference'), agentId, key: z.string().max(80), act: conferenceActSchema }),
] as const;
export type VisitWish = z.infer<(typeof wishSchemas)[number]>;

/** What is told while the visit lasts. */
export const visitWordSchema = z.discriminatedUnion('kind', [
  /** Either: the data has changed; all of it as it is now. */
  z.object({ kind: z.literal('data'), data: visitDataSchema }),
  /** The host: another agent there serves the caller now. */
  z.object({
    kind: z.literal('served-by'),
    agentId,
    /** Where the caller of a flow has waited there, and how long. */
    waited: z.object({ queueId: idOf<'queue'>().nullable(), waitMs: durationSchema }).exactOptional(),
  }),
  ...wishSchemas,
  /** The host: an agent, or the caller in a flow there, says what nobody may keep, or has said it. */
  z.object({ kind: z.literal('recording-paused'), agentId: agentId.nullable(), isPaused: z.boolean() }),
  /** The home: the agent serves the caller now; whoever asked for advice is out, the number called back has answered. */
  z.object({ kind: z.literal('handed-over'), isRecorded: z.boolean() }),
  /** The home: whom it asks for the agent, and who is in the call there, whole after every change. */
  deskInteractionSchema
    .pick({ consult: true, consultFailed: true, parties: true })
    .extend({ kind: z.literal('around') }),
  /** Either, before it hangs up. `comesBack`: nobody of the host serves the caller any more, who is the home’s again. */
  z.object({
    kind: z.literal('ended'),
    reason: endReasonSchema,
    comesBack: z.boolean(),
    /** The flow at the host has returned to the one of the home, with this. */
    returned: visitDataSchema.exactOptional(),
  }),
]);
export type VisitWord = z.infer<typeof visitWordSchema>;
