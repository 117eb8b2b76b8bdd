import { expect, test } from 'vitest';
import { eventFactsSchema, type EventFacts } from './journal-event.ts';
import { stepsApart } from './steps-apart.ts';

const id = (last: number) => `0190aaaa-0000-7000-8000-00000000000${last}` as never;
const place = { callId: id(1), flowId: id(2), flowName: 'Main', flowVersion: 3, enteredAtMs: 5 };
const step = (stepKey: string) => ({ stepKey, stepKind: 'set', title: null, outcome: 'next', digits: null, label: null }); // prettier-ignore

test('steps told together are read as the steps they are, in their order', () => {
  const together: EventFacts = { kind: 'flow.steps', ...place, steps: [{ ...step('a'), changes: { x: '1' } }, step('b')] }; // prettier-ignore
  expect(eventFactsSchema.parse(together)).toEqual(together);
  const apart = stepsApart(together);
  expect(apart).toEqual([
    { kind: 'flow.step', ...place, ...step('a'), changes: { x: '1' } },
    { kind: 'flow.step', ...place, ...step('b') },
  ]);
  for (const one of apart) expect(eventFactsSchema.parse(one)).toEqual(one);
});

test('whatever else happened is left as it is', () => {
  const answered: EventFacts = { kind: 'call.answered', callId: id(1) };
  expect(stepsApart(answered)).toEqual([answered]);
});
