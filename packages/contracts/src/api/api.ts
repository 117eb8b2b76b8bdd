/**
 * The API table. A row is the contract of one endpoint; everything else (validation, client, document, permission, the
 * stranger test) is derived. What is not the caller's own is 404, never 403.
 */
import { z } from 'zod';
import { plainSiteWeight } from '@seatgrid/core/fleet/site-distance.ts';
import { nouns, roles } from '@seatgrid/core/context/access.ts';
import { alarmKinds } from '@seatgrid/core/fleet/alarm.ts';
import { lossKinds } from '@seatgrid/core/fleet/node-loss.ts';
import { placedNodesMax } from '@seatgrid/core/fleet/limits.ts';
import { nodeStates } from '@seatgrid/core/fleet/node-state.ts';
import { callStrategies, plainCallOrder } from '@seatgrid/core/routing/strategy.ts';
import { srtpUseSchema, trunkAccountSchema, trunkConfigSchema } from '../link/node-config.ts';
import { copiedSchema, copyParamsSchema, wantedCopySchema } from '../link/recording-copies.ts';
import { publicNumbersUseSchema, reservedNumbersMax } from '../nouns/reserved-number.ts';
import { linkTrafficSchema } from '../realtime/link-traffic.ts';
import { trunkPulseSchema } from '../realtime/trunk-pulse.ts';
import {
  enrolBodySchema,
  enrolReplySchema,
  listedCallbacksMax,
  nodeKeyBodySchema,
} from '../link/link-messages.ts';
import { eventFactsSchema, endReasonSchema } from '../journal/journal-event.ts';
import { callbackNumberSchema, callbackSchema } from '../nouns/callback.ts';
import { calendarDaySchema, calendarFaultSchema, calendarSchema } from '../nouns/calendar.ts';
import {
  barredNumberSchema,
  callerListImportSchema,
  levelSchema,
  listedDedicatedAgentSchema,
  listedLevelSchema,
  listedSegmentSchema,
} from '../nouns/caller-lists.ts';
import { callFlowSchema, flowDraftSchema, inboundRuleSchema, nextStepSchema } from '../nouns/flow.ts';
import { entryTrialAskedSchema, entryTrialSchema } from '../nouns/entry-trial.ts';
import {
  connectorReadSchema,
  connectorTrialSchema,
  connectorWriteSchema,
  innerHostsSchema,
} from '../nouns/connector.ts';
import {
  extensionSchema,
  extensionTrialSchema,
  extensionTryingSchema,
  extensionWriteSchema,
} from '../nouns/extension.ts';
import { idOf } from '../nouns/ids.ts';
import { ladderSchema } from '../nouns/ladder.ts';
import { callSoundSchema } from '../nouns/sound-proof.ts';
import { faxActSchema, faxBoxSchema, faxSchema } from '../nouns/fax.ts';
import {
  mailboxReadSchema,
  mailboxWriteSchema,
  messageActSchema,
  voiceMessageSchema,
} from '../nouns/mailbox.ts';
import { screenPopSchema } from '../nouns/screen-pop.ts';
import { outboundRuleSchema } from '../nouns/outbound.ts';
import { recordingUploadSchema } from '../nouns/recording-upload.ts';
import { ringGroupSchema } from '../nouns/ring-group.ts';
import { speechSettingsSchema, speechStateSchema, speechTrialSchema } from '../nouns/speech.ts';
import { quotasSchema, tenantSchema } from '../nouns/tenant.ts';
import {
  e164Schema,
  instantSchema,
  localeSchema,
  localTextSchema,
  nameSchema,
  slugSchema,
  timeZoneSchema,
  toneCountrySchema,
} from '../nouns/texts.ts';
import {
  callListReadSchema,
  dateSchema,
  whatIfAskedSchema,
  whatIfSchema,
  whatIfSummarySchema,
} from '../nouns/what-if.ts';
import { webButtonSchema } from '../nouns/web-button.ts';
import {
  agentSchema,
  callOrderSchema,
  dispositionSchema,
  groupSchema,
  pauseReasonSchema,
  presenceStateSchema,
  queueSchema,
  skillSchema,
} from '../nouns/workforce.ts';
import { nodeHealthSchema } from '../realtime/frames.ts';
import type { RouteTable } from './route.ts';

const passwordSchema = z.string().min(10, 'at least 10 characters').max(200);
const byId = z.object({ id: z.uuid() });
const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });
const page = { limit: z.coerce.number().int().min(1).max(500).default(100), before: z.string().optional() };
/** Newest first; `next` goes into `before` for the following page. */
const paged = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export const meSchema = z.object({
  userId: idOf<'user'>(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  locale: localeSchema.nullable(),
  tenant: tenantSchema
    .pick({ id: true, slug: true, name: true, locale: true, timeZone: true, state: true })
    .nullable(),
  agentId: idOf<'agent'>().nullable(),
  /** Platform staff inside a tenant: shown as a coloured frame with the reason and the time left; every act is audited as theirs. */
  visit: z.object({ operator: z.string(), reason: z.string(), untilMs: instantSchema }).nullable(),
});
export type Me = z.infer<typeof meSchema>;

export const userSchema = z.object({
  id: idOf<'user'>(),
  email: z.email(),
  name: nameSchema,
  role: z.enum(['administrator', 'supervisor', 'agent']),
  isActive: z.boolean(),
});

const agentWriteSchema = agentSchema.omit({ id: true, userId: true }).extend({
  /** The person signs in with these; the password may be left out when changing an agent. */
  email: z.email(),
  password: passwordSchema.optional(),
  /** The desk phone's SIP password; null keeps it. */
  phonePassword: z.string().min(8).max(64).nullable().optional(),
  phoneSrtp: srtpUseSchema.default('accept'),
});
const agentReadSchema = agentSchema.extend({
  email: z.string(),
  hasPhonePassword: z.boolean(),
  phoneSrtp: srtpUseSchema,
});

export const promptSchema = z.object({
  id: idOf<'prompt'>(),
  name: nameSchema,
  kind: z.enum(['prompt', 'music']),
  locale: localeSchema.nullable(),
  sha256: z.string(),
  octets: z.number().int(),
  durationMs: z.number().int(),
  createdAtMs: instantSchema,
});

const flowReadSchema = callFlowSchema.extend({
  publishedVersion: z.number().int().nullable(),
  updatedAtMs: instantSchema,
  isChanged: z.boolean(),
});

const flowVersionSchema = z.object({
  version: z.number().int(),
  /** What the flow was called then. */
  name: z.string(),
  publishedAtMs: instantSchema,
  publishedBy: z.string(),
});
const byVersion = z.object({ id: z.uuid(), version: z.coerce.number().int().min(1).max(1_000_000) });

/** A fault of a flow, at its place. */
export const flowFaultSchema = z.object({
  step: z.string().nullable(),
  field: z.string().nullable(),
  message: z.string(),
});

export const callSummarySchema = z.object({
  id: idOf<'call'>(),
  direction: z.enum(['inbound', 'outbound', 'internal']),
  fromNumber: z.string(),
  toNumber: z.string(),
  startedAtMs: instantSchema,
  answeredAtMs: instantSchema.nullable(),
  endedAtMs: instantSchema.nullable(),
  endReason: endReasonSchema.nullable(),
  /** No end is known, and its node has not been heard since; null: it is heard, or the call is over. */
  lostSinceMs: instantSchema.nullable(),
  talkMs: z.number().int(),
  waitMs: z.number().int(),
  billableSeconds: z.number().int(),
  nodeId: idOf<'node'>(),
  queueId: idOf<'queue'>().nullable(),
  queueName: z.string().nullable(),
  /** What the tenant's lists said of the caller when the call came. */
  customerLevel: levelSchema.nullable(),
  department: z.string().nullable(),
  agentId: idOf<'agent'>().nullable(),
  agentName: z.string().nullable(),
  /** Labels of the menu branches taken. */
  path: z.array(z.string()),
  dispositionId: idOf<'disposition'>().nullable(),
  dispositionCode: z.string().nullable(),
  notes: z.string(),
  recordingId: idOf<'recording'>().nullable(),
  recordingMs: z.number().int().nullable(),
  /** What of it is gone since a node was declared lost: how it ended, its recording. */
  lostWithNode: z
    .object({ nodeName: z.string(), atMs: instantSchema, what: z.array(z.enum(['record', 'recording'])) })
    .nullable(),
});
export type CallSummary = z.infer<typeof callSummarySchema>;

/** A call that came to a queue later and was given an agent earlier. */
export const overtakerSchema = z.object({
  callId: idOf<'call'>(),
  fromNumber: z.string(),
  agentId: idOf<'agent'>(),
  atMs: instantSchema,
  /** It came so much later. */
  laterMs: z.number(),
  by: z.enum([...callStrategies, 'overdue']),
});
export type Overtaker = z.infer<typeof overtakerSchema>;

const atNode = { nodeName: z.string() };
/** Where the recording lies, known before anybody plays it. */
export const recordingPlaceSchema = z.discriminatedUnion('at', [
  z.object({ at: z.literal('node'), ...atNode, isHeard: z.boolean() }),
  /** Brought from its node, and heard from the centre since. */
  z.object({ at: z.literal('centre'), ...atNode, sinceMs: instantSchema }),
  z.object({ at: z.literal('lost'), ...atNode, lostAtMs: instantSchema }),
]);
export type RecordingPlace = z.infer<typeof recordingPlaceSchema>;

export const callDetailSchema = callSummarySchema.extend({
  recordingPlace: recordingPlaceSchema.nullable(),
  overtakers: z.array(overtakerSchema),
  language: localeSchema.nullable(),
  collected: z.record(z.string(), z.string()),
  /** Names of nodes: where it came in, or was begun; where agents took it, in their order. */
  places: z.object({ entry: z.string(), answering: z.array(z.string()) }),
  /** Everything that happened, in order (K-01). */
  timeline: z.array(z.object({ atMs: instantSchema, sequence: z.number().int(), facts: eventFactsSchema })),
});

const callFilterSchema = z.object({
  ...page,
  fromMs: z.coerce.number().optional(),
  toMs: z.coerce.number().optional(),
  /** Part of the caller's or called number. */
  number: z.string().max(40).optional(),
  agentId: z.uuid().optional(),
  queueId: z.uuid().optional(),
  dispositionId: z.uuid().optional(),
  direction: z.enum(['inbound', 'outbound', 'internal']).optional(),
  hasRecording: z.enum(['yes', 'no']).optional(),
  /** Of which something is gone with a node. */
  lostWithNode: z.enum(['yes']).optional(),
  /** `number` is the caller's; what is equal stands newest first. */
  sort: z.enum(['time', 'number', 'agent', 'direction', 'talk']).default('time'),
  order: z.enum(['ascending', 'descending']).default('descending'),
});

export const lostThingSchema = z.object({
  kind: z.enum(lossKinds),
  /** Of the call, the recording, the message or the fax. */
  id: z.uuid(),
  callId: idOf<'call'>(),
  tenantId: idOf<'tenant'>(),
  tenantName: z.string(),
  nodeId: idOf<'node'>(),
  nodeName: z.string(),
  startedAtMs: instantSchema,
  /** Of a call as far as it was heard. */
  durationMs: z.number().int(),
  /** Masked: whose they are, its tenant reads. Null: the centre knows no such call. */
  fromNumber: z.string().nullable(),
  toNumber: z.string().nullable(),
  lostAtMs: instantSchema,
});
export type LostThing = z.infer<typeof lostThingSchema>;

export const auditEntrySchema = z.object({
  id: z.uuid(),
  atMs: instantSchema,
  actor: z.string(),
  noun: z.enum(nouns),
  nounId: z.string().nullable(),
  verb: z.string(),
  /** Fields that changed, before and after; secrets never stand here. */
  before: z.unknown(),
  after: z.unknown(),
});

export const tenantSettingsSchema = z.object({
  name: nameSchema,
  locale: localeSchema,
  timeZone: timeZoneSchema,
  toneCountry: toneCountrySchema.nullable().default(null),
  forcedHandling: nextStepSchema.nullable(),
  music: z.array(idOf<'prompt'>()),
  screenPop: screenPopSchema,
  callOrder: callOrderSchema.default([...plainCallOrder]),
});

/** An earlier call of the customer; what the tenant did not choose to show is null, and so is what there was not. */
const earlierCallSchema = z.object({
  startedAtMs: instantSchema.nullable(),
  agentName: z.string().nullable(),
  queueName: z.string().nullable(),
  path: z.array(z.string()).nullable(),
  disposition: z.object({ code: z.string(), name: localTextSchema }).nullable(),
  notes: z.string().nullable(),
  /** The chosen variables the caller gave then. */
  variables: z.record(z.string(), z.string()),
});
export type EarlierCall = z.infer<typeof earlierCallSchema>;

const alarmSchema = z.object({
  id: idOf<'alarm'>(),
  nodeId: idOf<'node'>(),
  kind: z.enum(alarmKinds),
  raisedAtMs: instantSchema,
  clearedAtMs: instantSchema.nullable(),
  acknowledgedAtMs: instantSchema.nullable(),
  acknowledgedBy: z.string().nullable(),
});

const siteSchema = z.object({
  id: idOf<'site'>(),
  name: nameSchema,
  timeZone: timeZoneSchema,
  /** F-14: where it is; null: nobody said. */
  place: z
    .object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
    .nullable()
    .default(null),
  /** Of a hundred: its agents count as so far away for callers of other sites. */
  weight: z.number().int().min(1).max(1_000).default(plainSiteWeight),
  /** What its line carries upwards; null: nobody said. */
  lineUpKbits: z.number().int().min(64).max(10_000_000).nullable().default(null),
  /** Null: recordings stay at its nodes. */
  recordingUpload: recordingUploadSchema.nullable().default(null),
});
const siteRecordingsSchema = z.object({
  siteId: idOf<'site'>(),
  recordings: z.number().int(),
  durationMs: z.number(),
  octets: z.number(),
  copiedOctets: z.number(),
  /** Not at the centre, and to be had. */
  waitingOctets: z.number(),
  /** Recordings their node could not bring. */
  refused: z.number().int(),
  /** Of the site's calendar, the oldest first; days without recordings included. */
  days: z.array(
    z.object({
      date: z.string(),
      durationMs: z.number(),
      octets: z.number(),
      copiedOctets: z.number(),
      waitingOctets: z.number(),
    }),
  ),
});
const nodeSchema = z.object({
  id: idOf<'node'>(),
  siteId: idOf<'site'>(),
  name: nameSchema,
  isEnrolled: z.boolean(),
  /** Of the key it proves itself by; null where nobody knows. */
  keySinceMs: instantSchema.nullable(),
  /** Another key was asked for or offered, and is not in use yet. */
  isKeyChanging: z.boolean(),
  revokedAtMs: instantSchema.nullable(),
  state: z.enum(nodeStates),
  deskUrl: z.string().nullable(),
  sipAddress: z.string().nullable(),
  health: nodeHealthSchema,
});
const publicNumbersSchema = z.object({
  use: publicNumbersUseSchema,
  numbers: z.array(e164Schema).max(reservedNumbersMax),
});
const didSchema = z.object({
  id: idOf<'did'>(),
  number: e164Schema,
  label: z.string().max(80),
  /** Where it is the local number: what agents there show when they call out. */
  siteId: idOf<'site'>().nullable().default(null),
});
/** C-12 */
const placementSchema = z.object({ nodeIds: z.array(idOf<'node'>()).min(1).max(placedNodesMax).nullable() });
const trunkSchema = trunkConfigSchema.extend({
  nodeId: idOf<'node'>(),
  // The password goes in and never comes out.
  account: trunkAccountSchema.omit({ password: true }).extend({ hasPassword: z.boolean() }).nullable(),
});
/** D-17. A trunk may be shared, so that what is told of it is the tenant's own part. */
const lineSchema = z.object({
  trunkId: idOf<'trunk'>(),
  /** Null: a trunk that brings this tenant's calls, and that its outside calls may not leave on. */
  name: z.string().nullable(),
  nodeId: idOf<'node'>(),
  nodeName: z.string(),
  /** As its node last said; the figures are then not of now. */
  isStale: z.boolean(),
  state: trunkPulseSchema.shape.state,
  busyIn: z.number().int(),
  busyOut: z.number().int(),
  /** Further calls the trunk and the tenant's quota would take; null where only its node knows. */
  idle: z.number().int().nullable(),
});
const trunkWriteSchema = trunkConfigSchema.omit({ id: true }).extend({
  /** Without a password the present one is kept. */
  account: trunkAccountSchema.partial({ password: true }).nullable().default(null),
});
const operatorSchema = z.object({
  id: idOf<'user'>(),
  email: z.email(),
  name: nameSchema,
  isActive: z.boolean(),
});
/** Live use against quota, as the nodes last said. */
const usageSchema = z.object({
  agentsSignedIn: z.number().int(),
  concurrentCalls: z.number().int(),
  flows: z.number().int(),
  refusedToday: z.number().int(),
});

/** What a node may take of a tenant's quotas, whatever becomes of its link. */
const nodeShareSchema = z.object({
  nodeId: idOf<'node'>(),
  name: nameSchema,
  isLinked: z.boolean(),
  agentsSignedIn: z.number().int(),
  concurrentCalls: z.number().int(),
});

export const api = {
  // Who am I
  'POST /api/auth/login': {
    summary: 'Sign in with e-mail and password; sets the session cookie',
    access: 'public',
    body: z.object({ email: z.string().max(200), password: z.string().max(200) }),
    reply: meSchema,
  },
  'POST /api/auth/logout': { summary: 'End this session', access: 'signed-in' },
  'GET /api/auth/me': { summary: 'Who is signed in', access: 'signed-in', reply: meSchema },
  'PUT /api/auth/me': {
    summary: 'Own choice of language',
    access: 'signed-in',
    body: z.object({ locale: localeSchema.nullable() }),
    reply: meSchema,
  },
  'POST /api/auth/password': {
    summary: 'Change own password; ends every other session',
    access: 'signed-in',
    body: z.object({ current: z.string().max(200), next: passwordSchema }),
  },
  'POST /api/auth/leave-tenant': {
    summary: "End a visit to a tenant: the session is the operator's own again",
    access: 'signed-in',
    reply: meSchema,
  },
  'POST /api/desk-token': {
    summary: 'A token for the desk socket, and where that is',
    access: ['desk', 'use'],
    reply: z.object({
      token: z.string(),
      deskUrl: z.string(),
      /** Every node the same token opens a desk at, should that one be gone (B-12). */
      desks: z.array(z.object({ nodeName: z.string(), deskUrl: z.string(), isDraining: z.boolean() })),
    }),
  },
  'GET /api/desk/sites': {
    summary:
      'Sites with a node that serves the tenant: where an agent may pass a caller to automatic service',
    access: ['desk', 'use'],
    reply: list(z.object({ id: idOf<'site'>(), name: nameSchema })),
  },
  'POST /api/supervision-token': {
    summary: "A token for the supervision socket of the agent's node, where that is, and where others are",
    access: ['inspection', 'monitor'],
    body: z.object({ nodeId: idOf<'node'>() }),
    reply: z.object({
      token: z.string(),
      url: z.string(),
      /** At each the same token does the same, should that node not be reached (B-05). */
      others: z.array(z.string()),
    }),
  },
  'POST /api/desk/history': {
    summary: "Screen pop: the customer's last calls, found and shown by the tenant's setting; newest first",
    access: ['desk', 'use'],
    body: z.object({
      /** The customer's number, whoever called whom. */
      fromNumber: z.string().max(80),
      collected: z.record(z.string().max(80), z.string().max(4_000)),
      /** The call in hand. */
      exceptCallId: z.uuid().optional(),
    }),
    reply: list(earlierCallSchema).extend({
      screenPop: screenPopSchema,
      /** What was looked for; null where the call brought nothing to look for. */
      key: z.string().nullable(),
    }),
  },

  // Numbers and rules
  'GET /api/dids': {
    summary: 'Numbers of this tenant',
    access: ['did', 'list'],
    reply: list(didSchema.extend({ ruleId: idOf<'inbound-rule'>().nullable() })),
  },
  'GET /api/inbound-rules': {
    summary: 'Inbound rules',
    access: ['inbound-rule', 'list'],
    reply: list(inboundRuleSchema),
  },
  'POST /api/inbound-rules': {
    summary: 'Add an inbound rule',
    access: ['inbound-rule', 'create'],
    body: inboundRuleSchema.omit({ id: true }),
    reply: inboundRuleSchema,
  },
  'PUT /api/inbound-rules/:id': {
    summary: 'Change an inbound rule',
    access: ['inbound-rule', 'update'],
    params: byId,
    body: inboundRuleSchema.omit({ id: true }),
    reply: inboundRuleSchema,
  },
  'DELETE /api/inbound-rules/:id': {
    summary: 'Remove an inbound rule',
    access: ['inbound-rule', 'delete'],
    params: byId,
  },
  'POST /api/inbound-rules/try': {
    summary: 'Where a call would begin, and which rules are passed over and why, before anybody dials',
    access: ['inbound-rule', 'read'],
    body: entryTrialAskedSchema,
    reply: entryTrialSchema,
  },
  'GET /api/trunks': {
    summary: 'Trunks this tenant’s outside calls may leave on',
    access: ['outbound-rule', 'list'],
    reply: list(trunkSchema.pick({ id: true, name: true, nodeId: true }).extend({ nodeName: z.string() })),
  },
  'GET /api/lines': {
    summary: 'Lines of every trunk: how many this tenant’s calls hold now, and how many more they could take',
    access: ['floor', 'read'],
    reply: list(lineSchema),
  },
  'GET /api/outbound-rules': {
    summary: 'Outbound rules',
    access: ['outbound-rule', 'list'],
    reply: list(outboundRuleSchema),
  },
  'POST /api/outbound-rules': {
    summary: 'Add an outbound rule',
    access: ['outbound-rule', 'create'],
    body: outboundRuleSchema.omit({ id: true }),
    reply: outboundRuleSchema,
  },
  'PUT /api/outbound-rules/:id': {
    summary: 'Change an outbound rule',
    access: ['outbound-rule', 'update'],
    params: byId,
    body: outboundRuleSchema.omit({ id: true }),
    reply: outboundRuleSchema,
  },
  'DELETE /api/outbound-rules/:id': {
    summary: 'Remove an outbound rule',
    access: ['outbound-rule', 'delete'],
    params: byId,
  },

  // Flows
  'GET /api/sites': {
    summary: 'Sites with a node that serves the tenant: where a flow may lead to another',
    access: ['flow', 'list'],
    reply: list(z.object({ id: idOf<'site'>(), name: nameSchema })),
  },
  'GET /api/flows': { summary: 'Call flows', access: ['flow', 'list'], reply: list(flowReadSchema) },
  'GET /api/flows/:id': {
    summary: 'One call flow, its draft',
    access: ['flow', 'read'],
    params: byId,
    reply: flowReadSchema,
  },
  'GET /api/flows/:id/traffic': {
    summary: 'How many calls left which step by which way, and to which, since midnight in the tenant’s zone',
    access: ['flow', 'read'],
    params: byId,
    reply: z.object({
      sinceMs: instantSchema,
      items: z.array(
        z.object({
          from: z.string(),
          /** The field the step was left by (`choices.1`); null where it has one way on only. */
          exit: z.string().nullable(),
          /** Null where calls left the flow, or have not left the next step yet. */
          to: z.string().nullable(),
          count: z.number().int(),
        }),
      ),
    }),
  },
  'GET /api/flows/:id/versions': {
    summary: 'What was published of a call flow, by whom and when, newest first',
    access: ['flow', 'read'],
    params: byId,
    reply: list(flowVersionSchema),
  },
  'GET /api/flows/:id/versions/:version': {
    summary: 'One published version of a call flow, with its content',
    access: ['flow', 'read'],
    params: byVersion,
    reply: flowDraftSchema.extend(flowVersionSchema.shape),
  },
  'POST /api/flows/:id/versions/:version/restore': {
    summary: 'Roll back: publish an earlier version’s content as a new version; a changed draft is kept',
    access: ['flow', 'publish'],
    params: byVersion,
    reply: flowReadSchema,
  },
  'POST /api/flows': {
    summary: 'Add a call flow as a draft; a faulty one is refused with its places named',
    access: ['flow', 'create'],
    body: flowDraftSchema,
    reply: flowReadSchema,
  },
  'PUT /api/flows/:id': {
    summary: 'Save the draft of a call flow',
    access: ['flow', 'update'],
    params: byId,
    body: flowDraftSchema,
    reply: flowReadSchema,
  },
  'POST /api/flows/:id/publish': {
    summary: 'Publish the draft: new calls take it',
    access: ['flow', 'publish'],
    params: byId,
    reply: flowReadSchema,
  },
  'POST /api/flows/check': {
    summary: 'The faults of a flow, without saving it',
    access: ['flow', 'update'],
    body: flowDraftSchema,
    reply: list(flowFaultSchema),
  },
  'DELETE /api/flows/:id': {
    summary: 'Remove a call flow no rule uses',
    access: ['flow', 'delete'],
    params: byId,
  },

  // Connectors
  'GET /api/connectors': {
    summary: 'Connectors: ways to databases, web services, sockets and middleware that flows ask',
    access: ['connector', 'list'],
    reply: list(connectorReadSchema),
  },
  'POST /api/connectors': {
    summary: 'Add a connector; its secrets are kept sealed and never shown',
    access: ['connector', 'create'],
    body: connectorWriteSchema,
    reply: connectorReadSchema,
  },
  'PUT /api/connectors/:id': {
    summary: 'Change a connector; a secret that is not given stays',
    access: ['connector', 'update'],
    params: byId,
    body: connectorWriteSchema,
    reply: connectorReadSchema,
  },
  'DELETE /api/connectors/:id': {
    summary: 'Remove a connector no flow asks',
    access: ['connector', 'delete'],
    params: byId,
  },
  'POST /api/connectors/:id/test': {
    summary: 'Try a connector from every place it would be asked at, and say who answered or what went wrong',
    access: ['connector', 'test'],
    params: byId,
    reply: list(connectorTrialSchema),
  },

  // Extensions
  'GET /api/extensions': {
    summary: 'Extensions: functions of the tenant’s own that flows run',
    access: ['extension', 'list'],
    reply: list(extensionSchema),
  },
  'POST /api/extensions': {
    summary: 'Add an extension',
    access: ['extension', 'create'],
    body: extensionWriteSchema,
    reply: extensionSchema,
  },
  'PUT /api/extensions/:id': {
    summary: 'Change an extension; refused where a flow’s step would not fit it any more',
    access: ['extension', 'update'],
    params: byId,
    body: extensionWriteSchema,
    reply: extensionSchema,
  },
  'DELETE /api/extensions/:id': {
    summary: 'Remove an extension no flow runs',
    access: ['extension', 'delete'],
    params: byId,
  },
  'POST /api/extensions/try': {
    summary: 'Run an extension, saved or not, with values as a flow would give them, and say what came of it',
    access: ['extension', 'test'],
    body: extensionTryingSchema,
    reply: extensionTrialSchema,
  },

  // Web buttons
  'GET /api/web-buttons': {
    summary: 'Buttons on web pages that call a number, and the addresses of nodes that serve them',
    access: ['web-button', 'list'],
    reply: list(webButtonSchema).extend({ servedAt: z.array(z.string()) }),
  },
  'POST /api/web-buttons': {
    summary: 'Add a web button',
    access: ['web-button', 'create'],
    body: webButtonSchema.omit({ id: true }),
    reply: webButtonSchema,
  },
  'PUT /api/web-buttons/:id': {
    summary: 'Change a web button',
    access: ['web-button', 'update'],
    params: byId,
    body: webButtonSchema.omit({ id: true }),
    reply: webButtonSchema,
  },
  'DELETE /api/web-buttons/:id': {
    summary: 'Remove a web button',
    access: ['web-button', 'delete'],
    params: byId,
  },

  // Calendars
  'GET /api/calendars': { summary: 'Calendars', access: ['calendar', 'list'], reply: list(calendarSchema) },
  'POST /api/calendars': {
    summary: 'Add a calendar',
    access: ['calendar', 'create'],
    body: calendarSchema.omit({ id: true }),
    reply: calendarSchema,
  },
  'PUT /api/calendars/:id': {
    summary: 'Change a calendar',
    access: ['calendar', 'update'],
    params: byId,
    body: calendarSchema.omit({ id: true }),
    reply: calendarSchema,
  },
  'DELETE /api/calendars/:id': {
    summary: 'Remove a calendar nothing goes by',
    access: ['calendar', 'delete'],
    params: byId,
  },
  'POST /api/calendars/read': {
    summary: 'The special days in an iCalendar file, this year and the four after; nothing is kept',
    access: ['calendar', 'create'],
    body: 'octets',
    reply: z.object({ days: z.array(calendarDaySchema), faults: z.array(calendarFaultSchema) }),
  },

  // Lists of callers
  'GET /api/barred-numbers': {
    summary: 'Blacklist: callers who are refused before they are answered',
    access: ['barred-number', 'list'],
    reply: list(barredNumberSchema),
  },
  'POST /api/barred-numbers': {
    summary: 'Add a number of the blacklist',
    access: ['barred-number', 'create'],
    body: barredNumberSchema.omit({ id: true }),
    reply: barredNumberSchema,
  },
  'PUT /api/barred-numbers/:id': {
    summary: 'Change a number of the blacklist',
    access: ['barred-number', 'update'],
    params: byId,
    body: barredNumberSchema.omit({ id: true }),
    reply: barredNumberSchema,
  },
  'DELETE /api/barred-numbers/:id': {
    summary: 'Remove a number of the blacklist',
    access: ['barred-number', 'delete'],
    params: byId,
  },
  'POST /api/barred-numbers/import': {
    summary:
      'Read a table (CSV) in: new lines are added, known numbers changed, lines that cannot be taken named',
    access: ['barred-number', 'create'],
    body: 'octets',
    reply: callerListImportSchema,
  },
  'GET /api/barred-numbers/export': {
    summary: 'The list as a table (CSV)',
    access: ['barred-number', 'list'],
    reply: 'octets',
  },
  'GET /api/customer-levels': {
    summary: 'Customers who have a level, by their numbers',
    access: ['customer-level', 'list'],
    reply: list(listedLevelSchema),
  },
  'POST /api/customer-levels': {
    summary: 'Add a customer’s level',
    access: ['customer-level', 'create'],
    body: listedLevelSchema.omit({ id: true }),
    reply: listedLevelSchema,
  },
  'PUT /api/customer-levels/:id': {
    summary: 'Change a customer’s level',
    access: ['customer-level', 'update'],
    params: byId,
    body: listedLevelSchema.omit({ id: true }),
    reply: listedLevelSchema,
  },
  'DELETE /api/customer-levels/:id': {
    summary: 'Remove a customer’s level',
    access: ['customer-level', 'delete'],
    params: byId,
  },
  'POST /api/customer-levels/import': {
    summary:
      'Read a table (CSV) in: new lines are added, known numbers changed, lines that cannot be taken named',
    access: ['customer-level', 'create'],
    body: 'octets',
    reply: callerListImportSchema,
  },
  'GET /api/customer-levels/export': {
    summary: 'The list as a table (CSV)',
    access: ['customer-level', 'list'],
    reply: 'octets',
  },
  'GET /api/number-segments': {
    summary: 'Number segments and the department of each',
    access: ['number-segment', 'list'],
    reply: list(listedSegmentSchema),
  },
  'POST /api/number-segments': {
    summary: 'Add a number segment',
    access: ['number-segment', 'create'],
    body: listedSegmentSchema.omit({ id: true }),
    reply: listedSegmentSchema,
  },
  'PUT /api/number-segments/:id': {
    summary: 'Change a number segment',
    access: ['number-segment', 'update'],
    params: byId,
    body: listedSegmentSchema.omit({ id: true }),
    reply: listedSegmentSchema,
  },
  'DELETE /api/number-segments/:id': {
    summary: 'Remove a number segment',
    access: ['number-segment', 'delete'],
    params: byId,
  },
  'POST /api/number-segments/import': {
    summary:
      'Read a table (CSV) in: new lines are added, known numbers changed, lines that cannot be taken named',
    access: ['number-segment', 'create'],
    body: 'octets',
    reply: callerListImportSchema,
  },
  'GET /api/number-segments/export': {
    summary: 'The list as a table (CSV)',
    access: ['number-segment', 'list'],
    reply: 'octets',
  },
  'GET /api/dedicated-agents': {
    summary: 'Customers and the agent each is dedicated to',
    access: ['dedicated-agent', 'list'],
    reply: list(listedDedicatedAgentSchema),
  },
  'POST /api/dedicated-agents': {
    summary: 'Give a customer to an agent',
    access: ['dedicated-agent', 'create'],
    body: listedDedicatedAgentSchema.omit({ id: true }),
    reply: listedDedicatedAgentSchema,
  },
  'PUT /api/dedicated-agents/:id': {
    summary: 'Change whose customer a number is',
    access: ['dedicated-agent', 'update'],
    params: byId,
    body: listedDedicatedAgentSchema.omit({ id: true }),
    reply: listedDedicatedAgentSchema,
  },
  'DELETE /api/dedicated-agents/:id': {
    summary: 'Take a customer off the list',
    access: ['dedicated-agent', 'delete'],
    params: byId,
  },
  'POST /api/dedicated-agents/import': {
    summary:
      'Read a table (CSV) in, agents by extension or e-mail: new lines are added, known numbers changed, lines that cannot be taken named',
    access: ['dedicated-agent', 'create'],
    body: 'octets',
    reply: callerListImportSchema,
  },
  'GET /api/dedicated-agents/export': {
    summary: 'The list as a table (CSV), agents by extension',
    access: ['dedicated-agent', 'list'],
    reply: 'octets',
  },

  // What-if
  'GET /api/what-ifs': {
    summary: 'Days replayed under other settings',
    access: ['what-if', 'list'],
    reply: list(whatIfSummarySchema),
  },
  'GET /api/what-if-days': {
    summary: 'Days that calls of queues are recorded of, the last first',
    access: ['what-if', 'list'],
    reply: list(z.object({ date: dateSchema, calls: z.number().int() })),
  },
  'POST /api/what-ifs': {
    summary: 'Replay a day, or a list of calls, under other settings and staff',
    access: ['what-if', 'create'],
    body: whatIfAskedSchema,
    reply: whatIfSummarySchema,
  },
  'POST /api/what-if-lists': {
    summary:
      'Read a list of calls (CSV) in: time, queue or number, skill, talk seconds, patience, level, caller; lines that cannot be taken are named',
    access: ['what-if', 'create'],
    query: z.object({ name: nameSchema }),
    body: 'octets',
    reply: callListReadSchema,
  },
  'GET /api/what-ifs/:id': {
    summary: 'What came of it',
    access: ['what-if', 'read'],
    params: byId,
    reply: whatIfSchema,
  },
  'GET /api/what-ifs/:id/export': {
    summary: 'Its figures as a table (CSV)',
    access: ['what-if', 'read'],
    params: byId,
    reply: 'octets',
  },
  'POST /api/what-ifs/:id/cancel': {
    summary: 'Stop a replay that waits or runs',
    access: ['what-if', 'update'],
    params: byId,
    reply: whatIfSummarySchema,
  },
  'DELETE /api/what-ifs/:id': {
    summary: 'Forget a replay and its figures',
    access: ['what-if', 'delete'],
    params: byId,
  },

  // Mailboxes and what lies in them
  'GET /api/mailboxes': {
    summary: 'Boxes callers leave messages in',
    access: ['mailbox', 'list'],
    reply: list(mailboxReadSchema),
  },
  'POST /api/mailboxes': {
    summary: 'Add a mailbox',
    access: ['mailbox', 'create'],
    body: mailboxWriteSchema,
    reply: mailboxReadSchema,
  },
  'PUT /api/mailboxes/:id': {
    summary: 'Change a mailbox; a PIN left out stays',
    access: ['mailbox', 'update'],
    params: byId,
    body: mailboxWriteSchema,
    reply: mailboxReadSchema,
  },
  'DELETE /api/mailboxes/:id': {
    summary: 'Remove a mailbox that holds no message',
    access: ['mailbox', 'delete'],
    params: byId,
  },
  'GET /api/callbacks': {
    summary: 'Calls that queues owe, newest first; with `ended=yes` those that were made or given up',
    access: ['callback', 'list'],
    query: z.object({ ...page, ended: z.literal('yes').optional() }),
    reply: paged(callbackSchema),
  },
  'POST /api/callbacks': {
    summary:
      'Put numbers on the list of a queue: called when its duty allows it; those owed already, or barred, are passed over',
    access: ['callback', 'create'],
    body: z.object({
      queueId: idOf<'queue'>(),
      numbers: z.array(callbackNumberSchema).min(1).max(listedCallbacksMax),
    }),
  },
  'DELETE /api/callbacks/:id': {
    summary: 'Take back a call that a queue owes; one that is being made goes on',
    access: ['callback', 'delete'],
    params: byId,
  },
  'GET /api/voice-messages': {
    summary:
      'Messages of every box or of one, newest first; those thrown away are among them while they can be taken back',
    access: ['voice-message', 'list'],
    query: z.object({ ...page, mailboxId: z.uuid().optional() }),
    reply: paged(voiceMessageSchema),
  },
  'GET /api/voice-messages/:id/audio': {
    summary: 'The message, fetched from its node',
    access: ['voice-message', 'play'],
    params: byId,
    reply: 'octets',
  },
  'POST /api/voice-messages/:id/act': {
    summary: 'Heard, unheard, thrown away, taken back: done by the node, told when it is done',
    access: ['voice-message', 'update'],
    params: byId,
    body: z.object({ act: messageActSchema.exclude(['purged']) }),
  },
  'GET /api/desk/voice-messages': {
    summary: 'Messages of the boxes open to the agent, newest first',
    access: ['desk', 'use'],
    query: z.object(page),
    reply: paged(voiceMessageSchema),
  },
  'GET /api/desk/voice-messages/:id/audio': {
    summary: 'A message of a box open to the agent',
    access: ['desk', 'use'],
    params: byId,
    reply: 'octets',
  },
  'POST /api/desk/voice-messages/:id/act': {
    summary: 'Heard, unheard, thrown away, taken back, by an agent whose box it is',
    access: ['desk', 'use'],
    params: byId,
    body: z.object({ act: messageActSchema.exclude(['purged']) }),
  },

  // Fax boxes and what lies in them
  'GET /api/fax-boxes': {
    summary: 'Boxes faxes come to, and the nodes that have nothing to receive faxes with',
    access: ['fax-box', 'list'],
    reply: list(faxBoxSchema).extend({ nodesWithout: z.array(z.string()) }),
  },
  'POST /api/fax-boxes': {
    summary: 'Add a fax box',
    access: ['fax-box', 'create'],
    body: faxBoxSchema.omit({ id: true }),
    reply: faxBoxSchema,
  },
  'PUT /api/fax-boxes/:id': {
    summary: 'Change a fax box',
    access: ['fax-box', 'update'],
    params: byId,
    body: faxBoxSchema.omit({ id: true }),
    reply: faxBoxSchema,
  },
  'DELETE /api/fax-boxes/:id': {
    summary: 'Remove a fax box that holds no fax',
    access: ['fax-box', 'delete'],
    params: byId,
  },
  'GET /api/faxes': {
    summary:
      'Faxes of every box or of one, newest first; those thrown away are among them while they can be taken back',
    access: ['fax', 'list'],
    query: z.object({ ...page, faxBoxId: z.uuid().optional() }),
    reply: paged(faxSchema),
  },
  'GET /api/faxes/:id/file': {
    summary: 'The pages, fetched from the node, as PDF or as the TIFF that was received',
    access: ['fax', 'read'],
    params: byId,
    query: z.object({ format: z.enum(['pdf', 'tiff']).default('pdf') }),
    reply: 'octets',
  },
  'POST /api/faxes/:id/act': {
    summary: 'Read, unread, thrown away, taken back: done by the node, told when it is done',
    access: ['fax', 'update'],
    params: byId,
    body: z.object({ act: faxActSchema.exclude(['purged']) }),
  },

  // Queues and skills
  'GET /api/queues': { summary: 'Queues', access: ['queue', 'list'], reply: list(queueSchema) },
  'GET /api/queues/announced-waits': {
    summary:
      'How far off the announced waits of the last seven days were, queue by queue, of callers who were served',
    access: ['queue', 'list'],
    reply: list(
      z.object({
        queueId: idOf<'queue'>(),
        count: z.number().int(),
        meanErrorMs: z.number().int(),
        /** Below 0: callers waited longer than they were told. */
        meanTooLongMs: z.number().int(),
      }),
    ),
  },
  'POST /api/queues': {
    summary: 'Add a queue',
    access: ['queue', 'create'],
    body: queueSchema.omit({ id: true }),
    reply: queueSchema,
  },
  'PUT /api/queues/:id': {
    summary: 'Change a queue',
    access: ['queue', 'update'],
    params: byId,
    body: queueSchema.omit({ id: true }),
    reply: queueSchema,
  },
  'DELETE /api/queues/:id': {
    summary: 'Remove a queue nothing leads to',
    access: ['queue', 'delete'],
    params: byId,
  },
  'GET /api/skills': { summary: 'Skills', access: ['skill', 'list'], reply: list(skillSchema) },
  'POST /api/skills': {
    summary: 'Add a skill',
    access: ['skill', 'create'],
    body: skillSchema.omit({ id: true }),
    reply: skillSchema,
  },
  'PUT /api/skills/:id': {
    summary: 'Rename a skill',
    access: ['skill', 'update'],
    params: byId,
    body: skillSchema.omit({ id: true }),
    reply: skillSchema,
  },
  'DELETE /api/skills/:id': {
    summary: 'Remove a skill no queue and no agent has',
    access: ['skill', 'delete'],
    params: byId,
  },

  // People
  'GET /api/agents': { summary: 'Agents', access: ['agent', 'list'], reply: list(agentReadSchema) },
  'POST /api/agents': {
    summary: 'Add an agent with a login',
    access: ['agent', 'create'],
    body: agentWriteSchema,
    reply: agentReadSchema,
  },
  'PUT /api/agents/:id': {
    summary: 'Change an agent',
    access: ['agent', 'update'],
    params: byId,
    body: agentWriteSchema,
    reply: agentReadSchema,
  },
  'DELETE /api/agents/:id': {
    summary: 'Remove an agent and the login; records keep the name',
    access: ['agent', 'delete'],
    params: byId,
  },
  'GET /api/groups': { summary: 'Groups of agents', access: ['group', 'list'], reply: list(groupSchema) },
  'POST /api/groups': {
    summary: 'Add a group',
    access: ['group', 'create'],
    body: groupSchema.omit({ id: true }),
    reply: groupSchema,
  },
  'PUT /api/groups/:id': {
    summary: 'Change a group',
    access: ['group', 'update'],
    params: byId,
    body: groupSchema.omit({ id: true }),
    reply: groupSchema,
  },
  'DELETE /api/groups/:id': {
    summary: 'Remove a group no agent is in',
    access: ['group', 'delete'],
    params: byId,
  },
  'GET /api/users': { summary: 'Logins of this tenant', access: ['user', 'list'], reply: list(userSchema) },
  'POST /api/users': {
    summary: 'Add an administrator or supervisor',
    access: ['user', 'create'],
    body: userSchema
      .omit({ id: true, isActive: true })
      .extend({ role: z.enum(['administrator', 'supervisor']), password: passwordSchema }),
    reply: userSchema,
  },
  'PUT /api/users/:id': {
    summary: 'Change a login, set its password, or shut it',
    access: ['user', 'update'],
    params: byId,
    body: z.object({ name: nameSchema, isActive: z.boolean(), password: passwordSchema.optional() }),
    reply: userSchema,
  },
  'DELETE /api/users/:id': {
    summary: 'Remove an administrator or supervisor',
    access: ['user', 'delete'],
    params: byId,
  },

  'GET /api/ring-groups': {
    summary: 'Ring groups',
    access: ['ring-group', 'list'],
    reply: list(ringGroupSchema),
  },
  'POST /api/ring-groups': {
    summary: 'Add a ring group',
    access: ['ring-group', 'create'],
    body: ringGroupSchema.omit({ id: true }),
    reply: ringGroupSchema,
  },
  'PUT /api/ring-groups/:id': {
    summary: 'Change a ring group',
    access: ['ring-group', 'update'],
    params: byId,
    body: ringGroupSchema.omit({ id: true }),
    reply: ringGroupSchema,
  },
  'DELETE /api/ring-groups/:id': {
    summary: 'Remove a ring group nothing leads to',
    access: ['ring-group', 'delete'],
    params: byId,
  },

  // Prompts
  'GET /api/prompts': { summary: 'Prompts and music', access: ['prompt', 'list'], reply: list(promptSchema) },
  'POST /api/prompts': {
    summary:
      'Upload a prompt: the WAV file as the body, converted to 8 kHz mono; another format is refused naming those accepted',
    access: ['prompt', 'create'],
    query: z.object({ name: nameSchema, kind: z.enum(['prompt', 'music']), locale: localeSchema.optional() }),
    body: 'octets',
    reply: promptSchema,
  },
  'PUT /api/prompts/:id': {
    summary: 'Rename a prompt',
    access: ['prompt', 'update'],
    params: byId,
    body: z.object({ name: nameSchema, locale: localeSchema.nullable() }),
    reply: promptSchema,
  },
  'GET /api/prompts/:id/audio': {
    summary: 'The prompt as WAV',
    access: ['prompt', 'play'],
    params: byId,
    reply: 'octets',
  },
  'DELETE /api/prompts/:id': {
    summary: 'Remove a prompt nothing plays',
    access: ['prompt', 'delete'],
    params: byId,
  },

  // Small lists
  'GET /api/dispositions': {
    summary: 'Disposition codes',
    access: ['disposition', 'list'],
    reply: list(dispositionSchema),
  },
  'POST /api/dispositions': {
    summary: 'Add a disposition code',
    access: ['disposition', 'create'],
    body: dispositionSchema.omit({ id: true }),
    reply: dispositionSchema,
  },
  'PUT /api/dispositions/:id': {
    summary: 'Change a disposition code',
    access: ['disposition', 'update'],
    params: byId,
    body: dispositionSchema.omit({ id: true }),
    reply: dispositionSchema,
  },
  'DELETE /api/dispositions/:id': {
    summary: 'Retire a disposition code; records keep it',
    access: ['disposition', 'delete'],
    params: byId,
  },
  'GET /api/pause-reasons': {
    summary: 'Reasons for not ready and breaks',
    access: ['pause-reason', 'list'],
    reply: list(pauseReasonSchema),
  },
  'POST /api/pause-reasons': {
    summary: 'Add a reason',
    access: ['pause-reason', 'create'],
    body: pauseReasonSchema.omit({ id: true }),
    reply: pauseReasonSchema,
  },
  'PUT /api/pause-reasons/:id': {
    summary: 'Change a reason',
    access: ['pause-reason', 'update'],
    params: byId,
    body: pauseReasonSchema.omit({ id: true }),
    reply: pauseReasonSchema,
  },
  'DELETE /api/pause-reasons/:id': {
    summary: 'Retire a reason; records keep it',
    access: ['pause-reason', 'delete'],
    params: byId,
  },
  'GET /api/settings': {
    summary: 'Settings of this tenant',
    access: ['tenant-settings', 'read'],
    reply: tenantSettingsSchema,
  },
  'PUT /api/settings': {
    summary: 'Change the settings',
    access: ['tenant-settings', 'update'],
    body: tenantSettingsSchema,
    reply: tenantSettingsSchema,
  },
  'GET /api/speech': {
    summary: 'By what texts are spoken, and how much is spoken beforehand',
    access: ['speech', 'read'],
    reply: speechStateSchema,
  },
  'PUT /api/speech': {
    summary: 'Change by what texts are spoken',
    access: ['speech', 'update'],
    body: speechSettingsSchema,
    reply: speechSettingsSchema,
  },
  'POST /api/speech/try': {
    summary: 'Hear a sentence by a voice, as a telephone has it (WAV)',
    access: ['speech', 'test'],
    body: speechTrialSchema,
    reply: 'octets',
  },
  'GET /api/quota': {
    summary: 'Own limits and their use',
    access: ['quota', 'read'],
    reply: z.object({ quotas: quotasSchema, usage: usageSchema, shares: z.array(nodeShareSchema) }),
  },

  // What happened
  'GET /api/calls': {
    summary: 'Call records, newest first; filters are combined with AND',
    access: ['call', 'list'],
    query: callFilterSchema,
    reply: paged(callSummarySchema),
  },
  'GET /api/calls/:id': {
    summary: 'One call with its timeline',
    access: ['call', 'read'],
    params: byId,
    reply: callDetailSchema,
  },
  'GET /api/calls/:id/sound': {
    summary: 'Whether a call’s sound left its site, and its node’s signature for it',
    access: ['call', 'read'],
    params: byId,
    reply: callSoundSchema,
  },
  'GET /api/calls/:id/ladder': {
    summary: 'The SIP messages of a call, fetched from its node while they lie there',
    access: ['ladder', 'read'],
    params: byId,
    reply: ladderSchema,
  },
  'GET /api/calls/:id/ladder/pcap': {
    summary: 'The same as a pcap file, for Wireshark and its kin',
    access: ['ladder', 'read'],
    params: byId,
    reply: 'octets',
  },
  'GET /api/recordings/:id/audio': {
    summary: 'The recording, fetched from its node while it lies there; ranges are honoured',
    access: ['recording', 'play'],
    params: byId,
    query: z.object({ download: z.enum(['yes']).optional() }),
    reply: 'octets',
  },
  'GET /api/presence-log': {
    summary: 'State changes of agents, newest first',
    access: ['presence', 'list'],
    query: z.object({
      ...page,
      agentId: z.uuid().optional(),
      fromMs: z.coerce.number().optional(),
      toMs: z.coerce.number().optional(),
    }),
    reply: paged(
      z.object({
        atMs: instantSchema,
        agentId: idOf<'agent'>(),
        agentName: z.string().nullable(),
        from: presenceStateSchema,
        to: presenceStateSchema,
        lastedMs: z.number(),
        pauseCause: z.string().nullable(),
        pauseReasonId: z.string().nullable(),
      }),
    ),
  },
  'GET /api/refusals': {
    summary: 'Calls and sign-ins refused, with the reason, newest first',
    access: ['refusal', 'list'],
    query: z.object(page),
    reply: paged(
      z.object({
        atMs: instantSchema,
        tenantId: idOf<'tenant'>().nullable(),
        what: z.enum(['call', 'sign-in']),
        reason: z.string(),
        fromNumber: z.string().nullable(),
        toNumber: z.string().nullable(),
        agentId: idOf<'agent'>().nullable(),
      }),
    ),
  },
  'GET /api/audit': {
    summary: 'Changes made, by whom, newest first',
    access: ['audit', 'list'],
    query: z.object({ ...page, noun: z.enum(nouns).optional() }),
    reply: paged(auditEntrySchema),
  },

  // The platform console
  'GET /api/platform/tenants': {
    summary: 'Tenants with their limits and use',
    access: ['tenant', 'list'],
    reply: list(tenantSchema.extend({ usage: usageSchema, shares: z.array(nodeShareSchema) })),
  },
  'POST /api/platform/tenants': {
    summary: 'Add a tenant with its first administrator; it takes calls at once',
    access: ['tenant', 'create'],
    body: z.object({
      slug: slugSchema,
      name: nameSchema,
      locale: localeSchema,
      timeZone: timeZoneSchema,
      quotas: quotasSchema,
      administrator: z.object({ email: z.email(), name: nameSchema, password: passwordSchema }),
    }),
    reply: tenantSchema,
  },
  'PUT /api/platform/tenants/:id': {
    summary: 'Change a tenant and its limits',
    access: ['tenant', 'update'],
    params: byId,
    body: z.object({ name: nameSchema, quotas: quotasSchema }),
    reply: tenantSchema,
  },
  'GET /api/platform/tenants/:id/inner-hosts': {
    summary: 'Inside addresses and hosts the tenant’s connectors may reach',
    access: ['tenant', 'read'],
    params: byId,
    reply: z.object({ innerHosts: innerHostsSchema }),
  },
  'PUT /api/platform/tenants/:id/inner-hosts': {
    summary: 'Change which inside addresses and hosts the tenant’s connectors may reach',
    access: ['tenant', 'update'],
    params: byId,
    body: z.object({ innerHosts: innerHostsSchema }),
    reply: z.object({ innerHosts: innerHostsSchema }),
  },
  'GET /api/platform/tenants/:id/placement': {
    summary: 'Nodes the tenant is served at; null: at every node, with others',
    access: ['tenant', 'read'],
    params: byId,
    reply: placementSchema,
  },
  'PUT /api/platform/tenants/:id/placement': {
    summary:
      'Serve the tenant at these nodes alone, or with null at every node; calls under way go on where they are',
    access: ['tenant', 'update'],
    params: byId,
    body: placementSchema,
    reply: placementSchema,
  },
  'POST /api/platform/tenants/:id/suspend': {
    summary: 'Take no more calls and sign-ins for this tenant',
    access: ['tenant', 'suspend'],
    params: byId,
    body: z.object({ reason: z.string().min(1).max(200) }),
    reply: tenantSchema,
  },
  'POST /api/platform/tenants/:id/resume': {
    summary: 'Serve the tenant again, configuration unchanged',
    access: ['tenant', 'suspend'],
    params: byId,
    reply: tenantSchema,
  },
  'POST /api/platform/tenants/:id/enter': {
    summary:
      "Enter a tenant as its administrator, with a reason and for a limited time; the session is the tenant's until it is left",
    access: ['tenant', 'enter'],
    params: byId,
    body: z.object({ reason: z.string().min(3).max(200), minutes: z.number().int().min(5).max(240) }),
    reply: meSchema,
  },
  'GET /api/platform/dids': {
    summary: 'All numbers and whose they are',
    access: ['did', 'create'],
    reply: list(didSchema.extend({ tenantId: idOf<'tenant'>() })),
  },
  'POST /api/platform/dids': {
    summary: 'Give a number to a tenant',
    access: ['did', 'create'],
    body: didSchema.omit({ id: true }).extend({ tenantId: idOf<'tenant'>() }),
    reply: didSchema,
  },
  'PUT /api/platform/dids/:id': {
    summary: 'Change the label of a number, and the site it is local to',
    access: ['did', 'update'],
    params: byId,
    body: didSchema.pick({ label: true, siteId: true }),
    reply: didSchema,
  },
  'DELETE /api/platform/dids/:id': { summary: 'Take a number back', access: ['did', 'delete'], params: byId },
  'GET /api/platform/sites': { summary: 'Sites', access: ['site', 'list'], reply: list(siteSchema) },
  'GET /api/platform/site-recordings': {
    summary: 'What was recorded at each site in the last weeks, and what of it lies at the centre',
    access: ['site', 'list'],
    reply: list(siteRecordingsSchema),
  },
  'POST /api/platform/sites': {
    summary: 'Add a site',
    access: ['site', 'create'],
    body: siteSchema.omit({ id: true }),
    reply: siteSchema,
  },
  'PUT /api/platform/sites/:id': {
    summary: 'Change a site',
    access: ['site', 'update'],
    params: byId,
    body: siteSchema.omit({ id: true }),
    reply: siteSchema,
  },
  'DELETE /api/platform/sites/:id': {
    summary: 'Remove a site without nodes',
    access: ['site', 'delete'],
    params: byId,
  },
  'GET /api/platform/nodes': {
    summary: 'Nodes with health, generation and link state',
    access: ['node', 'list'],
    reply: list(nodeSchema),
  },
  'POST /api/platform/nodes': {
    summary: 'Add a node',
    access: ['node', 'create'],
    body: z.object({ siteId: idOf<'site'>(), name: nameSchema }),
    reply: nodeSchema,
  },
  'PUT /api/platform/nodes/:id': {
    summary: 'Rename a node',
    access: ['node', 'update'],
    params: byId,
    body: z.object({ name: nameSchema }),
    reply: nodeSchema,
  },
  'GET /api/platform/link-traffic': {
    summary:
      'What the line of each node has carried since it began, by kind of message; null where a node has not said',
    access: ['node', 'list'],
    reply: list(
      z.object({
        nodeId: idOf<'node'>(),
        name: nameSchema,
        isLinkUp: z.boolean(),
        traffic: linkTrafficSchema.nullable(),
      }),
    ),
  },
  'GET /api/platform/nodes/:id/public-numbers': {
    summary: 'Numbers of the public network by which other nodes bring calls to this one',
    access: ['node', 'read'],
    params: byId,
    reply: publicNumbersSchema,
  },
  'PUT /api/platform/nodes/:id/public-numbers': {
    summary:
      'Reserve numbers of no tenant for calls of nodes that do not reach this one by SIP; with `always`, for calls of all others',
    access: ['node', 'update'],
    params: byId,
    body: publicNumbersSchema,
    reply: publicNumbersSchema,
  },
  'POST /api/platform/nodes/:id/enrolment-token': {
    summary:
      'A one-time token, valid an hour, that enrols this node; an earlier key is revoked when it is used',
    access: ['node', 'enrol'],
    params: byId,
    reply: z.object({ token: z.string(), expiresAtMs: instantSchema }),
  },
  'POST /api/platform/nodes/:id/key-change': {
    summary: 'Ask the node for another key; done at once or when its link is up again',
    access: ['node', 'enrol'],
    params: byId,
    reply: nodeSchema,
  },
  'POST /api/platform/nodes/:id/revocation': {
    summary:
      'Believe this node no longer: its link is closed at once, and only a new enrolment brings it back',
    access: ['node', 'enrol'],
    params: byId,
    reply: nodeSchema,
  },
  'POST /api/platform/nodes/:id/drain': {
    summary: 'The node takes no new calls and finishes those it has',
    access: ['node', 'drain'],
    params: byId,
    reply: nodeSchema,
  },
  'POST /api/platform/nodes/:id/serve': {
    summary: 'A drained node takes calls again',
    access: ['node', 'drain'],
    params: byId,
    reply: nodeSchema,
  },
  'GET /api/platform/nodes/:id/losses': {
    summary: 'What lies at this node alone, by tenant: what would be lost with it',
    access: ['node', 'read'],
    params: byId,
    reply: list(
      z.object({
        tenantId: idOf<'tenant'>(),
        tenantName: nameSchema,
        openCalls: z.number().int(),
        recordings: z.number().int(),
        voiceMessages: z.number().int(),
        faxes: z.number().int(),
      }),
    ).extend({
      /** Events of its journal it had not delivered when it was last heard; null: not known. */
      undelivered: z.number().int().nullable(),
    }),
  },
  'POST /api/platform/nodes/:id/declare-lost': {
    summary:
      'The node will not come back: its key is revoked, its open calls are closed; an enrolment token replaces it',
    access: ['node', 'lose'],
    params: byId,
    /** Of the node, as a precaution. */
    body: z.object({ name: nameSchema }),
    reply: nodeSchema,
  },
  'GET /api/platform/lost-things': {
    summary: 'Calls, recordings, messages and faxes that were lost with nodes',
    access: ['node', 'read'],
    query: z.object({
      ...page,
      nodeId: z.uuid().optional(),
      tenantId: z.uuid().optional(),
      kind: z.enum(lossKinds).optional(),
      sort: z.enum(['time', 'lost', 'tenant', 'node', 'kind', 'length']).default('time'),
      order: z.enum(['ascending', 'descending']).default('descending'),
    }),
    reply: paged(lostThingSchema),
  },
  'DELETE /api/platform/nodes/:id': {
    summary: 'Remove a node that has taken no calls',
    access: ['node', 'delete'],
    params: byId,
  },
  'GET /api/platform/trunks': { summary: 'Trunks', access: ['trunk', 'list'], reply: list(trunkSchema) },
  'POST /api/platform/trunks': {
    summary: 'Add a trunk to a node',
    access: ['trunk', 'create'],
    body: trunkWriteSchema.extend({ nodeId: idOf<'node'>() }),
    reply: trunkSchema,
  },
  'PUT /api/platform/trunks/:id': {
    summary: 'Change a trunk',
    access: ['trunk', 'update'],
    params: byId,
    body: trunkWriteSchema,
    reply: trunkSchema,
  },
  'DELETE /api/platform/trunks/:id': { summary: 'Remove a trunk', access: ['trunk', 'delete'], params: byId },
  'GET /api/platform/operators': {
    summary: 'Platform staff',
    access: ['operator', 'list'],
    reply: list(operatorSchema),
  },
  'POST /api/platform/operators': {
    summary: 'Add platform staff',
    access: ['operator', 'create'],
    body: operatorSchema.omit({ id: true, isActive: true }).extend({ password: passwordSchema }),
    reply: operatorSchema,
  },
  'PUT /api/platform/operators/:id': {
    summary: 'Change platform staff, or shut the login',
    access: ['operator', 'update'],
    params: byId,
    body: z.object({ name: nameSchema, isActive: z.boolean(), password: passwordSchema.optional() }),
    reply: operatorSchema,
  },
  'DELETE /api/platform/operators/:id': {
    summary: 'Remove platform staff; never the last',
    access: ['operator', 'delete'],
    params: byId,
  },
  'GET /api/platform/audit': {
    summary: 'Changes made by platform staff, newest first',
    access: ['audit', 'list'],
    query: z.object({ ...page, tenantId: z.uuid().optional() }),
    reply: paged(auditEntrySchema.extend({ tenantId: idOf<'tenant'>().nullable() })),
  },
  'GET /api/platform/refusals': {
    summary: 'Calls and sign-ins refused, newest first, with how often each reason',
    access: ['refusal', 'list'],
    query: z.object(page),
    reply: paged(
      z.object({
        atMs: instantSchema,
        tenantId: idOf<'tenant'>().nullable(),
        nodeId: idOf<'node'>(),
        what: z.enum(['call', 'sign-in']),
        reason: z.string(),
      }),
    ),
  },
  'GET /api/platform/alarms': {
    summary: 'Alarms of the fleet, newest first; `only=open` leaves out those that are over',
    access: ['alarm', 'list'],
    query: z.object({ ...page, only: z.enum(['open']).optional() }),
    reply: paged(alarmSchema),
  },
  'POST /api/platform/alarms/:id/acknowledge': {
    summary: 'Somebody looks after it: the first to say so stays named',
    access: ['alarm', 'acknowledge'],
    params: byId,
    reply: alarmSchema,
  },
  'GET /api/platform/system': {
    summary: 'The centre itself: product version, database, uptime, bus',
    access: ['system', 'read'],
    reply: z.object({
      product: z.string(),
      startedAtMs: instantSchema,
      database: z.object({ kind: z.enum(['embedded', 'external']), version: z.string(), octets: z.number() }),
      bus: z.enum(['memory', 'redis']),
      nodesUp: z.number().int(),
      nodesDown: z.number().int(),
    }),
  },

  // Nodes
  'POST /api/node/enrol': {
    summary: 'A node buys its identity with a one-time token',
    access: 'public',
    body: enrolBodySchema,
    reply: enrolReplySchema,
  },
  'POST /api/node/key': {
    summary: 'A node offers the key it will prove itself by from now on',
    access: 'node',
    body: nodeKeyBodySchema,
  },
  'GET /api/node/prompts/:sha256': {
    summary: 'A prompt file for a node that plays it',
    access: 'node',
    params: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    reply: 'octets',
  },
  'POST /api/node/recordings/:requestId': {
    summary: 'What the centre asked this node for: a part of a recording, a ladder',
    access: 'node',
    params: z.object({ requestId: z.string().max(80) }),
    body: 'octets',
  },
  'GET /api/node/copies': {
    summary: 'Recordings of this node that the centre has not whole, the oldest first',
    access: 'node',
    reply: list(wantedCopySchema),
  },
  'POST /api/node/copies/:tenantId/:recordingId/:from': {
    summary: 'The next piece of a recording; the reply says how much is there',
    access: 'node',
    params: copyParamsSchema.extend({ from: z.coerce.number().int().min(0) }),
    body: 'octets',
    reply: copiedSchema,
  },
  'POST /api/node/missing-copies/:tenantId/:recordingId': {
    summary: 'The node cannot bring this recording, and why',
    access: 'node',
    params: copyParamsSchema,
    body: z.object({ why: z.string().min(1).max(200) }),
  },
} as const satisfies RouteTable;

export type Api = typeof api;
