/** The engine's unit of sound: 20 ms of 8 kHz mono, one G.711 octet or one 16-bit sample each. */
export const sampleRateHz = 8_000;
export const frameMs = 20;
export const samplesPerMs = sampleRateHz / 1_000;
export const frameSamples = frameMs * samplesPerMs;
