/** Replays in a thread of its own, within bounds: nobody else waits for a long day. */
import { Worker } from 'node:worker_threads';
import type { WhatIfEnd } from '@seatgrid/adapters/postgres/stores/what-if-store.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { whatIfMaxMs, whatIfMegabytesMax } from '../limits.ts';
import type { ReplayOrder } from './replay-asked.ts';

type Told =
  { readonly kind: 'progress'; readonly share: number } | { readonly kind: 'end'; readonly end: WhatIfEnd };

export interface ReplayApart {
  /** Of what is to be done, 0 to 1. */
  readonly progress: () => number;
  /** Undefined: it was stopped. */
  readonly ended: Promise<WhatIfEnd | undefined>;
  stop(): void;
}

export function replayApart(
  order: ReplayOrder,
  { url, clock, onBroken }: { url: string; clock: Clock; onBroken: (error: unknown) => void },
): ReplayApart {
  let share = 0;
  let stop = () => {};
  const ended = new Promise<WhatIfEnd | undefined>((resolve) => {
    const worker = new Worker(new URL('./what-if-worker.ts', import.meta.url), {
      workerData: { url, order },
      resourceLimits: { maxOldGenerationSizeMb: whatIfMegabytesMax },
    });
    const settle = (end: WhatIfEnd | undefined) => {
      cancel();
      void worker.terminate();
      resolve(end);
    };
    const cancel = clock.after(whatIfMaxMs, () => settle({ fault: 'too-long' }));
    stop = () => settle(undefined);
    worker.on('message', (told: Told) => {
      if (told.kind === 'end') return settle(told.end);
      share = told.share;
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return settle({ fault: 'too-much-memory' });
      onBroken(error);
      settle({ fault: 'broken' });
    });
  });
  return { progress: () => share, ended, stop: () => stop() };
}
