/** Every limit of speech at the centre, units last. */
import { dayMs, minuteMs, secondMs } from '@seatgrid/core/kernel/duration.ts';

/** Publishing a flow waits so long for its texts to be spoken; what is missing then follows. */
export const publicationWaitMaxMs = 20 * secondMs;
/** One text. */
export const speakMaxMs = 2 * minuteMs;
/** Changes are gathered this long before it is looked at what is to be spoken. */
export const speechGatherMs = 200;
/** And looked at again this often; a text that could not be spoken is tried again as often. */
export const speechReviewEveryMs = 5 * minuteMs;
/** What nothing published says any more. */
export const spokenTextKeptMs = 30 * dayMs;
/** Faults shown for one language. */
export const faultsShownMax = 5;
