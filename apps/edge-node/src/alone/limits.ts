/** Limits of signing in at the node while the centre is away, units last. */
/** Wrong passwords of an e-mail or of an address. */
export const localGuessLimits = {
  freeMax: 5,
  forgiveMs: 600_000,
  shutMsMin: 60_000,
  shutMsMax: 900_000,
  keysMax: 10_000,
};
/** Each takes 19 MiB and a thread, beside calls. */
export const passwordComparisonsMax = 2;
/** A shift. */
export const localPassMs = 12 * 3_600_000;
export const localPassesMax = 20_000;
export const localBodyBytesMax = 4_096;
