/** What visitors from the open internet may ask of a node; a tenant's own limits stand with its button. */

/** Of one address: an office behind one address is one. */
export const visitorPagesPerMinuteMax = 60;
export const visitorCallsPerMinuteMax = 12;
export const visitorCallsAtOnceMax = 4;
/** Addresses and buttons counted at a time; who comes beyond is refused until the minute is over. */
export const visitorsCountedMax = 20_000;
/** A page left open so long must be loaded again before it can call. */
export const visitorTokenMaxMs = 600_000;
export const visitorTokensMax = 10_000;
export const visitorSocketsMax = 2_000;
/** Changes of a visitor's call are gathered this long. */
export const visitorStateEveryMs = 200;
