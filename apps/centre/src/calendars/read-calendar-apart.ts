/** Reads a calendar file in a thread of its own, within bounds: a file can ask for more reckoning than there is time. */
import { Worker } from 'node:worker_threads';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { calendarReadMaxMs, calendarReadMegabytesMax } from '../limits.ts';
import type { CalendarAsked, CalendarRead } from './read-calendar.ts';

type Told =
  { readonly kind: 'at'; readonly line: number } | { readonly kind: 'read'; readonly read: CalendarRead };

/** The time counts from when the thread has begun to read. */
export function readCalendarApart(asked: CalendarAsked, clock: Clock, maxMs = calendarReadMaxMs): Promise<CalendarRead> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./calendar-worker.ts', import.meta.url), {
      workerData: asked,
      resourceLimits: { maxOldGenerationSizeMb: calendarReadMegabytesMax },
    });
    let line = 0;
    let cancel: (() => void) | undefined;
    const settle = (read: CalendarRead) => {
      cancel?.();
      void worker.terminate();
      resolve(read);
    };
    const giveUp = () => settle({ days: [], faults: [{ line, cause: 'endless', text: '' }] });
    worker.on('message', (told: Told) => {
      if (told.kind === 'read') return settle(told.read);
      line = told.line;
      cancel ??= clock.after(maxMs, giveUp);
    });
    worker.on('error', giveUp);
  });
} // prettier-ignore
