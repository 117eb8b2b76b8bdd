/** Reads the recording a node is writing: stereo G.711 in a WAV, which is whole up to the last half second. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codecOf, decodeG711 } from '@seatgrid/media/audio/g711.ts';
import { recordingFrameOctets, recordingHeaderOctets } from '@seatgrid/media/audio/recording-wav.ts';
import { samplesPerMs } from '@seatgrid/media/frame.ts';

const aLawFormat = 6;

/** The last `durationMs` of both sides; undefined while there is less. */
export function recordingInProgress(
  folder: string,
  durationMs: number,
): { readonly left: Int16Array; readonly right: Int16Array } | undefined {
  const [name] = globSync('**/*.wav', { cwd: join(folder, 'recordings') });
  if (name === undefined) return undefined;
  const octets = readFileSync(join(folder, 'recordings', name));
  const sound = octets.subarray(recordingHeaderOctets);
  const frames = Math.floor(sound.length / recordingFrameOctets);
  const wanted = durationMs * samplesPerMs;
  if (frames < wanted) return undefined;
  const codec = codecOf(octets.readUInt16LE(20) === aLawFormat ? 'PCMA' : 'PCMU');
  const side = (channel: 0 | 1) => {
    const codes = Uint8Array.from(
      { length: wanted },
      (_, index) => sound[(frames - wanted + index) * recordingFrameOctets + channel]!,
    );
    const samples = new Int16Array(wanted);
    decodeG711(codec, codes, samples);
    return samples;
  };
  return { left: side(0), right: side(1) };
}
