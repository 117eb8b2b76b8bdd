import { z } from 'zod';
import type { CustomerLevel, DedicatedAgent, NumberSegment } from '@seatgrid/core/numbers/caller-lists.ts';
import { readNumberPattern } from '@seatgrid/core/numbers/number-pattern.ts';
import { idOf, schemaOf } from './ids.ts';
import { nameSchema } from './texts.ts';

/** Entries of one list of callers. */
export const callerListEntriesMax = 20_000;

export const numberPatternSchema = z
  .string()
  .max(60)
  .refine(
    (written) => readNumberPattern(written) !== undefined,
    'a number, a beginning such as 1380013*, or a range such as 13800130000~13800139999',
  );

/** 1 is the first to be served. */
export const levelSchema = z.number().int().min(1).max(9);

export const customerLevelSchema = schemaOf<CustomerLevel>()(
  z.object({ pattern: numberPatternSchema, level: levelSchema }),
);

export const numberSegmentSchema = schemaOf<NumberSegment>()(
  z.object({ pattern: numberPatternSchema, department: nameSchema }),
);

export const dedicatedAgentSchema = schemaOf<DedicatedAgent>()(
  z.object({ pattern: numberPatternSchema, agentId: idOf<'agent'>() }),
);

/** As administrators keep them: with why, and who. */
export const barredNumberSchema = z.object({
  id: idOf<'barred-number'>(),
  pattern: numberPatternSchema,
  reason: z.string().trim().min(1).max(200),
});
export type BarredNumber = z.infer<typeof barredNumberSchema>;

export const listedLevelSchema = customerLevelSchema.extend({
  id: idOf<'customer-level'>(),
  name: z.string().trim().max(80),
});
export type ListedLevel = z.infer<typeof listedLevelSchema>;

export const listedSegmentSchema = numberSegmentSchema.extend({ id: idOf<'number-segment'>() });
export type ListedSegment = z.infer<typeof listedSegmentSchema>;

export const listedDedicatedAgentSchema = dedicatedAgentSchema.extend({
  id: idOf<'dedicated-agent'>(),
  /** Of the customer. */
  name: z.string().trim().max(80),
});
export type ListedDedicatedAgent = z.infer<typeof listedDedicatedAgentSchema>;

/** What came of a table that was read in. */
export const callerListImportSchema = z.object({
  added: z.number().int(),
  changed: z.number().int(),
  refusedCount: z.number().int(),
  /** The first of them. */
  refused: z.array(
    z.object({
      line: z.number().int(),
      cause: z.enum([
        'no-number',
        'no-reason',
        'no-level',
        'no-name',
        'no-department',
        'no-agent',
        'twice',
        'list-full',
      ]),
      text: z.string(),
    }),
  ),
});
export type CallerListImport = z.infer<typeof callerListImportSchema>;
