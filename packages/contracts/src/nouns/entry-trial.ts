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
  /** What the flow does before it needs its caller; the step without an outcome is where it waits. */
  flow: z
    .object({
      name: z.string(),
      steps: z.array(
        z.object({
          key: z.string(),
          kind: z.string(),
          title: z.string().nullable(),
          outcome: z.string().nullable(),
        }),
      ),
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
