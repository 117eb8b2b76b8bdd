/** Every limit of the rehearsal, units last. */

/** Calls in hand at once: enough to have them cross, too few to be in anybody's way. */
export const rehearsedAtOnce = 12;
/** Nodes opened one after the other, each for its share of the calls. */
export const rehearsedStages = 2;
/** One call in so many rings a line; the others go through menu and queue, where there is more code to warm. */
export const lineCallEvery = 3;
export const rehearsedAgents = 24;
/** A rehearsed conversation lasts so long. */
export const rehearsedTalkMs = 60;
/** A call that does not come to its end is left behind. */
export const rehearsedCallMsMax = 3_000;
/** Real calls go first: looked for so often. */
export const rehearsalYieldMs = 250;
/** A node that is busy so long from its start on needs no rehearsal any more. */
export const rehearsalMsMax = 120_000;
