import { expect, test } from 'vitest';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import { stepsTogetherMax } from '@seatgrid/core/flows/limits.ts';
import type { StepFacts } from '@seatgrid/core/flows/flow-effect.ts';
import { faultCharsToldMax } from '../limits.ts';
import { StepRecord } from './step-record.ts';

const id = (last: number) => `0190aaaa-0000-7000-8000-00000000000${last}` as never;

function recording() {
  const told: EventFacts[] = [];
  const steps = new StepRecord({ id: id(1), record: (facts) => told.push(facts) });
  return { steps, shape: () => told.map((one) => (one.kind === 'flow.steps' ? one.steps.map(({ stepKey }) => stepKey) : one.kind === 'flow.step' ? one.stepKey : null)), told }; // prettier-ignore
}

function left(stepKey: string, more: Partial<StepFacts> = {}): StepFacts {
  return {
    flowId: id(2), flowName: 'Main', flowVersion: 1, stepKey, stepKind: 'set', title: null, enteredAtMs: 10, outcome: 'next',
    digits: null, label: null, exit: null, fault: null, changes: {}, ...more,
  };
} // prettier-ignore

test('steps of one moment are one event, a step by itself is told by itself', () => {
  const { steps, shape } = recording();
  steps.add(left('menu', { enteredAtMs: 3 }));
  for (const key of ['a', 'b', 'c']) steps.add(left(key));
  steps.write();
  steps.add(left('d'));
  steps.write();
  steps.write();
  expect(shape()).toEqual(['menu', ['a', 'b', 'c'], 'd']);
});

test('another flow, and another version of one, are told apart', () => {
  const { steps, shape } = recording();
  for (const key of ['a', 'b']) steps.add(left(key));
  for (const key of ['c', 'd']) steps.add(left(key, { flowId: id(3) }));
  steps.add(left('e', { flowId: id(3), flowVersion: 2 }));
  steps.write();
  expect(shape()).toEqual([['a', 'b'], ['c', 'd'], 'e']);
});

test('so many are one event at most, and none is lost', () => {
  const { steps, told } = recording();
  for (let count = 0; count < 2 * stepsTogetherMax + 1; count++) steps.add(left(`s${count}`));
  steps.write();
  expect(told.map((one) => (one.kind === 'flow.steps' ? one.steps.length : 1))).toEqual([stepsTogetherMax, stepsTogetherMax, 1]); // prettier-ignore
});

test('what a step says of itself is kept, what it does not say is not written', () => {
  const { steps, told } = recording();
  const fault = { code: 'division-by-zero', place: 'values.0', message: 'm'.repeat(2_000) } as const;
  steps.add(left('a', { exit: 'onError', fault, changes: { errorCode: 'division-by-zero' } }));
  steps.add(left('b', { heard: [{ why: 'too-late' }] }));
  steps.write();
  const plain = { stepKind: 'set', title: null, outcome: 'next', digits: null, label: null };
  expect(told[0]).toEqual({
    kind: 'flow.steps', callId: id(1), flowId: id(2), flowName: 'Main', flowVersion: 1, enteredAtMs: 10,
    steps: [
      { ...plain, stepKey: 'a', exit: 'onError', fault: { ...fault, message: 'm'.repeat(faultCharsToldMax) }, changes: { errorCode: 'division-by-zero' } },
      { ...plain, stepKey: 'b', heard: [{ why: 'too-late' }] },
    ],
  }); // prettier-ignore
});
