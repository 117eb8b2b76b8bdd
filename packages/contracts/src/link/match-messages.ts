/**
 * Matches across nodes, on the link. A node tells of a tenant only once it was told that the tenant is spread, so that a node, or a
 * centre, that knows nothing of matches never hears of one. Every message names few ids: a call costs some hundred octets of each link.
 */
import { z } from 'zod';
import type { ServiceTold } from '@seatgrid/core/routing/service-class.ts';
import { contactKinds } from '@seatgrid/core/routing/waiting-call.ts';
import { decisionSchema } from '../journal/journal-event.ts';
import { idOf, schemaOf } from '../nouns/ids.ts';
import { publicNumbersUseSchema } from '../nouns/reserved-number.ts';
import { instantSchema } from '../nouns/texts.ts';
import { presenceStateSchema, serviceTargetSchema } from '../nouns/workforce.ts';
import { paceToldSchema } from '../realtime/floor.ts';

const tenantId = idOf<'tenant'>();
const callId = idOf<'call'>();
const queueId = idOf<'queue'>();
const agentId = idOf<'agent'>();
const nodeId = idOf<'node'>();
const matchId = z.string().min(1).max(64);
/** Of one tenant at one node. */
const factsMax = 10_000;

export const callWantingSchema = z.object({
  callId,
  queueId,
  sinceMs: instantSchema,
  contact: z.enum(contactKinds).exactOptional(),
  customerLevel: z.number().nullable().exactOptional(),
  dedicatedAgentId: agentId.nullable().exactOptional(),
  lastAgentId: agentId.nullable().exactOptional(),
  siteId: idOf<'site'>().nullable().exactOptional(),
});

export const agentFreeSchema = z.object({
  agentId,
  sinceMs: instantSchema,
  today: z.object({ callsAnswered: z.number().int(), phoneMs: z.number().int() }).exactOptional(),
  asks: z.boolean().exactOptional(),
});

const serviceToldSchema = schemaOf<ServiceTold>()(
  z.object({
    ...serviceTargetSchema.shape,
    calls: z.number().int().nonnegative(),
    inTime: z.number().int().nonnegative(),
    late: z.number().int().nonnegative(),
  }),
);

/** Where a home dials its host. */
export const visitPlaceSchema = z.object({
  nodeId,
  uri: z.string().max(500),
  token: z.string().max(200),
  fingerprint: z.string().max(64).nullable(),
  /** B-06: it has numbers of the public network to be reached by, where it is not reached so, or always. */
  publicNumbers: publicNumbersUseSchema.exactOptional(),
});

export const matchToCentreSchemas = [
  z.object({
    kind: z.literal('calls-wanting'),
    tenantId,
    isWhole: z.boolean(),
    added: z.array(callWantingSchema).max(factsMax),
    gone: z.array(callId).max(factsMax),
  }),
  z.object({
    kind: z.literal('agents-free'),
    tenantId,
    siteId: idOf<'site'>().nullable(),
    isWhole: z.boolean(),
    added: z.array(agentFreeSchema).max(factsMax),
    gone: z.array(agentId).max(factsMax),
  }),
  /** Of `match-reserve`. */
  z.object({ kind: z.literal('match-reserved'), tenantId, matchId, at: visitPlaceSchema }),
  z.object({ kind: z.literal('match-refused'), tenantId, matchId }),
  /** Of `match-claim`: the caller is taken to the agent, or waits no more. */
  z.object({ kind: z.literal('match-claimed'), tenantId, matchId }),
  z.object({ kind: z.literal('match-given-away'), tenantId, matchId }),
  /** One agent by name, for a call of this node: the node that has them signed in is asked to keep them. */
  z.object({
    kind: z.literal('agent-wanted'),
    tenantId,
    matchId,
    callId,
    queueId: queueId.nullable(),
    agentId,
  }),
  /** Found or not: nobody will dial. */
  z.object({ kind: z.literal('agent-not-wanted'), tenantId, matchId }),
] as const;

export const matchToNodeSchemas = [
  /** The tenant has agents or calls at other nodes too, or no more. What is told begins with whole pictures where it says so. */
  z.object({
    kind: z.literal('match-spread'),
    tenantId,
    isSpread: z.boolean(),
    isFresh: z.boolean(),
    /** Queues that agents serve who are signed in elsewhere. */
    staffedElsewhere: z.array(queueId).max(factsMax),
  }),
  /** Who is signed in at other nodes, and how many wait there: what has changed since, at most so often as the centre allows itself. */
  z.object({
    kind: z.literal('match-elsewhere'),
    tenantId,
    /** All there is: whoever is not named is signed in nowhere else. */
    isWhole: z.boolean(),
    /** `offline`: no longer elsewhere. */
    agents: z
      .array(
        z.object({
          agentId,
          state: presenceStateSchema,
          /** F-18: with customers, so far today. */
          phoneMs: z.number().int().nonnegative().exactOptional(),
        }),
      )
      .max(factsMax),
    waiting: z.array(z.object({ queueId, calls: z.number().int().nonnegative() })).max(factsMax),
    /** F-11: how classes of service stand at all nodes, where that is another than was told. */
    service: z.array(serviceToldSchema).max(factsMax).exactOptional(),
    /** F-25: the pace of queues, likewise. */
    pace: z.array(paceToldSchema).max(factsMax).exactOptional(),
  }),
  /** Tell all there is, once more. */
  z.object({ kind: z.literal('match-picture'), tenantId }),
  z.object({
    kind: z.literal('match-reserve'),
    tenantId,
    matchId,
    callId,
    /** Null: of a call that came through none. */
    queueId: queueId.nullable(),
    agentId,
    homeNodeId: nodeId,
    /** Wanted by name: one who is paused can be rung too. */
    isNamed: z.literal(true).exactOptional(),
  }),
  z.object({
    kind: z.literal('match-claim'),
    tenantId,
    matchId,
    callId,
    agentId,
    at: visitPlaceSchema,
    decision: decisionSchema,
  }),
  z.object({ kind: z.literal('match-release'), tenantId, matchId }),
  /** No older call waits elsewhere for an agent who asks. */
  z.object({ kind: z.literal('match-serve-own'), tenantId, agentId }),
  /** Of `agent-wanted`; null: nowhere to be rung. */
  z.object({ kind: z.literal('agent-found'), tenantId, matchId, at: visitPlaceSchema.nullable() }),
] as const;

export type MatchToCentre = z.infer<(typeof matchToCentreSchemas)[number]>;
export type MatchToNode = z.infer<(typeof matchToNodeSchemas)[number]>;
