import { answeredFields, askConnector, askingFields } from '../ask-a-connector.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { expandedText, oneOf } from '../step-field.ts';

/** D-15: a message by message middleware, and the answer to it where one is awaited. */
export const messageRequest = defineStep({
  kind: 'message-request',
  family: 'asks',
  fields: {
    ...askingFields('amqp'),
    message: expandedText(1, 4_000),
    answer: oneOf(['awaited', 'none'], 'awaited'),
    ...answeredFields,
  },
  silentExits: 'all',
  enter(step, walk) {
    const { answer } = step;
    const text = walk.expand(step.message);
    askConnector(step, walk, { kind: 'message', text, answer }, { within: [''] });
  },
});
export type MessageRequestStep = StepIn<typeof messageRequest>;
