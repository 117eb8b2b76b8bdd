/** RFC 3261 §17, table 4, and RFC 6026 §8.1: the values of every timer, by their letters. */

/** Round trip estimate, longest retransmission interval, longest life of a message in the network. */
export const t1Ms = 500;
export const t2Ms = 4_000;
export const t4Ms = 5_000;

export const timerBMs = 64 * t1Ms;
export const timerDMs = 32_000;
export const timerFMs = 64 * t1Ms;
export const timerHMs = 64 * t1Ms;
export const timerIMs = t4Ms;
export const timerJMs = 64 * t1Ms;
export const timerKMs = t4Ms;
export const timerLMs = 64 * t1Ms;
export const timerMMs = 64 * t1Ms;
/** RFC 3261 §17.2.1: a 100 goes out where the user has not answered by then. */
export const tryingDelayMs = 200;
