import {
  answeredFields,
  askConnector,
  askingFields,
  boundValues,
  databaseKinds,
  namedValues,
} from '../ask-a-connector.ts';
import { readField } from '../../connectors/read-field.ts';
import { valueNamePattern } from '../../connectors/bound-statement.ts';
import { defineStep, type FieldFault, type StepIn } from '../step-definition.ts';
import { optional, target, text } from '../step-field.ts';

/** D-12, D-22: reads or writes by a statement; `:name` in it is a value that is sent beside it. Fields are those of the first row. */
export const queryDatabase = defineStep({
  kind: 'query-database',
  family: 'asks',
  fields: {
    ...askingFields(...databaseKinds),
    statement: text(1, 4_000),
    values: namedValues(),
    ...answeredFields,
    onNothing: optional(target()),
  },
  silentExits: 'all',
  check: ({ values }) => valueNameFaults('values', values),
  enter(step, walk) {
    const { statement, values } = step;
    askConnector(
      step,
      walk,
      { kind: 'statement', text: statement, values: boundValues(walk, values) },
      {
        within: ['rows.0', ''],
        isEmpty: (document) =>
          readField(document, 'rows.length') === '0' && readField(document, 'changed') === '0',
      },
    );
  },
});
export type QueryDatabaseStep = StepIn<typeof queryDatabase>;

export function valueNameFaults(field: string, values: readonly { readonly name: string }[]): FieldFault[] {
  return values.flatMap(({ name }, index) =>
    valueNamePattern.test(name)
      ? []
      : [{ field: `${field}.${index}.name`, message: 'is no name of a value: letters, digits and _' }],
  );
}
