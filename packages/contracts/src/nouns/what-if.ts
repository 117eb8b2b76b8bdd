/** What-if: a day replayed under other settings and staff (issue of a job), and what came of it. */
import { z } from 'zod';
import { customerLevels } from '@seatgrid/core/numbers/caller-lists.ts';
import { wideningsMax } from '@seatgrid/core/routing/limits.ts';
import { ringings } from '@seatgrid/core/routing/queue.ts';
import { agentStrategies, callStrategies } from '@seatgrid/core/routing/strategy.ts';
import type { Changes, QueueChange } from '@seatgrid/core/what-if/apply-changes.ts';
import { measures } from '@seatgrid/core/what-if/compare-days.ts';
import { otherDaysDefault, otherDaysMax, variationsMax } from '@seatgrid/core/what-if/limits.ts';
import { nextStepSchema } from './flow.ts';
import { idOf, schemaOf } from './ids.ts';
import { durationSchema, instantSchema, nameSchema } from './texts.ts';
import { serviceTargetSchema, skillRequirementSchema, wideningSchema } from './workforce.ts';

export const dateSchema = z.iso.date();

/** Since the day's beginning; an end before the beginning is nobody's shift. */
export const shiftSchema = z.object({ fromMs: durationSchema, untilMs: durationSchema });

const skillsSchema = z.array(skillRequirementSchema).max(50);
const stepSchema = nextStepSchema.nullable().exactOptional();

export const queueChangeSchema = schemaOf<QueueChange>()(
  z.object({
    queueId: idOf<'queue'>(),
    requires: z.array(skillRequirementSchema).max(20).exactOptional(),
    groupIds: z.array(idOf<'group'>()).max(50).exactOptional(),
    widenings: z.array(wideningSchema).max(wideningsMax).exactOptional(),
    priority: z.number().int().min(1).max(9).exactOptional(),
    overtakenMaxMs: durationSchema.min(1_000).exactOptional(),
    agentOrder: z.array(z.enum(agentStrategies)).max(agentStrategies.length).exactOptional(),
    fixedOrder: z.array(idOf<'agent'>()).max(1_000).exactOptional(),
    ringing: z.enum(ringings).exactOptional(),
    ringTimeoutMs: durationSchema.min(3_000).max(300_000).exactOptional(),
    wrapUpMs: durationSchema.max(3_600_000).exactOptional(),
    waitingMax: z.number().int().min(0).max(10_000).exactOptional(),
    waitMaxMs: durationSchema.min(1_000).exactOptional(),
    serviceTarget: serviceTargetSchema.nullable().exactOptional(),
    onFull: nextStepSchema.exactOptional(),
    onTimeout: nextStepSchema.exactOptional(),
    onNobody: stepSchema,
    onAllBusy: stepSchema,
    onLongWait: z.object({ overMs: durationSchema, step: nextStepSchema }).nullable().exactOptional(),
  }),
);

const factorSchema = z.number().min(0.1).max(5);

export const changesSchema = schemaOf<Changes>()(
  z.object({
    queues: z.array(queueChangeSchema).max(200),
    callOrder: z.array(z.enum(callStrategies)).max(callStrategies.length).nullable(),
    agents: z
      .array(
        z.object({
          agentId: idOf<'agent'>(),
          skills: skillsSchema.exactOptional(),
          groupId: idOf<'group'>().nullable().exactOptional(),
          shift: shiftSchema.nullable().exactOptional(),
        }),
      )
      .max(1_000),
    added: z
      .array(
        z.object({
          count: z.number().int().min(1).max(500),
          skills: skillsSchema,
          groupId: idOf<'group'>().nullable(),
          shift: shiftSchema,
        }),
      )
      .max(20),
    volume: factorSchema,
    talk: factorSchema,
  }),
);

export const whatIfAskedSchema = z.object({
  name: nameSchema,
  arrivals: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('day'), date: dateSchema }),
    /** `date`: the day it stands for, whose agents serve it; null: every agent, from its first call to its last. */
    z.object({ kind: z.literal('list'), listId: z.uuid(), date: dateSchema.nullable() }),
  ]),
  targetMs: durationSchema.min(1_000).max(3_600_000).default(20_000),
  otherDays: z.number().int().min(0).max(otherDaysMax).default(otherDaysDefault),
  seed: z.number().int().min(1).max(1_000_000).default(1),
  variations: z
    .array(z.object({ name: nameSchema, changes: changesSchema }))
    .min(1)
    .max(variationsMax - 1),
});
export type WhatIfAsked = z.infer<typeof whatIfAskedSchema>;

export const whatIfStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export const whatIfFaults = ['no-calls', 'too-many-calls', 'too-long', 'too-much-memory', 'broken'] as const;
export type WhatIfFault = (typeof whatIfFaults)[number];

const count = z.number().int().nonnegative();
const rangeSchema = z.object({ low: z.number(), high: z.number() });
const rangesSchema = z.partialRecord(z.enum(measures), rangeSchema);
const queueFiguresSchema = z.object({
  offered: count,
  answered: count,
  answeredInTarget: count,
  abandoned: count,
  overflowed: z.record(z.string(), count),
  wait: z
    .object({
      meanMs: z.number(),
      p50Ms: z.number(),
      p90Ms: z.number(),
      p95Ms: z.number(),
      maxMs: z.number(),
    })
    .nullable(),
});
const share = z.number().nullable();
export const dayFiguresSchema = queueFiguresSchema.extend({
  queues: z.record(z.string(), queueFiguresSchema),
  intervals: z.array(
    z.object({
      offered: count,
      answered: count,
      answeredInTarget: count,
      abandoned: count,
      occupancy: share,
    }),
  ),
  waits: z.array(z.object({ answered: count, abandoned: count })),
  occupancy: share,
});
export type ToldDayFigures = z.infer<typeof dayFiguresSchema>;

export const comparedSchema = z.object({
  figures: dayFiguresSchema,
  ranges: rangesSchema,
  queueRanges: z.record(z.string(), rangesSchema),
  intervalRanges: z.array(rangeSchema.nullable()),
  differences: rangesSchema.nullable(),
  queueDifferences: z.record(z.string(), rangesSchema).nullable(),
});
export type ToldCompared = z.infer<typeof comparedSchema>;

export const whatIfResultSchema = z.object({
  fromMs: instantSchema,
  /** The day itself, counted from its records; null for a list. */
  real: dayFiguresSchema.nullable(),
  /** As it is set, then each variation in its order. */
  compared: z.array(comparedSchema),
  /** What the reader should know of the figures. */
  notes: z.object({
    /** Changes of settings that decide who is served, since the day began: as it is set is not as it was. */
    changedSince: count,
    /** Agents who worked that day and are there no more. */
    agentsGone: count,
    /** Of those who hung up: what patience is estimated from. */
    abandonments: count,
    nodes: count,
  }),
});
export type WhatIfResult = z.infer<typeof whatIfResultSchema>;

export const whatIfSummarySchema = z.object({
  id: z.uuid(),
  name: nameSchema,
  arrivals: whatIfAskedSchema.shape.arrivals,
  listName: z.string().nullable(),
  state: z.enum(whatIfStates),
  /** Of what is to be done, 0 to 1. */
  progress: z.number(),
  fault: z.enum(whatIfFaults).nullable(),
  madeBy: z.string(),
  madeAtMs: instantSchema,
  endedAtMs: instantSchema.nullable(),
});
export type WhatIfSummary = z.infer<typeof whatIfSummarySchema>;

export const whatIfSchema = whatIfSummarySchema.extend({
  asked: whatIfAskedSchema,
  result: whatIfResultSchema.nullable(),
});
export type WhatIf = z.infer<typeof whatIfSchema>;

/** A call of an uploaded list; its instant since the list's first midnight. */
export const listedCallSchema = z.object({
  atMs: durationSchema,
  queueId: idOf<'queue'>(),
  caller: z.string().max(80),
  talkMs: durationSchema,
  patienceMs: durationSchema.nullable(),
  level: z.number().int().min(1).max(customerLevels.length).nullable(),
});
export type ListedCall = z.infer<typeof listedCallSchema>;

export const listFaults = ['no-time', 'no-queue', 'no-talk', 'no-patience', 'no-level', 'list-full'] as const;
export const callListReadSchema = z.object({
  /** Null: no line could be taken. */
  listId: z.uuid().nullable(),
  calls: count,
  refusedCount: count,
  /** The first of them. */
  refused: z.array(z.object({ line: z.number().int(), cause: z.enum(listFaults), text: z.string() })),
});
export type CallListRead = z.infer<typeof callListReadSchema>;
