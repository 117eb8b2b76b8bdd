/** Every limit of the rehearsal, units last. */
import { callsThatFillMin } from '../admission/limits.ts';

/** Calls in hand at once: they keep a core busy, and are one too few to be refused for it. */
export const rehearsedAtOnce = callsThatFillMin - 1;
/** Of a stage's calls so many come after a rest, for what was compiled meanwhile. */
export const encoreShare = 0.15;
/** The optimising compiler steps back behind calls (decision 0062): in so long it gets done what it was given. */
export const compilerRestMs = 2_000;
/** Nodes opened one after the other, each for its share of the calls. */
export const rehearsedStages = 2;
/** One call in so many rings a line; the others go through menu and queue, where there is more code to warm. */
export const lineCallEvery = 3;
export const rehearsedAgents = 48;
/** Descriptions of sound that differ from each other. */
export const rehearsedMakes = 32;
/** So much is said at either end, from its answer on. */
export const rehearsedTalkFrames = 8;
/** One conversation in so many lasts longer: there is housekeeping of theirs once a second. */
export const longTalkEvery = 12;
export const longTalkFrames = 60;
/** One end in so many says nothing all the while. */
export const silentEndEvery = 3;
/** A call that does not come to its end is left behind. */
export const rehearsedCallMsMax = 3_000;
/** Real calls go first: looked for so often. */
export const rehearsalYieldMs = 250;
/** A node that is busy so long from its start on needs no rehearsal any more. */
export const rehearsalMsMax = 120_000;
