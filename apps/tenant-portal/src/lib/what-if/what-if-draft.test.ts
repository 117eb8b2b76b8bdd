import { expect, test } from 'vitest';
import { sceneQueue } from '@seatgrid/testkit/routing-scene.ts';
import { emptyVariation, queueDraft, shiftMs, variationAsked } from './what-if-draft.ts';

const queue = sceneQueue('sales', { priority: 5 });

test('of a queue only what differs from its settings is asked', () => {
  const same = { ...emptyVariation('x'), queues: [queueDraft(queue)] };
  expect(variationAsked(same, [queue]).changes.queues).toEqual([]);
  const higher = { ...same, queues: [{ ...queueDraft(queue), priority: 8, waitingMax: 5 }] };
  expect(variationAsked(higher, [queue]).changes.queues).toEqual([
    { queueId: 'sales', priority: 8, waitingMax: 5 },
  ]);
});

test('percent are factors, times of day are shifts, and whoever is absent has an empty one', () => {
  expect(shiftMs({ from: '08:30', to: '17:00' })).toEqual({ fromMs: 30_600_000, untilMs: 61_200_000 });
  const { changes } = variationAsked(
    {
      ...emptyVariation('x'),
      volumePercent: 120,
      agents: [{ agentId: 'a' as never, skills: [], duty: 'absent', from: '09:00', to: '18:00' }],
    },
    [],
  );
  expect([changes.volume, changes.talk]).toEqual([1.2, 1]);
  expect(changes.agents).toEqual([{ agentId: 'a', skills: [], shift: { fromMs: 0, untilMs: 0 } }]);
});
