/** What a supervisor sees of one tenant at one node, as one small whole picture; nodes send it, the centre merges and forwards it. */
import { z } from 'zod';
import type { PaceTold } from '@seatgrid/core/routing/queue-pace.ts';
import { overflowCauses } from '../journal/journal-event.ts';
import { idOf, schemaOf } from '../nouns/ids.ts';
import { inspectionModeSchema } from '../nouns/inspection.ts';
import { instantSchema } from '../nouns/texts.ts';
import {
  agentDeviceSchema,
  pauseCauseSchema,
  presenceStateSchema,
  serviceTargetSchema,
  todayFiguresSchema,
} from '../nouns/workforce.ts';

const paceCounts = {
  handled: z.number().int().nonnegative(),
  handledMs: z.number().int().nonnegative(),
  waited: z.number().int().nonnegative(),
  waitedMs: z.number().int().nonnegative(),
  gaveUp: z.number().nonnegative(),
};
const arrivalsPerHour = z.number().nonnegative();

/** F-25: what a node has seen of the pace of a queue. */
const paceServedSchema = z.object({
  lately: z.object(paceCounts),
  total: z.object(paceCounts),
  arrivalsPerHour,
});

/** F-25: how it stands at all nodes; callers who come, at the others. */
export const paceToldSchema = schemaOf<PaceTold>()(
  z.object({ queueId: idOf<'queue'>(), ...paceCounts, arrivalsPerHour }),
);

export const floorQueueSchema = z.object({
  queueId: idOf<'queue'>(),
  waiting: z.number().int(),
  /** When the longest waiting caller entered; null when none waits. */
  longestSinceMs: instantSchema.nullable(),
  agentsReady: z.number().int(),
  agentsSignedIn: z.number().int(),
  /** Since midnight in the tenant's zone. */
  offered: z.number().int(),
  answered: z.number().int(),
  /** Answered within the time of its target, or 20 s where it has none. */
  answeredInTarget: z.number().int(),
  abandoned: z.number().int(),
  /** F-10: led elsewhere, by its reason. */
  overflowed: z.partialRecord(z.enum(overflowCauses), z.number().int()).default({}),
  /** F-11: of the last calls of its class of service, at all nodes as far as it is known there, how many were answered in time; null: the queue has no target. */
  service: serviceTargetSchema
    .and(
      z.object({
        calls: z.number().int(),
        inTime: z.number().int(),
        /** What this node alone has served since it counts. Absent: it knows of no other. */
        total: z.object({ calls: z.number().int(), inTime: z.number().int() }).exactOptional(),
      }),
    )
    .nullable()
    .default(null),
  /** For the tenant's other nodes. Absent: it has none, or nothing goes by expected waits. */
  pace: paceServedSchema.exactOptional(),
});

export const floorAgentSchema = z.object({
  agentId: idOf<'agent'>(),
  state: presenceStateSchema,
  sinceMs: instantSchema,
  pauseReasonId: idOf<'pause-reason'>().nullable(),
  pauseCause: pauseCauseSchema.nullable(),
  device: agentDeviceSchema.nullable(),
  /** Where an agent is who speaks through a number outside. */
  outsideNumber: z.string().exactOptional(),
  callId: idOf<'call'>().nullable(),
  /** A supervisor listened today; null: not yet (H-17). */
  monitoredAtMs: instantSchema.nullable().default(null),
  figures: todayFiguresSchema,
});

export const floorCallSchema = z.object({
  callId: idOf<'call'>(),
  direction: z.enum(['inbound', 'outbound', 'internal']),
  fromNumber: z.string(),
  toNumber: z.string(),
  state: z.enum(['in-flow', 'queued', 'ringing', 'talking', 'held', 'dialling', 'consulting', 'conference']),
  /** Of the call, and of its present state. */
  startedAtMs: instantSchema,
  sinceMs: instantSchema,
  queueId: idOf<'queue'>().nullable(),
  agentId: idOf<'agent'>().nullable(),
  /** Labels of the menu choices taken. */
  path: z.array(z.string()),
  /** While it waits: what its place in the queue is reckoned from. */
  queuedSinceMs: instantSchema.exactOptional(),
  /** The step of a flow it stands in (D-17); null: in none, or its node does not tell yet. */
  step: z
    .object({
      flowId: idOf<'flow'>(),
      flowVersion: z.number().int(),
      stepKey: z.string(),
      sinceMs: instantSchema,
    })
    .nullable()
    .default(null),
  /** Lines of trunks it holds. */
  lines: z.array(z.object({ trunkId: idOf<'trunk'>(), way: z.enum(['in', 'out']) })).default([]),
  /** Supervisors in the call; for those who watch the floor, never for the agent. */
  inspectors: z.array(z.object({ name: z.string(), mode: inspectionModeSchema })).default([]),
});

export const floorNoticeSchema = z.object({
  atMs: instantSchema,
  kind: z.enum(['ring-no-answer', 'quota-calls', 'quota-agents', 'trunk-full', 'lines-busy']),
  agentId: idOf<'agent'>().nullable(),
  callId: idOf<'call'>().nullable(),
});

export const floorSchema = z.object({
  atMs: instantSchema,
  queues: z.array(floorQueueSchema),
  agents: z.array(floorAgentSchema),
  calls: z.array(floorCallSchema),
  /** The last few things a supervisor should be told (E-06). */
  notices: z.array(floorNoticeSchema).max(20),
});
export type Floor = z.infer<typeof floorSchema>;
export type FloorQueue = z.infer<typeof floorQueueSchema>;
export type FloorAgent = z.infer<typeof floorAgentSchema>;
export type FloorCall = z.infer<typeof floorCallSchema>;
export type FloorNotice = z.infer<typeof floorNoticeSchema>;
