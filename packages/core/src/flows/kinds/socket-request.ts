import { answeredFields, askConnector, askingFields } from '../ask-a-connector.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { expandedText } from '../step-field.ts';

/** D-14: a text by a socket, and the text that comes back; `parts.0` is its first part where the connector names a separator. */
export const socketRequest = defineStep({
  kind: 'socket-request',
  family: 'asks',
  fields: { ...askingFields('socket'), message: expandedText(1, 4_000), ...answeredFields },
  silentExits: 'all',
  enter(step, walk) {
    const text = walk.expand(step.message);
    askConnector(step, walk, { kind: 'socket', text }, { within: [''] });
  },
});
export type SocketRequestStep = StepIn<typeof socketRequest>;
