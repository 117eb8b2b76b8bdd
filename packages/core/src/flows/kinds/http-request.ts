import { answeredFields, askConnector, askingFields, boundValues, namedValues } from '../ask-a-connector.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { oneOf, text } from '../step-field.ts';
import { valueNameFaults } from './query-database.ts';

/** D-22: a web service's answer by HTTP. `:name` in the path is a value, escaped for where it stands, as all values are. */
export const httpRequest = defineStep({
  kind: 'http-request',
  family: 'asks',
  fields: {
    ...askingFields('http'),
    method: oneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], 'GET'),
    path: text(0, 500),
    values: namedValues(),
    query: namedValues(),
    content: oneOf(['none', 'json', 'form'], 'none'),
    fields: namedValues(),
    ...answeredFields,
  },
  silentExits: 'all',
  check: ({ values }) => valueNameFaults('values', values),
  enter(step, walk) {
    const { method, path, content } = step;
    askConnector(
      step,
      walk,
      {
        kind: 'http',
        method,
        path,
        values: boundValues(walk, step.values),
        query: boundValues(walk, step.query),
        body: content === 'none' ? null : { kind: content, fields: boundValues(walk, step.fields) },
      },
      { within: [''] },
    );
  },
});
export type HttpRequestStep = StepIn<typeof httpRequest>;
