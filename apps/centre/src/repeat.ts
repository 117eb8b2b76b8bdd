import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { Centre } from './centre.ts';

/** Again and again, never two at a time; a round that fails is written down. Returns what ends it. */
export function repeat(
  { clock, log }: Pick<Centre, 'clock' | 'log'>,
  { name, everyMs, work }: { name: string; everyMs: number; work: () => Promise<void> },
): () => void {
  let isStopped = false;
  let cancel: Cancel = () => {};
  const next = () => {
    cancel = clock.after(everyMs, () => {
      void work()
        .catch((error: unknown) => log.error({ err: error }, name))
        .finally(() => {
          if (!isStopped) next();
        });
    });
  };
  next();
  return () => {
    isStopped = true;
    cancel();
  };
}
