/** 16-bit samples of one channel as a WAV file. */
export function wavOfPcm(samples: Uint8Array, rateHz: number): Uint8Array {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(head.length + samples.length - 8, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  const pcm = 1;
  const channels = 1;
  head.writeUInt16LE(pcm, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rateHz, 24);
  head.writeUInt32LE(2 * rateHz, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

const telephoneRateHz = 8_000;

/** Half a second of nothing, as a telephone has it: what a recogniser of speech is tried with. */
export function silentWav(): Uint8Array {
  return wavOfPcm(new Uint8Array(telephoneRateHz), telephoneRateHz);
}
