import { z } from 'zod';
import { levelSchema } from './caller-lists.ts';
import { nextStepSchema } from './flow.ts';
import { idOf } from './ids.ts';
import { instantSchema } from './texts.ts';

/** A call nobody makes: this number, calling that one, over this trunk, at this time. */
export const entryTrialAskedSchema = z.object({
  /** '' is withheld. */
  fromNumber: z.string().max(80),
  didId: idOf<'did'>(),
  /** Null: from a phone of our own, or from the web. */
  trunkId: idOf<'trunk'>().nullable(),
  atMs: instantSchema,
  /** Which way of a split is taken, by `flow/step`, counted from 0; the first where none is said. */
  shares: z.record(z.string().max(80), z.number().int().min(0).max(100)).default({}),
});
export type EntryTrialAsked = z.infer<typeof entryTrialAskedSchema>;

export const entryTrialSchema = z.object({
  /** The entry of the blacklist: the call is refused before anything else below. */
  barredBy: z.string().nullable(),
  caller: z.object({ level: levelSchema.nullable(), department: z.string().nullable() }),
  isForced: z.boolean(),
  rule: z.object({ id: idOf<'inbound-rule'>(), name: z.string() }).nullable(),
  /** `day`: the special day that decided it. */
  duty: z.object({ isOnDuty: z.boolean(), day: z.string().nullable() }).nullable(),
  /** Null: no rule fits, and the call is refused. */
  step: nextStepSchema.nullable(),
  /** What the flow and those it leads to do before they need their caller; the step without an outcome is where it waits. */
  flow: z
    .object({
      name: z.string(),
      steps: z.array(
        z.object({
          flowId: idOf<'flow'>(),
          flowName: z.string(),
          key: z.string(),
          kind: z.string(),
          title: z.string().nullable(),
          outcome: z.string().nullable(),
          /** The ways of a split and which was taken; the last has what the others leave. */
          shares: z
            .object({
              ways: z.array(z.object({ label: z.string(), percent: z.number().int() })),
              taken: z.number().int(),
            })
            .exactOptional(),
        }),
      ),
      /** Where a rule the flow goes to leads, where that is no flow. */
      onward: nextStepSchema.nullable(),
    })
    .nullable(),
  /** Every other rule, in their order. */
  passedOver: z.array(
    z.object({
      ruleId: idOf<'inbound-rule'>(),
      name: z.string(),
      by: z.enum(['number', 'trunk', 'caller', 'level', 'off-duty', 'later']),
    }),
  ),
});
export type EntryTrial = z.infer<typeof entryTrialSchema>;
