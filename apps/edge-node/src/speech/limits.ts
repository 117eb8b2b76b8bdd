/** Every limit of speech at the node, units last. */
/** Texts made at once, by this machine and by servers each. */
export const makersMax = 2;
export const textCharsMax = 4_000;
/** What a caller waits for a speech server before espeak-ng speaks. */
export const chosenVoiceMaxMs = 2_000;
/** Files kept; the oldest go at start-up. */
export const cachedFilesMax = 20_000;
