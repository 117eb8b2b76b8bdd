import { z } from 'zod';
import type { Disposition } from '@seatgrid/core/calls/disposition.ts';
import { wideningsMax } from '@seatgrid/core/routing/limits.ts';
import {
  plainRouting,
  reaches,
  ringings,
  type Queue,
  type ServiceTarget,
  type SkillRequirement,
  type Widening,
} from '@seatgrid/core/routing/queue.ts';
import { agentStrategies, callStrategies } from '@seatgrid/core/routing/strategy.ts';
import { agentKinds, type Agent } from '@seatgrid/core/workforce/agent.ts';
import type { Group } from '@seatgrid/core/workforce/group.ts';
import {
  agentDevices,
  presenceStates,
  type PauseReason,
  type TodayFigures,
} from '@seatgrid/core/workforce/presence.ts';
import { speechSchema } from './flow-step.ts';
import { nextStepSchema } from './flow.ts';
import { callbackSettingsSchema, dutySchema } from './callback.ts';
import { idOf, schemaOf } from './ids.ts';
import { durationSchema, extensionSchema, localeSchema, localTextSchema, nameSchema } from './texts.ts';

export const skillSchema = z.object({ id: idOf<'skill'>(), name: nameSchema });
export type Skill = z.infer<typeof skillSchema>;

export const skillRequirementSchema = schemaOf<SkillRequirement>()(
  z.object({ skillId: idOf<'skill'>(), level: z.number().int().min(1).max(9) }),
);

/** F-09: which call a free agent takes, of all the tenant's queues. */
export const callOrderSchema = eachOnce(callStrategies);

const groupIdsSchema = z.array(idOf<'group'>()).max(50);

export const wideningSchema = schemaOf<Widening>()(
  z
    .object({
      afterMs: durationSchema.nullable(),
      whenWaiting: z.number().int().min(1).max(10_000).nullable(),
      whenBelowTarget: z.boolean().default(false),
      requires: z.array(skillRequirementSchema).max(20),
      groupIds: groupIdsSchema,
    })
    .refine(
      ({ afterMs, whenWaiting, whenBelowTarget }) =>
        afterMs !== null || whenWaiting !== null || whenBelowTarget,
      { path: ['afterMs'], message: 'after a wait, when so many wait, or below the target' },
    ),
);

export const serviceTargetSchema = schemaOf<ServiceTarget>()(
  z.object({ percent: z.number().int().min(1).max(100), withinMs: durationSchema.min(1_000).max(3_600_000) }),
);

export const queueSchema = schemaOf<Queue>()(
  z.object({
    id: idOf<'queue'>(),
    name: nameSchema,
    requires: z.array(skillRequirementSchema).max(20),
    // Absent in ledgers written before queues were told in which order to choose.
    groupIds: groupIdsSchema.default([]),
    widenings: z.array(wideningSchema).max(wideningsMax).default([]),
    priority: z.number().int().min(1).max(9).default(plainRouting.priority),
    overtakenMaxMs: durationSchema.min(1_000).default(plainRouting.overtakenMaxMs),
    serviceTarget: serviceTargetSchema.nullable().default(null),
    agentOrder: eachOnce(agentStrategies).default([...plainRouting.agentOrder]),
    fixedOrder: z.array(idOf<'agent'>()).max(1_000).default([]),
    ringing: z.enum(ringings).default('one-by-one'),
    // Absent in ledgers written before agents served calls of other nodes.
    reach: z.enum(reaches).default(plainRouting.reach),
    ringTimeoutMs: durationSchema.min(3_000).max(300_000),
    wrapUpMs: durationSchema.max(3_600_000),
    waitingMax: z.number().int().min(0).max(10_000),
    waitMaxMs: durationSchema.min(1_000),
    onFull: nextStepSchema,
    onTimeout: nextStepSchema,
    onNobody: nextStepSchema.nullable().default(null),
    onAllBusy: nextStepSchema.nullable().default(null),
    // Absent in ledgers written before waits were estimated.
    onLongWait: z
      .object({ overMs: durationSchema.min(1_000), step: nextStepSchema })
      .nullable()
      .default(null),
    entry: speechSchema,
    music: z.array(idOf<'prompt'>()).max(50),
    announcePositionEveryMs: durationSchema.min(5_000).max(600_000).nullable(),
    announceWait: z
      .object({ everyMs: durationSchema.min(5_000).max(600_000).nullable() })
      .nullable()
      .default(null),
    isRecorded: z.boolean(),
    // Absent in ledgers written before queues owed calls.
    callback: callbackSettingsSchema.nullable().default(null),
    duty: dutySchema.default(plainRouting.duty),
  }),
);

/** Some of these values, each at most once, in an order that means something. */
function eachOnce<const Value extends string>(values: readonly Value[]) {
  return z
    .array(z.enum(values))
    .max(values.length)
    .refine((chosen) => new Set(chosen).size === chosen.length, 'each at most once');
}

export const agentKindSchema = z.enum(agentKinds);

export const agentSchema = schemaOf<Agent>()(
  z.object({
    id: idOf<'agent'>(),
    userId: idOf<'user'>(),
    name: nameSchema,
    staffId: extensionSchema,
    extension: extensionSchema,
    locale: localeSchema,
    // Absent in ledgers written before agents were led in groups.
    kind: agentKindSchema.default('general'),
    groupId: idOf<'group'>().nullable().default(null),
    skills: z.array(skillRequirementSchema).max(50),
    isAutoAnswer: z.boolean(),
  }),
);

export const groupSchema = schemaOf<Group>()(
  z.object({ id: idOf<'group'>(), name: nameSchema, leaderNumber: extensionSchema.nullable() }),
);

export const presenceStateSchema = z.enum(presenceStates);
export const agentDeviceSchema = z.enum(agentDevices);

export const pauseCauseSchema = z.enum(['chosen', 'ring-no-answer', 'signed-in', 'desk-lost']);

export const pauseReasonSchema = schemaOf<PauseReason>()(
  z.object({ id: idOf<'pause-reason'>(), kind: z.enum(['not-ready', 'break']), name: localTextSchema }),
);

export const dispositionSchema = schemaOf<Disposition>()(
  z.object({
    id: idOf<'disposition'>(),
    code: z.string().regex(/^[0-9A-Za-z-]{1,12}$/, '1 to 12 letters, digits or hyphens'),
    name: localTextSchema,
  }),
);

export const todayFiguresSchema = schemaOf<TodayFigures>()(
  z.object({
    callsAnswered: z.number().int(),
    answeringMs: z.number(),
    notReadyCount: z.number().int(),
    notReadyMs: z.number(),
    breakCount: z.number().int(),
    breakMs: z.number(),
    outgoingCount: z.number().int(),
    outgoingMs: z.number(),
    wrapMs: z.number(),
  }),
);
