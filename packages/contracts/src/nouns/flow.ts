import { z } from 'zod';
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type { InboundRule, NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import { levelSchema, numberPatternSchema } from './caller-lists.ts';
import { flowStepSchema, speechSchema, stepKeySchema, workingPeriodSchema } from './flow-step.ts';
import { idOf, schemaOf } from './ids.ts';
import { nameSchema } from './texts.ts';

/** What an editor saves: a flow without its identity and version. */
export const flowDraftSchema = z.object({
  name: nameSchema,
  start: stepKeySchema,
  onError: stepKeySchema.exactOptional(),
  steps: z.record(stepKeySchema, flowStepSchema),
});

export const callFlowSchema = schemaOf<CallFlow>()(
  flowDraftSchema.extend({ id: idOf<'flow'>(), version: z.number().int().nonnegative() }),
);

export const nextStepSchema = schemaOf<NextStep>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('flow'), flowId: idOf<'flow'>() }),
    z.object({ kind: z.literal('queue'), queueId: idOf<'queue'>() }),
    z.object({ kind: z.literal('agent'), agentId: idOf<'agent'>() }),
    z.object({ kind: z.literal('ring-group'), ringGroupId: idOf<'ring-group'>() }),
    z.object({ kind: z.literal('mailbox'), mailboxId: idOf<'mailbox'>() }),
    z.object({ kind: z.literal('messages') }),
    z.object({ kind: z.literal('fax'), faxBoxId: idOf<'fax-box'>() }),
    z.object({ kind: z.literal('hang-up'), say: speechSchema }),
  ]),
);

export const inboundRuleSchema = schemaOf<InboundRule>()(
  z.object({
    id: idOf<'inbound-rule'>(),
    name: nameSchema,
    // Absent in ledgers written before rules looked at more than number and hour.
    order: z.number().int().min(1).max(999).default(100),
    didIds: z.array(idOf<'did'>()).max(500),
    trunkIds: z.array(idOf<'trunk'>()).max(100).default([]),
    callers: z.array(numberPatternSchema).max(1_000).default([]),
    levels: z.array(levelSchema).max(9).default([]),
    workingTime: z.array(workingPeriodSchema).max(50),
    calendarId: idOf<'calendar'>().nullable().default(null),
    onDuty: nextStepSchema,
    offDuty: nextStepSchema.nullable(),
  }),
);
