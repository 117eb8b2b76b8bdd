/** Every limit of admission by load, units last. */
import type { LoadMeasure } from './load-gate.ts';

/** From `shutAt` no new call is taken, until the share is below `openBelow`. */
export const loadBounds: Readonly<
  Record<LoadMeasure, { readonly shutAt: number; readonly openBelow: number }>
> = {
  // Above about 0.95 timers starve, and with them everything that has to happen in time.
  main: { shutAt: 0.85, openBelow: 0.7 },
  media: { shutAt: 0.8, openBelow: 0.7 },
  rtpPorts: { shutAt: 0.98, openBelow: 0.95 },
  descriptors: { shutAt: 0.95, openBelow: 0.9 },
  journal: { shutAt: 0.5, openBelow: 0.25 },
};
/** A busy main thread counts by how long it lasts: after so long, two thirds of the way. */
export const loadSmoothingMs = 150;
/** A main thread with fewer calls is busy with something else. */
export const callsThatFillMin = 25;
/** The load is looked at when a call comes, and not again for so long. */
export const loadLookEveryMs = 25;
/** Nor for so long while the main thread has rest enough: below this share of its time. */
export const calmLookEveryMs = 100;
export const calmBelow = 0.5;
/** Open descriptors are counted this often: the system is asked for each. */
export const descriptorsLookEveryMs = 5_000;
/** What a box's watch wrote longer ago than this says nothing of the present. */
export const boxWatchStaleMs = 30_000;
