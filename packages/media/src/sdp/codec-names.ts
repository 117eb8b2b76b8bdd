/** Names and numbers of what we speak in `a=rtpmap` lines. */
import type { AudioCodec } from './audio-terms.ts';

export interface CodecName {
  /** `NAME/rate` as `parseSdp` keeps it. */
  readonly known: string;
  readonly written: string;
  /** RFC 3551 §6 fixes it for the old ones; any free one serves for the others. */
  readonly payloadType: number;
  readonly clockHz: number;
}

const narrowHz = 8_000;
/** RFC 7587 §7: whatever it carries, Opus is told as two channels at 48 kHz. */
const opusHz = 48_000;

export const codecNames: Readonly<Record<AudioCodec, CodecName>> = {
  PCMU: { known: 'PCMU/8000', written: 'PCMU/8000', payloadType: 0, clockHz: narrowHz },
  PCMA: { known: 'PCMA/8000', written: 'PCMA/8000', payloadType: 8, clockHz: narrowHz },
  // RFC 3551 §4.5.2: its clock is told as 8000 Hz.
  G722: { known: 'G722/8000', written: 'G722/8000', payloadType: 9, clockHz: narrowHz },
  opus: { known: 'OPUS/48000', written: 'opus/48000/2', payloadType: 111, clockHz: opusHz },
};

/** RFC 4733 §2.4.1: events count in the clock of the sound they interrupt. The usual one first. */
export const digitNames: readonly CodecName[] = [
  { known: 'TELEPHONE-EVENT/8000', written: 'telephone-event/8000', payloadType: 101, clockHz: narrowHz },
  { known: 'TELEPHONE-EVENT/48000', written: 'telephone-event/48000', payloadType: 110, clockHz: opusHz },
];

export function digitNameOf(clockHz: number): CodecName {
  return digitNames.find((name) => name.clockHz === clockHz)!;
}
