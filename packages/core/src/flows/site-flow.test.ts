import { expect, test } from 'vitest';
import type { FlowId, SiteId } from '../kernel/ids.ts';
import type { CallFlow } from './call-flow.ts';
import type { FlowEffect } from './flow-effect.ts';
import type { FlowInput } from './flow-input.ts';
import { FlowMachine } from './flow-machine.ts';
import { noExpressions } from './no-expressions.ts';

const survey: CallFlow = {
  id: 'survey' as FlowId,
  name: 'Survey',
  version: 1,
  start: 'back',
  steps: { back: { kind: 'return' } },
};
const led: CallFlow = {
  id: 'led' as FlowId,
  name: 'Led',
  version: 1,
  start: 'there',
  steps: {
    there: {
      kind: 'site-flow',
      siteId: 'third' as SiteId,
      flowId: survey.id,
      next: 'bye',
      onFailed: 'failed',
    },
    bye: { kind: 'hang-up', say: [] },
    failed: { kind: 'hang-up', say: [] },
  },
};

function walked(...inputs: FlowInput[]) {
  const machine = new FlowMachine({
    flow: led,
    variables: new Map(),
    timeZone: 'UTC',
    defaultLocale: 'en',
    expressions: noExpressions,
    flows: new Map([[survey.id, survey]]),
    chance: () => 0,
  });
  const effects = [{ kind: 'start' } as const, ...inputs].flatMap((input) => machine.handle(input, 1));
  return effects.flatMap((effect: FlowEffect) =>
    effect.kind === 'step' ? [`${effect.facts.stepKey}: ${effect.facts.outcome}`] : [effect.kind],
  );
}

test.each<[FlowInput & { kind: 'site-left' }, string[]]>([
  [{ kind: 'site-left', outcome: 'returned' }, ['there: returned', 'bye: hang-up', 'hang-up']],
  [{ kind: 'site-left', outcome: 'unreachable' }, ['there: unreachable', 'failed: hang-up', 'hang-up']],
  [{ kind: 'site-left', outcome: 'lost' }, ['there: lost', 'failed: hang-up', 'hang-up']],
  // This node's own: walked here, as a subflow is.
  [{ kind: 'site-left', outcome: 'here' }, ['there: called', 'back: returned', 'bye: hang-up', 'hang-up']],
])('a flow at another site: %o', (input, then) => {
  expect(walked()).toEqual(['site-flow']);
  expect(walked({ kind: 'digit', digit: '1' }, input)).toEqual(['site-flow', ...then]);
});
