import { expect, test } from 'vitest';
import { newFlow, type FlowDraft } from './flow-draft.ts';
import { publishedDraft } from './published-draft.ts';

const first: FlowDraft = { ...newFlow('One'), steps: { welcome: { kind: 'hang-up', say: [] } } };
const second: FlowDraft = { ...first, name: 'Two' };
const third: FlowDraft = newFlow('Two');

test('goes back over each change to the last publication, past other flows', () => {
  const entries = [
    { nounId: 'f', verb: 'update', before: { steps: second.steps } },
    { nounId: 'other', verb: 'publish', before: {} },
    { nounId: 'f', verb: 'update', before: { name: first.name } },
    { nounId: 'f', verb: 'publish', before: { version: 0 } },
    { nounId: 'f', verb: 'update', before: { name: 'older' } },
  ];
  expect(publishedDraft(third, 'f', entries)).toEqual(first);
});

test('does not guess where the publication lies beyond what is known', () => {
  expect(
    publishedDraft(third, 'f', [{ nounId: 'f', verb: 'update', before: { name: 'x' } }]),
  ).toBeUndefined();
});
