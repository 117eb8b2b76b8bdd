/** B-13: when each end of a line knows that it was cut, in virtual time: by the very decisions of the node and of the centre. */
import { linkBeatMs, linkSilentMs, nextLinkLookMs } from '@seatgrid/contracts/link/link-messages.ts';
import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { expect, test } from 'vitest';
import { LinkMachine, type LinkInput } from './link-machine.ts';

const knownWithinMs = 6_000;
/** Left for a late timer, and until desks and portals have been told. */
const leftOverMs = 500;
/** Of a version before this one. */
const olderBeatMs = 2_000;
const calmMs = 20_000;

interface World {
  readonly wayMs: number;
  /** Each end's; one that is older beats more seldom. */
  readonly beats: { readonly node: number; readonly centre: number };
}

/** When either end gives the line up; Infinity: not by then. */
function line({ wayMs, beats }: World, cutAtMs: number) {
  const clock = new VirtualClock(0);
  const machine = new LinkMachine(createSeededRandom(1));
  const knew = { node: Infinity, centre: Infinity };
  let centreHeardAtMs = 0;
  const carry = (arrive: () => void) =>
    clock.nowMs() < cutAtMs && clock.after(wayMs, () => clock.nowMs() < cutAtMs && arrive());
  const sayLife = () => carry(() => (centreHeardAtMs = clock.nowMs()));
  const node = (input: LinkInput) => {
    for (const { kind } of machine.handle(input, clock.nowMs())) {
      if (kind === 'down') knew.node = Math.min(knew.node, clock.nowMs());
      if (kind === 'send-beat' && beats.node === linkBeatMs) sayLife();
    }
    const { wakeAtMs } = machine;
    if (wakeAtMs !== null && knew.node === Infinity)
      clock.after(wakeAtMs - clock.nowMs(), () => machine.wakeAtMs === wakeAtMs && node({ kind: 'wake' }));
  };
  const look = () => {
    const nextMs = nextLinkLookMs(clock.nowMs() - centreHeardAtMs);
    if (nextMs === null) return void (knew.centre = clock.nowMs());
    clock.after(nextMs, look);
  };
  const beat = () => {
    carry(() => node({ kind: 'heard' }));
    clock.after(beats.centre, beat);
  };
  const olderBeat = () => {
    sayLife();
    clock.after(beats.node, olderBeat);
  };
  node({ kind: 'start' });
  node({ kind: 'opened' });
  node({ kind: 'welcome', acknowledged: 0 });
  look();
  beat();
  // An older node beats as it always did.
  if (beats.node !== linkBeatMs) olderBeat();
  clock.advance(calmMs + 2 * knownWithinMs);
  return knew;
}

const pairs = {
  'both of this version': { node: linkBeatMs, centre: linkBeatMs },
  'an older node': { node: olderBeatMs, centre: linkBeatMs },
  'an older centre': { node: linkBeatMs, centre: olderBeatMs },
} as const;

test.each(Object.entries(pairs))(
  'B-13: a line cut at whatever moment between beats is known at both ends within six seconds, with half of one to spare: %s',
  (_, beats) => {
    const latest = { node: 0, centre: 0 };
    for (const wayMs of [1, 100, 300])
      for (let cutAtMs = calmMs; cutAtMs < calmMs + olderBeatMs * 2; cutAtMs += 10) {
        const knew = line({ wayMs, beats }, cutAtMs);
        for (const end of ['node', 'centre'] as const) {
          const tookMs = knew[end] - cutAtMs;
          expect(tookMs, `${end}, cut at ${cutAtMs}, ${wayMs} ms each way`).toBeGreaterThan(0);
          latest[end] = Math.max(latest[end], tookMs);
        }
      }
    console.log(`known at the latest after ${latest.node} ms at the node, ${latest.centre} ms at the centre`);
    expect(Math.max(latest.node, latest.centre)).toBeLessThanOrEqual(knownWithinMs - leftOverMs);
  },
);

test('B-13: a line that is whole is not given up, whichever end is a version behind', () => {
  for (const beats of Object.values(pairs))
    expect(line({ wayMs: 300, beats }, Infinity)).toEqual({ node: Infinity, centre: Infinity });
  // Two beats of an older version in a row may be late by a second and more.
  expect(linkSilentMs).toBeGreaterThan(2 * olderBeatMs + 1_000);
});
