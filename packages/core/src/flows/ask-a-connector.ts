/**
 * What all steps that ask a connector have in common: places of its answer go into variables, and whatever is no answer takes the
 * error branch, with the failure's code.
 */
import type { ConnectorReply, ConnectorRequest, Document } from '../connectors/ask-connector.ts';
import type { ConnectorId, ConnectorKind } from '../connectors/connector.ts';
import { readField } from '../connectors/read-field.ts';
import { connectorTimeoutMsMax } from '../connectors/limits.ts';
import { stepAnswerGraceMs, valueCharsMax } from './limits.ts';
import type { OutsideRequest } from './outside-request.ts';
import { connector, expandedText, onError, rows, text, variable, wayOn } from './step-field.ts';
import type { StepKey } from './step-field.ts';
import type { Walk } from './walk.ts';

export interface AskConnectorRequest extends OutsideRequest {
  readonly kind: 'ask-connector';
  readonly connectorId: ConnectorId;
  readonly request: ConnectorRequest;
}

/** Expanded, by name. */
export const namedValues = () => rows({ name: text(1, 80), value: expandedText(0, 500) }, 0, 30);
/** Which places of the answer go into which variables. */
const results = () => rows({ field: text(1, 200), variable: variable('') }, 0, 30);
export const askingFields = (...kinds: readonly ConnectorKind[]) => ({ connectorId: connector(kinds) });
export const databaseKinds = ['postgres', 'mysql', 'sqlserver', 'oracle'] as const;
export const answeredFields = { results: results(), next: wayOn(), onError: onError() };

interface Asking {
  readonly connectorId: ConnectorId;
  readonly results: readonly { readonly field: string; readonly variable: string }[];
  readonly next: StepKey;
  /** Where it answered with nothing; `next` where absent. */
  readonly onNothing?: StepKey;
}

interface Reading {
  /** Where in the answer its fields stand, the first that has one. */
  readonly within: readonly string[];
  readonly isEmpty?: (document: Document) => boolean;
}

export function askConnector(step: Asking, walk: Walk, request: ConnectorRequest, reading: Reading): void {
  const { connectorId } = step;
  const asked: AskConnectorRequest = { kind: 'ask-connector', connectorId, request };
  // The connector's own time is shorter; this one stands for a performer that would never answer.
  walk.ask(asked, connectorTimeoutMsMax + stepAnswerGraceMs, (answer) => {
    const place = 'connectorId';
    if (answer.kind === 'failed') walk.fail({ code: answer.why, place, message: answer.detail });
    if (answer.kind === 'too-late') walk.fail({ code: 'timeout', place, message: 'there was no answer' });
    const { document } = answer.value as ConnectorReply;
    for (const { field, variable: name } of step.results) {
      const value = fieldIn(document, reading.within, field);
      walk.set(name, value);
      // Whoever answers the call sees the same record.
      walk.act({ kind: 'collected', variable: name, value });
    }
    const isEmpty = reading.isEmpty?.(document) === true;
    const outcome = isEmpty ? 'empty' : 'answered';
    if (isEmpty && step.onNothing !== undefined) walk.leave(outcome, step.onNothing, { exit: 'onNothing' });
    else walk.leave(outcome, step.next, { exit: 'next' });
  });
}

/** A field that is not there is an empty variable: what an earlier question left must not be taken for this one's answer. */
function fieldIn(document: Document, within: readonly string[], field: string): string {
  for (const place of within) {
    const value = readField(document, place === '' ? field : `${place}.${field}`);
    if (value !== undefined) return value.slice(0, valueCharsMax);
  }
  return '';
}

export function boundValues(
  walk: Walk,
  values: readonly { readonly name: string; readonly value: string }[],
): Record<string, string> {
  return Object.fromEntries(values.map(({ name, value }) => [name, walk.expand(value)]));
}
