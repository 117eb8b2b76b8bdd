/** What a recording holds, as an ordinary player hears it: sox reads it, whatever its format. */
import { execFileSync } from 'node:child_process';
import { sampleRateHz } from '@seatgrid/media/frame.ts';

export interface RecordedSides {
  /** The caller. */
  readonly left: Int16Array;
  readonly right: Int16Array;
}

export function readRecording(path: string): RecordedSides {
  const raw = execFileSync(
    'sox',
    [path, '-t', 'raw', '-r', String(sampleRateHz), '-e', 'signed', '-b', '16', '-c', '2', '-'],
    { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 256 * 1024 * 1024 },
  );
  const frames = Math.floor(raw.length / 4);
  const side = (at: 0 | 2) =>
    Int16Array.from({ length: frames }, (_, index) => raw.readInt16LE(4 * index + at));
  return { left: side(0), right: side(2) };
}
