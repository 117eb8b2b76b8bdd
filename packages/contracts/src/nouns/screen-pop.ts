/** Screen pop (E-16): by what a customer is found while a call rings, and what of the earlier calls is shown. */
import { z } from 'zod';
import { variableSchema } from './flow-step.ts';

/** What can be shown of an earlier call. */
export const screenPopFields = ['time', 'agent', 'queue', 'path', 'disposition', 'notes'] as const;
export type ScreenPopField = (typeof screenPopFields)[number];

export const screenPopVariablesMax = 12;

const unique = (items: readonly string[]) => new Set(items).size === items.length;

export const screenPopSchema = z.object({
  match: z.discriminatedUnion('kind', [
    /** The customer's number: the caller's, or the one that was dialled. */
    z.object({ kind: z.literal('number') }),
    /** What the caller keyed into this variable. */
    z.object({ kind: z.literal('variable'), variable: variableSchema }),
  ]),
  fields: z.array(z.enum(screenPopFields)).refine(unique, 'each once'),
  /** Shown beside the fields, by their names in the call flow. */
  variables: z.array(variableSchema).max(screenPopVariablesMax).refine(unique, 'each once'),
});
export type ScreenPop = z.infer<typeof screenPopSchema>;
