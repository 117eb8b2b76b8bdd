/** Every limit of the prompt files, units last. */
export const fetchesAtOnceMax = 2;
export const fetchRetryFirstMs = 1_000;
export const fetchRetryMaxMs = 60_000;
export const fetchMaxMs = 60_000;
/** A file no config names any more may be named again: an older flow version, a node that comes back. */
export const unnamedKeptMs = 7 * 24 * 3_600_000;
export const defaultMusicSeconds = 30;
