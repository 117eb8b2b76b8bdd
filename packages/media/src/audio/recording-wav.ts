/**
 * The file a recording is while its call lasts: stereo µ-law WAV, 8 kHz, written front to back. Its header tells no sizes until
 * the end, so a file left by a crash is whole but for its header, which `repairWav` sets right from the file's length.
 *
 *    0  RIFF size WAVE | fmt  18 format 7, 2 channels, 8000 Hz, 8 bits, no extension | fact 4 frames | data size | sound...
 */
import { open } from 'node:fs/promises';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { sampleRateHz } from '../frame.ts';
import { putTag, tagAt } from './wav.ts';

export const recordingHeaderOctets = 58;
/** One octet for each channel. */
export const recordingFrameOctets = 2;
const formatMuLaw = 7;
const frameCountAt = 46;
const dataSizeAt = 54;

export function recordingHeader(soundOctets: number): Uint8Array {
  const octets = new Uint8Array(recordingHeaderOctets);
  const view = new DataView(octets.buffer);
  putTag(octets, 0, 'RIFF');
  view.setUint32(4, recordingHeaderOctets - 8 + soundOctets, true);
  putTag(octets, 8, 'WAVE');
  putTag(octets, 12, 'fmt ');
  view.setUint32(16, 18, true);
  view.setUint16(20, formatMuLaw, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * recordingFrameOctets, true);
  view.setUint16(32, recordingFrameOctets, true);
  view.setUint16(34, 8, true);
  view.setUint16(36, 0, true);
  putTag(octets, 38, 'fact');
  view.setUint32(42, 4, true);
  view.setUint32(frameCountAt, soundOctets / recordingFrameOctets, true);
  putTag(octets, 50, 'data');
  view.setUint32(dataSizeAt, soundOctets, true);
  return octets;
}

export interface RepairedWav {
  readonly durationMs: number;
  readonly octets: number;
  /** False when nothing had to be done. */
  readonly wasRepaired: boolean;
}

export interface RepairFault {
  readonly code: 'unreadable' | 'not-a-recording';
  readonly detail: string;
}

/** Makes a recording whose writer died playable to its last octet. Safe to call on a sound one. */
export async function repairWav(path: string): Promise<Result<RepairedWav, RepairFault>> {
  try {
    await using file = await open(path, 'r+');
    const header = new Uint8Array(recordingHeaderOctets);
    const { bytesRead } = await file.read(header, 0, recordingHeaderOctets, 0);
    if (bytesRead < recordingHeaderOctets || tagAt(header, 8) !== 'WAVE' || tagAt(header, 50) !== 'data')
      return failure({ code: 'not-a-recording', detail: `${path} does not begin as a recording of ours` });
    const { size } = await file.stat();
    const soundOctets = (size - recordingHeaderOctets) & ~1;
    const octets = recordingHeaderOctets + soundOctets;
    const told = new DataView(header.buffer).getUint32(dataSizeAt, true);
    const wasRepaired = told !== soundOctets || size !== octets;
    if (wasRepaired) {
      await file.truncate(octets);
      await file.write(recordingHeader(soundOctets), 0, recordingHeaderOctets, 0);
      await file.sync();
    }
    return success({ durationMs: soundMs(soundOctets), octets, wasRepaired });
  } catch (error) {
    return failure({ code: 'unreadable', detail: (error as Error).message });
  }
}

export function soundMs(soundOctets: number): number {
  return Math.round((soundOctets / recordingFrameOctets / sampleRateHz) * 1_000);
}
