import { expect, test } from 'vitest';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import { callPhases, type Happening } from './call-phases.ts';

function life(
  ...events: [atMs: number, facts: Partial<EventFacts> & { kind: EventFacts['kind'] }][]
): Happening[] {
  return events.map(([atMs, facts], index) => ({ atMs, sequence: index + 1, facts: facts as EventFacts }));
}

const inbound = { kind: 'call.started', direction: 'inbound' } as const;

test('an answered call: menu, waiting, ringing, talking with a hold, wrap-up', () => {
  const phases = callPhases(
    life(
      [0, inbound],
      [10, { kind: 'queue.entered' }],
      [12, { kind: 'reservation.made' }],
      [20, { kind: 'reservation.ended', outcome: 'expired' }],
      [25, { kind: 'reservation.made' }],
      [28, { kind: 'reservation.ended', outcome: 'accepted' }],
      [28, { kind: 'queue.left', cause: 'agent' }],
      [28, { kind: 'call.bridged' }],
      [40, { kind: 'call.held' }],
      [50, { kind: 'call.retrieved' }],
      [60, { kind: 'call.ended' }],
      [75, { kind: 'interaction.closed' }],
    ),
    1_000,
  );
  expect(phases.map((phase) => `${phase.kind} ${phase.fromMs}-${phase.toMs}`)).toEqual([
    'menu 0-10',
    'waiting 10-12',
    'ringing 12-20',
    'waiting 20-25',
    'ringing 25-28',
    'talking 28-40',
    'held 40-50',
    'talking 50-60',
    'wrapping 60-75',
  ]);
});

test('a call given up while waiting ends with its waiting', () => {
  const phases = callPhases(
    life(
      [0, inbound],
      [5, { kind: 'queue.entered' }],
      [30, { kind: 'queue.left', cause: 'abandoned' }],
      [30, { kind: 'call.ended' }],
    ),
    1_000,
  );
  expect(phases.at(-1)).toEqual({ kind: 'waiting', fromMs: 5, toMs: 30 });
});

test('a call still going on is drawn up to now; a wrap-up nobody closed is not', () => {
  expect(callPhases(life([0, inbound], [5, { kind: 'call.bridged' }]), 99).at(-1)).toEqual({
    kind: 'talking',
    fromMs: 5,
    toMs: 99,
  });
  expect(
    callPhases(life([0, inbound], [5, { kind: 'call.bridged' }], [9, { kind: 'call.ended' }]), 99).at(-1),
  ).toEqual({
    kind: 'talking',
    fromMs: 5,
    toMs: 9,
  });
});

test('a flow step counts from when it was entered, though it is told when left', () => {
  const phases = callPhases(
    life([0, inbound], [8, { kind: 'queue.entered' }], [9, { kind: 'flow.step', enteredAtMs: 1 }]),
    20,
  );
  expect(phases[0]).toEqual({ kind: 'menu', fromMs: 0, toMs: 8 });
});
