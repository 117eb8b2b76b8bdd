/** A codec that was agreed on, as a leg takes it: within the engine all but A-law is µ-law (decision 0016). */
import type { AudioCodec } from '../sdp/audio-terms.ts';
import type { OpusWishes } from '../sdp/opus-wishes.ts';
import type { LegFormat } from './worker/media-leg.ts';

export function agreedSound(
  codec: AudioCodec,
  opus: OpusWishes | undefined,
): Pick<LegFormat, 'law' | 'edge'> {
  if (codec === 'PCMU' || codec === 'PCMA') return { law: codec };
  return { law: 'PCMU', edge: opus === undefined ? { codec: 'G722' } : { codec: 'opus', terms: opus } };
}
