/** Half a second of nothing, as a telephone has it: what a recogniser of speech is tried with. */
const rateHz = 8_000;
const samples = rateHz / 2;

export function silentWav(): Uint8Array {
  const wav = Buffer.alloc(44 + 2 * samples);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  const pcm = 1;
  const channels = 1;
  wav.writeUInt16LE(pcm, 20);
  wav.writeUInt16LE(channels, 22);
  wav.writeUInt32LE(rateHz, 24);
  wav.writeUInt32LE(2 * rateHz, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(2 * samples, 40);
  return wav;
}
