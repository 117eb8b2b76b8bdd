import { z } from 'zod';
import type { CallFlow, FlowStep, Utterance } from '@seatgrid/core/flows/call-flow.ts';
import { conferenceActs } from '@seatgrid/core/flows/conference-act.ts';
import type { InboundRule, NextStep, WorkingPeriod } from '@seatgrid/core/numbers/inbound-rule.ts';
import { idOf, schemaOf } from './ids.ts';
import { durationSchema, localTextSchema, nameSchema } from './texts.ts';

export const stepKeySchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a step key: lower-case letters, digits and hyphens');

export const utteranceSchema = schemaOf<Utterance>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('prompt'), promptId: idOf<'prompt'>() }),
    z.object({ kind: z.literal('text'), text: localTextSchema }),
  ]),
);
const speechSchema = z.array(utteranceSchema).max(20);

export const workingPeriodSchema = schemaOf<WorkingPeriod>()(
  z
    .object({
      days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
      from: z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'HH:MM'),
      to: z.string().regex(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, 'HH:MM, up to 24:00'),
    })
    .refine((period) => period.from < period.to, { path: ['to'], message: 'must be later than `from`' }),
);

const title = { title: z.string().max(80).exactOptional() };
export const variableSchema = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'a variable: a letter, then letters and digits');

const choicesSchema = z.record(
  z.string().regex(/^[0-9*#]$/, 'one key'),
  z.object({ label: z.string().max(80), next: stepKeySchema }),
);
const dialledSchema = {
  number: z.string().min(1).max(80),
  callerNumber: z.string().max(40).exactOptional(),
  ringTimeoutMs: durationSchema.min(1_000).max(300_000),
};
const partySchema = z.string().trim().min(1).max(40);

export const flowStepSchema = schemaOf<FlowStep>()(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('play'),
      ...title,
      prompts: z.array(idOf<'prompt'>()).min(1).max(20),
      next: stepKeySchema,
    }),
    z.object({ kind: z.literal('say'), ...title, text: localTextSchema, next: stepKeySchema }),
    z.object({
      kind: z.literal('menu'),
      ...title,
      welcome: speechSchema,
      prompt: speechSchema,
      invalid: speechSchema,
      choices: choicesSchema,
      timeoutMs: durationSchema.min(500).max(60_000),
      attempts: z.number().int().min(1).max(10),
      otherwise: stepKeySchema,
    }),
    z.object({
      kind: z.literal('gather'),
      ...title,
      prompt: speechSchema,
      variable: variableSchema,
      length: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('single') }),
        z.object({ kind: z.literal('fixed'), digits: z.number().int().min(1).max(40) }),
        z.object({ kind: z.literal('variable'), digitsMax: z.number().int().min(1).max(40) }),
      ]),
      timeoutMs: durationSchema.min(500).max(60_000),
      next: stepKeySchema,
      onEmpty: stepKeySchema.exactOptional(),
      isSecret: z.boolean().exactOptional(),
    }),
    z.object({ kind: z.literal('record'), ...title, isRecorded: z.boolean(), next: stepKeySchema }),
    z.object({
      kind: z.literal('set'),
      ...title,
      variable: variableSchema,
      value: z.string().max(500),
      next: stepKeySchema,
    }),
    z.object({
      kind: z.literal('branch'),
      ...title,
      variable: variableSchema,
      cases: z
        .array(
          z.object({
            test: z.enum(['equals', 'starts-with', 'longer-than', 'is-empty']),
            value: z.string().max(200),
            next: stepKeySchema,
          }),
        )
        .min(1)
        .max(50),
      otherwise: stepKeySchema,
    }),
    z.object({
      kind: z.literal('time'),
      ...title,
      periods: z.array(workingPeriodSchema).min(1).max(50),
      inside: stepKeySchema,
      outside: stepKeySchema,
    }),
    z.object({
      kind: z.literal('enqueue'),
      ...title,
      queueId: idOf<'queue'>(),
      onFull: stepKeySchema.exactOptional(),
      onTimeout: stepKeySchema.exactOptional(),
    }),
    z.object({
      kind: z.literal('agent'),
      ...title,
      agentId: idOf<'agent'>(),
      ringTimeoutMs: durationSchema.min(1_000).max(300_000),
      onUnavailable: stepKeySchema,
    }),
    z.object({
      kind: z.literal('dial'),
      ...title,
      ...dialledSchema,
      onFailed: stepKeySchema,
    }),
    z.object({
      kind: z.literal('invite-party'),
      ...title,
      party: partySchema,
      ...dialledSchema,
      isLetIn: z.boolean(),
      next: stepKeySchema,
      onFailed: stepKeySchema,
    }),
    z.object({
      kind: z.literal('change-party'),
      ...title,
      party: partySchema,
      act: z.enum(conferenceActs),
      next: stepKeySchema,
      onAbsent: stepKeySchema.exactOptional(),
    }),
    z.object({
      kind: z.literal('confer'),
      ...title,
      choices: choicesSchema,
      lastsMs: durationSchema.min(1_000).max(86_400_000),
      next: stepKeySchema,
    }),
    z.object({ kind: z.literal('hang-up'), ...title, say: speechSchema }),
  ]),
);

/** What an editor saves: a flow without its identity and version. */
export const flowDraftSchema = z.object({
  name: nameSchema,
  start: stepKeySchema,
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
    z.object({ kind: z.literal('hang-up'), say: speechSchema }),
  ]),
);

export const inboundRuleSchema = schemaOf<InboundRule>()(
  z.object({
    id: idOf<'inbound-rule'>(),
    name: nameSchema,
    didIds: z.array(idOf<'did'>()).max(500),
    workingTime: z.array(workingPeriodSchema).max(50),
    onDuty: nextStepSchema,
    offDuty: nextStepSchema,
  }),
);

export { speechSchema };
