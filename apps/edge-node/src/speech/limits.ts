/** Every limit of speech, units last. */
export const processesMax = 2;
export const processMaxMs = 20_000;
export const textCharsMax = 4_000;
/** Of espeak-ng's sound, 22.05 kHz 16-bit: some minutes. */
export const processOctetsMax = 32 * 1024 * 1024;
/** Files kept; the oldest go at start-up. */
export const cachedFilesMax = 20_000;
/** Loudness of speech while someone speaks, and what its peaks may reach, of full scale. */
export const speechLevelDb = -19;
export const speechPeakDb = -2;
/** Silence left before and after. */
export const edgeSilenceMs = 40;
