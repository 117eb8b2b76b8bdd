/** The schema of every kind of step, made from what its fields say of themselves in core's registry. */
import { z } from 'zod';
import type { FieldShape, Fields, Utterance } from '@seatgrid/core/flows/step-field.ts';
import { expressionCharsMax } from '@seatgrid/core/flows/limits.ts';
import { definitionOf, stepKinds, type FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { WorkingPeriod } from '@seatgrid/core/numbers/inbound-rule.ts';
import { hoursShape, laterTo } from './calendar.ts';
import { idOf, schemaOf } from './ids.ts';
import { localTextSchema } from './texts.ts';

export const stepKeySchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a step key: lower-case letters, digits and hyphens');

export const utteranceSchema = schemaOf<Utterance>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('prompt'), promptId: idOf<'prompt'>() }),
    z.object({ kind: z.literal('text'), text: localTextSchema }),
  ]),
);
export const speechSchema = z.array(utteranceSchema).max(20);

export const workingPeriodSchema = schemaOf<WorkingPeriod>()(
  z.object({ days: z.array(z.number().int().min(1).max(7)).min(1).max(7), ...hoursShape }).refine(...laterTo),
);

export const variableSchema = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'a variable: a letter, then letters and digits');

const choicesSchema = z.record(
  z.string().regex(/^[0-9*#]$/, 'one key'),
  z.object({ label: z.string().max(80), next: stepKeySchema }),
);
const lengthSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('single') }),
  z.object({ kind: z.literal('fixed'), digits: z.number().int().min(1).max(40) }),
  z.object({ kind: z.literal('variable'), digitsMax: z.number().int().min(1).max(40) }),
]);

function schemaOfField(field: FieldShape): z.ZodType {
  switch (field.type) {
    case 'target':
      return stepKeySchema;
    case 'speech':
      return speechSchema;
    case 'prompts':
      return z.array(idOf<'prompt'>()).min(1).max(20);
    case 'local-text':
    case 'phrases':
      return localTextSchema;
    case 'queue':
    case 'agent':
    case 'flow':
    case 'site':
    case 'connector':
    case 'extension':
    case 'mailbox':
    case 'ring-group':
    case 'calendar':
    case 'fax-box':
      return idOf<typeof field.type>();
    case 'variable':
      return variableSchema;
    case 'text':
      return z.string().min(field.atLeast).max(field.atMost);
    case 'expression':
      return z.string().min(1).max(expressionCharsMax);
    case 'flag':
      return z.boolean();
    case 'count':
      return z.number().int().min(field.atLeast).max(field.atMost);
    case 'duration':
      return z.number().int().min(field.atLeastMs).max(field.atMostMs);
    case 'one-of':
      return z.enum(field.values);
    case 'length':
      return lengthSchema;
    case 'choices':
      return choicesSchema;
    case 'periods':
      return z.array(workingPeriodSchema).min(1).max(50);
    case 'rows':
      return z
        .array(z.object(shapeOf(field.fields)))
        .min(field.atLeast)
        .max(field.atMost);
  }
}

function shapeOf(fields: Fields): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const schema = schemaOfField(field);
      return [name, field.isOptional ? z.exactOptional(schema) : schema];
    }),
  );
}

const kinds = stepKinds.map((kind) =>
  z.object({
    kind: z.literal(kind),
    title: z.string().max(80).exactOptional(),
    ...shapeOf(definitionOf(kind).fields),
  }),
);

/** The compiler cannot follow data into types; that both say the same is what the test beside this file holds. */
export const flowStepSchema = z.discriminatedUnion(
  'kind',
  kinds as [(typeof kinds)[number], ...typeof kinds],
) as unknown as z.ZodType<FlowStep>;
