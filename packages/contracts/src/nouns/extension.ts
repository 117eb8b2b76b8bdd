/** Extensions as they are defined, told to nodes, and tried. */
import { z } from 'zod';
import { parameterTypes, type Extension, type Parameter } from '@seatgrid/core/extensions/extension.ts';
import { extensionParametersMax, extensionSourceCharsMax } from '@seatgrid/core/extensions/limits.ts';
import { extensionFaultCodes } from '@seatgrid/core/extensions/run-extension.ts';
import { valueCharsMax } from '@seatgrid/core/flows/limits.ts';
import { variableSchema } from './flow-step.ts';
import { idOf, schemaOf } from './ids.ts';
import { nameSchema } from './texts.ts';

const parametersSchema = z
  .array(schemaOf<Parameter>()(z.object({ name: variableSchema, type: z.enum(parameterTypes) })))
  .max(extensionParametersMax)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'each has a name of its own');

export const extensionSchema = schemaOf<Extension>()(
  z.object({
    id: idOf<'extension'>(),
    name: nameSchema,
    description: z.string().max(500),
    inputs: parametersSchema,
    outputs: parametersSchema,
    source: z.string().min(1).max(extensionSourceCharsMax),
    revision: z.number().int().positive(),
  }),
);
export const extensionWriteSchema = extensionSchema.omit({ id: true, revision: true });
export type ExtensionRead = z.infer<typeof extensionSchema>;

/** As it stands in the form, saved or not. */
export const extensionTryingSchema = z.object({
  extension: extensionWriteSchema.pick({ inputs: true, outputs: true, source: true }),
  /** What is left out is nothing. */
  given: z.record(variableSchema, z.string().max(valueCharsMax)),
});

export const extensionTrialSchema = z.object({
  /** Null where it gave what it says it gives. */
  code: z.enum(extensionFaultCodes).nullable(),
  line: z.number().int().nullable(),
  detail: z.string(),
  /** As text; records and lists as JSON. */
  outputs: z.record(z.string(), z.string()),
  processorMs: z.number(),
  memoryOctets: z.number(),
  lines: z.array(z.string()),
});
export type ExtensionTrial = z.infer<typeof extensionTrialSchema>;
