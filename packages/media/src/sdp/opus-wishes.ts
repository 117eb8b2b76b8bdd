/** `a=fmtp` of Opus: how each side wants to be sent to (RFC 7587 §6.1, §7.1). */
import { opusBitRateMax, opusBitRateMin } from '../limits.ts';

export interface OpusWishes {
  readonly takesCorrection: boolean;
  readonly isConstantRate: boolean;
  readonly bitRateMax: number;
}

/**
 * We like to be told of a packet that may get lost by the one after it. Stereo is decoded as mono, and silence is not left out
 * (`usedtx` stands for 0 where it is absent), since who falls silent looks like who has gone.
 */
export const opusWishesLine = 'useinbandfec=1';

/** RFC 7587 §6.1: what is not said stands for its default; what we cannot read, likewise. */
export function readOpusWishes(parameters: string): OpusWishes {
  const said = new Map(
    parameters.split(';').map((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return [name.trim().toLowerCase(), value.trim()];
    }),
  );
  const asked = Number(said.get('maxaveragebitrate') ?? opusBitRateMax);
  return {
    takesCorrection: said.get('useinbandfec') === '1',
    isConstantRate: said.get('cbr') === '1',
    bitRateMax: Number.isInteger(asked)
      ? Math.max(opusBitRateMin, Math.min(opusBitRateMax, asked))
      : opusBitRateMax,
  };
}
