/** Every limit of extensions, units last. */
/** Of one tenant: all of them travel with every configuration of a node. */
export const extensionsMax = 30;
export const extensionSourceCharsMax = 20_000;
export const extensionParametersMax = 20;

/** Processor time of one run. */
export const extensionRunMsMax = 200;
/** What a sandbox may hold, its engine included, and how deep calls in it may lie. */
export const extensionMemoryOctetsMax = 32 * 1024 * 1024;
export const extensionStackOctetsMax = 128 * 1024;
/** Of what it takes, and of what it gives, as JSON. */
export const extensionValuesCharsMax = 64 * 1024;
export const extensionLinesMax = 40;
export const extensionLineCharsMax = 300;
export const extensionDetailCharsMax = 400;

/** Runs of one tenant that wait for a thread. */
export const extensionRunsWaitingMax = 100;
/** Of one processor, what one tenant's extensions may take in the long run, and how much they may have in store. */
export const extensionProcessorShare = 0.25;
export const extensionStoredMsMax = 5_000;
/** By the clock on the wall, waiting included: a step waits no longer. */
export const extensionAnswerMsMax = 10_000;
