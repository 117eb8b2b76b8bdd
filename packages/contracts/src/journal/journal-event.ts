/**
 * What happened at a node, in the order it happened: written to the node's journal before anyone is told, then sent to the
 * centre until acknowledged. Each has an id (stored once) and a per-node sequence number (nothing missed).
 * Call records, presence logs, recordings, usage are projections of these and of nothing else.
 */
import { z } from 'zod';
import { endCodes, endParties } from '@seatgrid/core/calls/end-reason.ts';
import { faxActs, faxEndings } from '@seatgrid/core/faxes/fax-box.ts';
import { conferenceActs } from '@seatgrid/core/flows/conference-act.ts';
import { stepsTogetherMax } from '@seatgrid/core/flows/limits.ts';
import { messageActs } from '@seatgrid/core/messages/mailbox.ts';
import type { Decision } from '@seatgrid/core/routing/decision.ts';
import { attemptOutcomes } from '@seatgrid/core/routing/callback.ts';
import { passedOverMax } from '@seatgrid/core/routing/limits.ts';
import { agentStrategies, callStrategies } from '@seatgrid/core/routing/strategy.ts';
import { callbackEndSchema, callbackOriginSchema } from '../nouns/callback.ts';
import { levelSchema } from '../nouns/caller-lists.ts';
import { faxFactsSchema } from '../nouns/fax.ts';
import { idOf, schemaOf } from '../nouns/ids.ts';
import { inspectionModeSchema } from '../nouns/inspection.ts';
import { durationSchema, instantSchema, localeSchema } from '../nouns/texts.ts';
import { agentDeviceSchema, pauseCauseSchema, presenceStateSchema } from '../nouns/workforce.ts';

/** As the media engine tells them. */
const mediaPlacesMax = 16;
/** Calls of one signature, and its length. */
export const attestedCallsMax = 50;
const attestedCharsMax = 65_536;

const callId = idOf<'call'>();
const agentId = idOf<'agent'>();
const queueId = idOf<'queue'>();
const number = z.string().max(80);
const supervisor = { userId: idOf<'user'>(), userName: z.string().max(80) };
export const callDirectionSchema = z.enum(['inbound', 'outbound', 'internal']);
const count = z.number().int().nonnegative();

export const endReasonSchema = z.object({
  party: z.enum(endParties),
  code: z.enum(endCodes),
  detail: z.string().max(200).exactOptional(),
});

export const transferTargetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent'), agentId }),
  z.object({ kind: z.literal('queue'), queueId }),
  /** Whoever leads the group when the call comes. */
  z.object({ kind: z.literal('leader'), groupId: idOf<'group'>() }),
  /** Automatic service: the customer goes on in a flow; B-02: that runs at a site, where one is named. */
  z.object({ kind: z.literal('flow'), flowId: idOf<'flow'>(), siteId: idOf<'site'>().exactOptional() }),
  /** F-17: its positions ring, and what it says comes when nobody answers. */
  z.object({ kind: z.literal('ring-group'), ringGroupId: idOf<'ring-group'>() }),
  z.object({ kind: z.literal('number'), number: z.string().regex(/^\+?[0-9*#]{2,20}$/, 'a phone number') }),
]);
export type TransferTarget = z.infer<typeof transferTargetSchema>;

/** Tones by which a line says that nobody will answer. */
export const lineTones = ['busy', 'congestion', 'information'] as const;
export type LineTone = (typeof lineTones)[number];

/** `address:port`, IPv6 in brackets. */
const endpoint = z.string().max(60);

/** Where the sound of a line went and came from. */
export const mediaPathSchema = z.object({
  /** Ours, as described to the far end. */
  local: endpoint,
  /** Those the far end's descriptions named. */
  signalled: z.array(endpoint).max(mediaPlacesMax),
  /** Those packets really went to or came from; `at` null: more than can be named, of a far end that kept moving. */
  places: z
    .array(
      z.object({
        at: endpoint.nullable(),
        packetsIn: count,
        packetsOut: count,
        octetsIn: count,
        octetsOut: count,
      }),
    )
    .max(mediaPlacesMax + 1),
});
export type MediaPathFacts = z.infer<typeof mediaPathSchema>;

/** Of one value an agent attaches to a call. */
export const attachedCharsMax = 500;

export const conferenceActSchema = z.enum(conferenceActs);

export const callRefusalReasons = [
  'quota-calls',
  'suspended',
  'unknown-number',
  'overload',
  /** A carrier's call above the share of its trunk. */
  'trunk-full',
  /** A call of the tenant's own that found every outside line in use. */
  'lines-busy',
  'no-route',
  'no-common-codec',
  /** The caller stands in the tenant's blacklist (F-35). */
  'barred',
  /** B-06: told to try other nodes. */
  'redirected',
] as const;

/** How a call left its queue: for an agent, by itself, or by one of the queue's own outcomes. */
export const queueCauses = [
  'agent',
  'abandoned',
  'timeout',
  'full',
  'nobody',
  'all-busy',
  'long-wait',
  'callback',
  'transferred',
  'ended',
] as const;

/** Those by which a queue leads calls elsewhere (F-10). */
export const overflowCauses = ['nobody', 'all-busy', 'full', 'long-wait', 'timeout'] as const;

/** Which flow, and since when the caller stood there. */
const stepPlace = {
  flowId: idOf<'flow'>(),
  flowName: z.string(),
  flowVersion: z.number().int(),
  enteredAtMs: instantSchema,
};
const stepWalked = {
  stepKey: z.string(),
  stepKind: z.string(),
  title: z.string().nullable(),
  /** How it was left: `next`, a choice's key, `timeout`, `otherwise`… */
  outcome: z.string(),
  /** Keys pressed in it. */
  digits: z.string().nullable(),
  /** Label of the branch taken, for the menu path. */
  label: z.string().nullable(),
  /** The field it was left by (`choices.1`), where the step has several. */
  exit: z.string().max(80).exactOptional(),
  /** Why it went its error branch. */
  fault: z
    .object({
      code: z.string().max(80),
      place: z.string().max(500).nullable(),
      message: z.string().max(500),
    })
    .exactOptional(),
  /** D-17: variables it gave a value, as text, cut where long; a secret as stars. */
  changes: z.record(z.string(), z.string()).exactOptional(),
  /** D-19: what the caller was understood to say, the nearest choice and its distance of a hundred; or why nothing could be heard. */
  heard: z
    .array(
      z.union([
        z.object({ text: z.string(), choice: z.string(), distance: z.number().int() }),
        z.object({ why: z.string() }),
      ]),
    )
    .exactOptional(),
};

export const decisionSchema = schemaOf<Decision>()(
  z.object({
    came: z.enum(['call', 'agent']),
    among: count,
    width: count,
    passedOver: z
      .array(
        z.union([
          z.object({ agentId, by: z.enum([...agentStrategies, 'not-free']) }),
          z.object({ callId, by: z.enum([...callStrategies, 'overdue']) }),
        ]),
      )
      .max(passedOverMax)
      .readonly(),
  }),
);

/** The facts of one event, by kind. `tenantId` and time stand in the envelope. */
export const eventFactsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('call.started'),
    callId,
    direction: callDirectionSchema,
    fromNumber: number,
    toNumber: number,
    didId: idOf<'did'>().nullable(),
    trunkId: idOf<'trunk'>().nullable(),
    /** The agent who placed it, for outbound and internal calls. */
    agentId: agentId.nullable(),
    ruleName: z.string().nullable(),
    /** it came from a visitor's browser. */
    webButtonId: idOf<'web-button'>().exactOptional(),
    /** What the tenant's lists say of the caller: F-34, F-36. */
    customerLevel: levelSchema.exactOptional(),
    department: z.string().max(80).exactOptional(),
    /** A call that a queue owed. */
    callbackId: idOf<'callback'>().exactOptional(),
  }),
  /** The platform picked up: from here a caller pays. */
  z.object({ kind: z.literal('call.answered'), callId }),
  z.object({ kind: z.literal('flow.step'), callId, ...stepPlace, ...stepWalked }),
  /** Of one flow, entered at one moment and walked one after the other with nothing in between: `steps-apart.ts` tells each by itself. */
  z.object({
    kind: z.literal('flow.steps'),
    callId,
    ...stepPlace,
    steps: z.array(z.object(stepWalked)).min(2).max(stepsTogetherMax),
  }),
  z.object({
    kind: z.literal('queue.entered'),
    callId,
    queueId,
    queueName: z.string(),
    position: z.number().int(),
    /** B-12: it waited since then at a node that was lost, and has that place here. */
    keptSinceMs: instantSchema.exactOptional(),
  }),
  z.object({
    kind: z.literal('queue.left'),
    callId,
    queueId,
    cause: z.enum(queueCauses),
    waitedMs: durationSchema,
    /** Position when leaving. */
    position: z.number().int(),
    /** Where the queue was left because the wait would have been longer than it allows. */
    expectedMs: durationSchema.exactOptional(),
  }),
  /** The caller was told how long it will take; how long it took, `queue.left` tells. */
  z.object({
    kind: z.literal('wait.announced'),
    callId,
    queueId,
    expectedMs: durationSchema,
    /** As it was said; 0: less than one. */
    saidMinutes: count,
  }),
  /** A queue owes a call: a caller keeps the place, or the tenant put the number on the list. */
  z.object({
    kind: z.literal('callback.asked'),
    callbackId: idOf<'callback'>(),
    queueId,
    number,
    origin: callbackOriginSchema,
    callId: callId.nullable(),
    sinceMs: instantSchema,
  }),
  z.object({
    kind: z.literal('callback.tried'),
    callbackId: idOf<'callback'>(),
    queueId,
    callId,
    attempt: count,
    outcome: z.enum(attemptOutcomes),
    /** When it is tried again. */
    nextAtMs: instantSchema.nullable(),
  }),
  z.object({
    kind: z.literal('callback.ended'),
    callbackId: idOf<'callback'>(),
    queueId,
    end: callbackEndSchema,
  }),
  z.object({
    kind: z.literal('reservation.made'),
    callId,
    reservationId: idOf<'reservation'>(),
    agentId,
    queueId: queueId.nullable(),
    /** Where a queue chose, and since nodes tell why. */
    decision: decisionSchema.exactOptional(),
  }),
  z.object({
    kind: z.literal('reservation.ended'),
    callId,
    reservationId: idOf<'reservation'>(),
    agentId,
    outcome: z.enum(['accepted', 'declined', 'expired', 'withdrawn']),
    rangMs: durationSchema,
  }),
  /** Caller and agent (or two agents, or agent and outside number) hear each other. */
  z.object({
    kind: z.literal('call.bridged'),
    callId,
    agentId: agentId.nullable(),
    queueId: queueId.nullable(),
  }),
  z.object({ kind: z.literal('call.held'), callId, agentId }),
  z.object({ kind: z.literal('call.retrieved'), callId, agentId }),
  z.object({ kind: z.literal('call.transferred'), callId, agentId, target: transferTargetSchema }),
  /** E-12: the agent steps aside with a colleague or an outside number. */
  z.object({ kind: z.literal('consult.began'), callId, agentId, target: transferTargetSchema }),
  z.object({
    kind: z.literal('consult.ended'),
    callId,
    agentId,
    outcome: z.enum(['back', 'transfer', 'conference', 'failed']),
    /** With the one consulted. */
    talkMs: durationSchema,
  }),
  /** D-08 */
  z.object({
    kind: z.literal('conference.changed'),
    callId,
    /** Null where the flow did it. */
    agentId: agentId.nullable(),
    /** Its name, or its number where it has none. */
    party: z.string().max(80),
    act: conferenceActSchema,
  }),
  /** D-09 */
  z.object({
    kind: z.literal('guide.began'),
    callId,
    agentId,
    flowId: idOf<'flow'>(),
    flowName: z.string().max(200),
  }),
  z.object({ kind: z.literal('guide.ended'), callId, agentId }),
  /** D-10 */
  z.object({
    kind: z.literal('data.attached'),
    callId,
    agentId,
    variable: z.string().max(40),
    value: z.string().max(attachedCharsMax),
  }),
  /** H-17 to H-21: whose call, and which supervisor. */
  z.object({ kind: z.literal('inspection.began'), callId, agentId, ...supervisor }),
  z.object({
    kind: z.literal('inspection.changed'),
    callId,
    agentId,
    ...supervisor,
    mode: inspectionModeSchema,
  }),
  z.object({ kind: z.literal('inspection.ended'), callId, agentId, ...supervisor, lastedMs: durationSchema }),
  z.object({ kind: z.literal('call.intercepted'), callId, agentId, ...supervisor }),
  z.object({ kind: z.literal('call.force-released'), callId, agentId, ...supervisor }),
  /** An outside number was dialled for the call (flow, transfer, agent). */
  z.object({
    kind: z.literal('leg.dialled'),
    callId,
    number,
    callerNumber: number,
    trunkId: idOf<'trunk'>().nullable(),
  }),
  z.object({
    kind: z.literal('leg.dial-ended'),
    callId,
    number,
    /** Of the attempt that ended: where one trunk fails, the next may be tried. */
    trunkId: idOf<'trunk'>().nullable().default(null),
    outcome: z.enum(['answered', 'busy', 'no-answer', 'failed']),
    /** What the far side said; what its tone means where it said it by that alone. */
    status: z.number().int(),
    tone: z.enum(lineTones).exactOptional(),
  }),
  /** A party's sound from its first packet to its last, told when its line is closed, which may be after the call's end. */
  z.object({
    kind: z.literal('leg.media'),
    callId,
    /** As in the call's ladder: `caller`, `agent-1`, `outside-2`… */
    leg: z.string().max(40),
    agentId: agentId.nullable(),
    codec: z.string().max(20),
    packetsIn: count,
    packetsOut: count,
    /** Of those to us; what the far end says of ours is `farLost`. */
    lost: count,
    /** Frames made up because their packet was missing or late. */
    concealed: count,
    jitterMs: z.number().nonnegative(),
    /** Packets refused because they came from elsewhere. */
    foreign: count,
    farLost: count.exactOptional(),
    roundTripMs: z.number().nonnegative().exactOptional(),
    /** Mean opinion score by the E-model, 1 to 5, of what came in. */
    mos: z.number().min(1).max(5).exactOptional(),
    octetsIn: count.exactOptional(),
    octetsOut: count.exactOptional(),
    path: mediaPathSchema.exactOptional(),
  }),
  /** B-07: what the node says of the sound of calls that have ended, signed by its key (`SoundStatement`, as a compact JWS). */
  z.object({
    kind: z.literal('sound.attested'),
    /** Those it speaks of. */
    callIds: z.array(callId).min(1).max(attestedCallsMax),
    jws: z.string().max(attestedCharsMax),
  }),
  z.object({
    kind: z.literal('agent.left-call'),
    callId,
    agentId,
    talkMs: durationSchema,
    heldMs: durationSchema,
    by: z.enum(['agent', 'other', 'transfer', 'platform']),
  }),
  z.object({
    kind: z.literal('call.ended'),
    callId,
    reason: endReasonSchema,
    startedAtMs: instantSchema,
    answeredAtMs: instantSchema.nullable(),
    /** Time in conversation with an agent or outside number. */
    talkMs: durationSchema,
    waitMs: durationSchema,
    /** From answer to end, in whole seconds rounded up: what a carrier's minute rate is applied to. */
    billableSeconds: z.number().int().nonnegative(),
    language: localeSchema,
    /** Variables the caller keyed, by name. */
    collected: z.record(z.string(), z.string()),
  }),
  /** A call that was never admitted; counted, announced to the caller where possible (C-08). */
  z.object({
    kind: z.literal('call.refused'),
    callId,
    reason: z.enum(callRefusalReasons),
    fromNumber: number,
    toNumber: number,
  }),
  z.object({
    kind: z.literal('agent.presence'),
    agentId,
    from: presenceStateSchema,
    to: presenceStateSchema,
    /** How long `from` lasted. */
    lastedMs: z.number().int().nonnegative(),
    pauseCause: pauseCauseSchema.nullable(),
    pauseReasonId: idOf<'pause-reason'>().nullable(),
    device: agentDeviceSchema.nullable(),
    callId: callId.nullable(),
    /** As whose call the agent’s figures count it, where `to` is talking: advice to a colleague is internal whatever the call is. */
    direction: callDirectionSchema.exactOptional(),
  }),
  z.object({
    kind: z.literal('agent.sign-in-refused'),
    agentId,
    reason: z.enum(['quota-agents', 'suspended', 'signed-in-elsewhere']),
  }),
  z.object({
    kind: z.literal('recording.finished'),
    recordingId: idOf<'recording'>(),
    callId,
    queueId: queueId.nullable(),
    agentIds: z.array(agentId),
    startedAtMs: instantSchema,
    durationMs: z.number().int().nonnegative(),
    /** Below the node's recordings folder: tenant / date / file (H-01). */
    path: z.string().max(300),
    format: z.enum(['wav', 'mp3']),
    octets: z.number().int().nonnegative(),
    sha256: z.string(),
    isRecovered: z.boolean(),
  }),
  /** Both sides are silent in the recording from here, and digits are kept nowhere. `agentId`: null where the flow did it. */
  z.object({ kind: z.literal('recording.paused'), callId, agentId: agentId.nullable() }),
  z.object({ kind: z.literal('recording.resumed'), callId, agentId: agentId.nullable() }),
  /** D-11: a caller has left a message; it lies at this node. */
  z.object({
    kind: z.literal('voice-message.left'),
    messageId: idOf<'voice-message'>(),
    mailboxId: idOf<'mailbox'>(),
    callId,
    fromNumber: number,
    leftAtMs: instantSchema,
    durationMs: z.number().int().nonnegative(),
    /** Below the node's recordings folder. */
    path: z.string().max(300),
    octets: z.number().int().nonnegative(),
    sha256: z.string(),
    isRecovered: z.boolean(),
  }),
  z.object({
    kind: z.literal('voice-message.changed'),
    messageId: idOf<'voice-message'>(),
    mailboxId: idOf<'mailbox'>(),
    act: z.enum(messageActs),
    way: z.enum(['phone', 'portal', 'age']),
  }),
  /** A greeting was recorded by phone, or taken back; the words and the sound stand nowhere but at the node. */
  z.object({
    kind: z.literal('mailbox.greeting'),
    mailboxId: idOf<'mailbox'>(),
    callId,
    isRecorded: z.boolean(),
  }),
  z.object({
    kind: z.literal('mailbox.pin-refused'),
    mailboxId: idOf<'mailbox'>(),
    callId,
    isShut: z.boolean(),
  }),
  /** A fax came, whole or in part; it lies at this node. */
  faxFactsSchema.extend({
    kind: z.literal('fax.received'),
    faxId: idOf<'fax'>(),
    faxBoxId: idOf<'fax-box'>(),
    callId,
    /** Below the node's recordings folder. */
    path: z.string().max(300),
    sha256: z.string(),
    isRecovered: z.boolean(),
  }),
  /** None came: nobody sent one, it broke off before the first page was whole, or the node has nothing to receive it with. */
  z.object({
    kind: z.literal('fax.missed'),
    faxBoxId: idOf<'fax-box'>(),
    callId,
    why: z.enum([...faxEndings, 'box-full', 'not-installed', 'too-many']),
  }),
  z.object({
    kind: z.literal('fax.changed'),
    faxId: idOf<'fax'>(),
    faxBoxId: idOf<'fax-box'>(),
    act: z.enum(faxActs),
    way: z.enum(['portal', 'age']),
  }),
  z.object({
    kind: z.literal('interaction.closed'),
    callId,
    agentId,
    dispositionId: idOf<'disposition'>().nullable(),
    notes: z.string().max(4_000),
    wrapMs: z.number().int().nonnegative(),
  }),
  z.object({
    kind: z.literal('node.started'),
    openCallsClosed: z.number().int(),
    generation: z.number().int(),
  }),
]);
export type EventFacts = z.infer<typeof eventFactsSchema>;
export type EventKind = EventFacts['kind'];

export const journalEventSchema = z.object({
  id: idOf<'event'>(),
  /** 1, 2, 3… per node, without gaps. */
  sequence: z.number().int().positive(),
  atMs: instantSchema,
  /** Null only for `node.*` events and refused calls of nobody. */
  tenantId: idOf<'tenant'>().nullable(),
  facts: eventFactsSchema,
});
export type JournalEvent = z.infer<typeof journalEventSchema>;
