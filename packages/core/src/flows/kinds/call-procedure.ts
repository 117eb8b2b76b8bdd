import { answeredFields, askConnector, askingFields, databaseKinds } from '../ask-a-connector.ts';
import { procedureNamePattern } from '../../connectors/bound-statement.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { expandedText, oneOf, rows, text } from '../step-field.ts';
import { valueNameFaults } from './query-database.ts';

/** D-12: a stored procedure, its parameters in their order; what it leaves in those that go `out` can be read by their names. */
export const callProcedure = defineStep({
  kind: 'call-procedure',
  family: 'asks',
  fields: {
    ...askingFields(...databaseKinds),
    procedure: text(1, 200),
    parameters: rows(
      { name: text(1, 40), value: expandedText(0, 500), way: oneOf(['in', 'out'], 'in') },
      0,
      30,
    ),
    ...answeredFields,
  },
  silentExits: 'all',
  check: ({ procedure, parameters }) => [
    ...(procedureNamePattern.test(procedure)
      ? []
      : [{ field: 'procedure', message: 'is no procedure’s name' }]),
    ...valueNameFaults('parameters', parameters),
  ],
  enter(step, walk) {
    const parameters = step.parameters.map((one) => {
      const value = walk.expand(one.value);
      return { ...one, value: one.way === 'out' && value === '' ? null : value };
    });
    askConnector(
      step,
      walk,
      { kind: 'procedure', name: step.procedure, parameters },
      { within: ['outputs', 'rows.0', ''] },
    );
  },
});
export type CallProcedureStep = StepIn<typeof callProcedure>;
