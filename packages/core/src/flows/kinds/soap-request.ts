import { answeredFields, askConnector, askingFields, boundValues, namedValues } from '../ask-a-connector.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { text } from '../step-field.ts';

/** D-22: an operation of a web service by SOAP; fields are those of the element in its answer's body. */
export const soapRequest = defineStep({
  kind: 'soap-request',
  family: 'asks',
  fields: {
    ...askingFields('soap'),
    operation: text(1, 200),
    action: text(0, 500),
    fields: namedValues(),
    ...answeredFields,
  },
  silentExits: 'all',
  enter(step, walk) {
    const { operation, action } = step;
    const fields = boundValues(walk, step.fields);
    askConnector(step, walk, { kind: 'soap', operation, action, fields }, { within: [''] });
  },
});
export type SoapRequestStep = StepIn<typeof soapRequest>;
