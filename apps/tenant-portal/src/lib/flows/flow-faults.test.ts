import { expect, test } from 'vitest';
import { addStep, newFlow, removeStep } from './flow-draft.ts';
import { faultOfProblem, faultsAt, faultsOfWholeStep, notChosen, shapeFaults } from './flow-faults.ts';

test('reads the place of a problem from its path', () => {
  expect(faultOfProblem({ path: 'steps.menu.choices.1.next', message: 'x' })).toEqual({
    step: 'menu',
    field: 'choices.1.next',
    message: 'x',
  });
  expect(faultOfProblem({ path: 'name', message: 'x' })).toEqual({ step: null, field: 'name', message: 'x' });
  expect(faultOfProblem({ path: 'steps.menu', message: 'x' }).field).toBeNull();
});

test('a new flow has no fault of shape', () => {
  expect(shapeFaults(newFlow('Hotline'))).toEqual([]);
});

test('what is not chosen yet is said so at its place', () => {
  const faults = shapeFaults(addStep(newFlow('Hotline'), 'enqueue').draft);
  expect(faults).toEqual([{ step: 'enqueue', field: 'queueId', message: notChosen }]);
  expect(faultsAt(faults, 'enqueue', 'queueId')).toHaveLength(1);
  expect(faultsAt(faults, 'welcome', 'queueId')).toHaveLength(0);
});

test('a step whose target was removed says so at the field that led there', () => {
  expect(shapeFaults(removeStep(newFlow('Hotline'), 'goodbye'))).toEqual([
    { step: 'welcome', field: 'next', message: notChosen },
  ]);
});

test('a field has the faults of what lies in it; a step those of no field', () => {
  const faults = [
    { step: 'menu', field: 'choices.1.next', message: 'a' },
    { step: 'menu', field: 'choices.10', message: 'b' },
    { step: 'menu', field: null, message: 'c' },
  ];
  expect(faultsAt(faults, 'menu', 'choices.1').map((fault) => fault.message)).toEqual(['a']);
  expect(faultsOfWholeStep(faults, 'menu').map((fault) => fault.message)).toEqual(['c']);
});
