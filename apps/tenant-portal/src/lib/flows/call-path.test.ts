import { expect, test } from 'vitest';
import { flowsWalked, pathThrough } from './call-path.ts';

const step = (flowId: string, stepKey: string) =>
  ({
    facts: { kind: 'flow.step', flowId, flowName: flowId.toUpperCase(), flowVersion: 3, stepKey },
  }) as never;

test('a call’s way is told flow by flow, a step as often as it was walked', () => {
  const timeline = [step('a', 'menu'), { facts: { kind: 'call.answered' } } as never, step('a', 'help'), step('a', 'menu'), step('b', 'bye')]; // prettier-ignore
  expect(flowsWalked(timeline)).toEqual([
    { flowId: 'a', name: 'A', version: 3 },
    { flowId: 'b', name: 'B', version: 3 },
  ]);
  expect(pathThrough(timeline, 'a')).toEqual(['menu', 'help', 'menu']);
});
