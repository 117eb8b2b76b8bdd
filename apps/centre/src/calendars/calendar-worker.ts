/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */
/** The thread in which a calendar file is read; it is ended where it takes too long. */
import { parentPort, workerData } from 'node:worker_threads';
import { readCalendar, type CalendarAsked } from './read-calendar.ts';

const at = (line: number) => parentPort!.postMessage({ kind: 'at', line });
at(1);
const read = readCalendar(workerData as CalendarAsked, at);
parentPort!.postMessage({ kind: 'read', read });
