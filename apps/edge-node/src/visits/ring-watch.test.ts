/** Whether the other node of a visit is still there while it rings, asked of the link. */
import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import { expect, test } from 'vitest';
import { linePulseEveryMs, ringAwayMs } from '../limits.ts';
import { watchRing } from './ring-watch.ts';

function scene(statuses: readonly number[]) {
  const clock = new VirtualClock();
  const askedAtMs: number[] = [];
  let goneAtMs = 0;
  const stop = watchRing({
    after: (delayMs, wake) => clock.after(delayMs, wake),
    pulse(onAnswer) {
      onAnswer(statuses[askedAtMs.push(clock.nowMs() - startedAtMs) - 1] ?? 200);
    },
    onGone: () => void (goneAtMs = clock.nowMs() - startedAtMs),
  });
  const startedAtMs = clock.nowMs();
  return { clock, askedAtMs, stop, goneAtMs: () => goneAtMs };
}

test.each([
  ['that knows nothing of it is gone', [200, 481], 2 * linePulseEveryMs],
  ['the centre does not hear twice is gone', [480, 480], linePulseEveryMs + ringAwayMs],
  ['the centre does not hear once is there', [480, 200, 480, 200], 0],
  ['is not given up while the centre is away', [503, 503, 408, 408], 0],
])('B-06: a node %s', (_title, statuses, gone) => {
  const { clock, askedAtMs, goneAtMs } = scene(statuses);
  clock.advance(6 * linePulseEveryMs);
  expect(goneAtMs()).toBe(gone);
  expect(askedAtMs.length > 4).toBe(gone === 0);
});

test('B-06: once it no longer rings nothing is asked', () => {
  const { clock, askedAtMs, stop } = scene([]);
  clock.advance(linePulseEveryMs);
  stop();
  clock.advance(3 * linePulseEveryMs);
  expect(askedAtMs).toEqual([linePulseEveryMs]);
});
