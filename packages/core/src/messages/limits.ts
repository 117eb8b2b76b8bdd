/** Every limit of messages, units last. */
/** What is shorter is no message: somebody hung up. */
export const messageMinMs = 1_000;
/** So long nothing is said, and the message is over. */
export const messageQuietMs = 5_000;
/** A message thrown away can be taken back for so long. */
export const deletedKeptMs = 24 * 3_600_000;
export const greetingMaxMs = 120_000;
export const boxNumberDigitsMax = 8;
export const pinDigitsMax = 10;
/** Wrong PINs a call may try. */
export const pinTriesMax = 3;
/** How long a key is waited for, and how often is asked again. */
export const keyTimeoutMs = 6_000;
export const asksMax = 3;
