/** Reads the recording a node is writing: stereo G.711 in a WAV, which is whole up to the last half second. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codecOf, decodeG711 } from '@seatgrid/media/audio/g711.ts';
import { recordingFrameOctets, recordingHeaderOctets } from '@seatgrid/media/audio/recording-wav.ts';
import { samplesPerMs } from '@seatgrid/media/frame.ts';

const aLawFormat = 6;

/** The last `durationMs` of both sides; undefined while there is less. */
export function recordingInProgress(folder: string, durationMs: number): Sides | undefined {
  const whole = wholeRecordingInProgress(folder);
  const wanted = durationMs * samplesPerMs;
  if (whole === undefined || whole.left.length < wanted) return undefined;
  return { left: whole.left.subarray(-wanted), right: whole.right.subarray(-wanted) };
}

interface Sides {
  readonly left: Int16Array;
  readonly right: Int16Array;
}

/** Both sides from the beginning; undefined where nothing is being recorded. */
export function wholeRecordingInProgress(folder: string): Sides | undefined {
  const [name] = globSync('**/*.wav', { cwd: join(folder, 'recordings') });
  if (name === undefined) return undefined;
  const octets = readFileSync(join(folder, 'recordings', name));
  const sound = octets.subarray(recordingHeaderOctets);
  const frames = Math.floor(sound.length / recordingFrameOctets);
  const codec = codecOf(octets.readUInt16LE(20) === aLawFormat ? 'PCMA' : 'PCMU');
  const side = (channel: 0 | 1) => {
    const codes = Uint8Array.from({ length: frames }, (_, at) => sound[at * recordingFrameOctets + channel]!);
    const samples = new Int16Array(frames);
    decodeG711(codec, codes, samples);
    return samples;
  };
  return { left: side(0), right: side(1) };
}
