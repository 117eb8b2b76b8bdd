/** Something like a voice, the same each time: a gliding pitch with overtones, swelling in syllables, over a little hiss. */
export function makeVoice(options: {
  readonly durationMs: number;
  readonly sampleRateHz?: number;
}): Int16Array {
  const rateHz = options.sampleRateHz ?? 8_000;
  let phase = 0;
  let chance = 1;
  return Int16Array.from({ length: (options.durationMs * rateHz) / 1_000 }, (_, index) => {
    const time = index / rateHz;
    phase += (110 + 40 * Math.sin(3 * time)) / rateHz;
    let sum = 0;
    for (let overtone = 1; overtone < 20; overtone++)
      sum += Math.sin(2 * Math.PI * overtone * phase) / (1 + Math.abs(overtone - 5) + overtone / 3);
    chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) | 0;
    return Math.round(4_000 * sum * Math.max(0, Math.sin(8 * time)) + (chance / 0x1_0000_0000) * 200);
  });
}
