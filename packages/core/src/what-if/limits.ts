import { dayMs, hourMs, minuteMs, secondMs } from '../kernel/duration.ts';

/** Of the plots: figures of a day stand in intervals of this length. */
export const intervalMs = 30 * minuteMs;
/** A day's last calls may be served so long after its end. */
export const spillMs = 4 * hourMs;
/** Days like the recorded one that a range is drawn from, where nothing else is asked. */
export const otherDaysDefault = 20;
export const otherDaysMax = 100;
export const variationsMax = 4;
/** Calls of one day, recorded or uploaded. */
export const callsPerDayMax = 100_000;
/** So far back is looked for who answered a day's callers before it. */
export const answersLookedForMs = 30 * dayMs;
/** Across nodes: how long a node gathers what it tells, and how often the matchmaker looks at what has waited, as in life. */
export const matchGatherMs = 30;
export const matchWakeMs = 1 * secondMs;
/** How often at most nodes are told what the others have seen. */
export const elsewhereEveryMs = 1 * secondMs;
/** What bringing a caller and an agent of two nodes together takes at most, mostly. */
export const matchTakesMaxMs = 500;
/** Fewer abandonments than this say little of one queue's callers: those of all queues are asked. */
export const abandonmentsMin = 20;
/** Where a day tells nothing of it: how long an agent lets it ring, talks, and stays away after a call rung in vain. */
export const rangDefaultMs = 4 * secondMs;
export const talkDefaultMs = 3 * minuteMs;
export const awayAfterMissMs = 2 * minuteMs;
/** A call that is there more than once comes at most this much earlier or later than the recorded one. */
export const copyShiftMaxMs = 150 * secondMs;
