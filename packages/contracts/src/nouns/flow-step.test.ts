import { expect, expectTypeOf, test } from 'vitest';
import { freshStep } from '@seatgrid/core/flows/step-definition.ts';
import type { DigitsLength, StepKey, Utterance } from '@seatgrid/core/flows/step-field.ts';
import type { GatherStep } from '@seatgrid/core/flows/kinds/gather.ts';
import { definitionOf, stepKinds, type FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { nextSteps } from '@seatgrid/core/flows/step-exits.ts';
import { flowStepSchema } from './flow-step.ts';

const places = (value: unknown) =>
  flowStepSchema.safeParse(value).error?.issues.map((one) => one.path.join('.'));

test('a step just drawn lacks only what is still to be chosen, whatever its kind', () => {
  for (const kind of stepKinds) {
    const fresh = freshStep(definitionOf(kind), 'there');
    const open = [...(places(fresh) ?? [])];
    const known = Object.keys(definitionOf(kind).fields);
    expect(
      open.map((place) => known.includes(place.split('.')[0]!)),
      kind,
    ).not.toContain(false);
    // What leads on is chosen, and taken.
    const chosen = nextSteps(fresh as FlowStep).filter(({ to }) => to === 'there');
    for (const { field } of chosen) expect(open, kind).not.toContain(field);
  }
});

test('an optional field may be absent and may not be empty; a field nobody knows is left out', () => {
  const set = { kind: 'set', variable: 'x', value: '1', next: 'a' };
  expect(flowStepSchema.parse({ ...set, extra: 1, title: 'Kept' })).toEqual({ ...set, title: 'Kept' });
  expect(places({ ...set, title: undefined })).toEqual(['title']);
  expect(places({ kind: 'enqueue', queueId: crypto.randomUUID(), onFull: '' })).toEqual(['onFull']);
});

test('bounds are those of the fields, at every depth', () => {
  expect(places({ kind: 'record', isRecorded: 'yes', next: 'a' })).toEqual(['isRecorded']);
  expect(places({ kind: 'set', variable: 'X', value: 'x'.repeat(501), next: 'a' })).toEqual([
    'variable',
    'value',
  ]);
  expect(places({ kind: 'no-such-kind' })).toEqual(['kind']);
  expect(
    places({
      kind: 'branch',
      variable: 'x',
      cases: [{ test: 'sounds-like', value: '', next: 'Not a key' }],
      otherwise: 'a',
    }),
  ).toEqual(['cases.0.test', 'cases.0.next']);
});

test('the types say the same as the fields', () => {
  expectTypeOf<GatherStep>().toEqualTypeOf<{
    readonly kind: 'gather';
    readonly title?: string;
    readonly prompt: readonly Utterance[];
    readonly variable: string;
    readonly length: DigitsLength;
    readonly timeoutMs: number;
    readonly isSecret?: boolean;
    readonly next: StepKey;
    readonly onEmpty?: StepKey;
  }>();
  // @ts-expect-error a step leads on
  const lacking: FlowStep = { kind: 'record', isRecorded: true };
  expect(places(lacking)).toEqual(['next']);
});
