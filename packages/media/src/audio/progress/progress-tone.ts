/** The tones of `country-tones.ts` as sound: one turn of each, made when first asked for, to be repeated without end. */
import { samplesPerMs, sampleRateHz } from '../../frame.ts';
import { sineSum } from '../tones.ts';
import { informationTone, readCadence, tonesOf, type Cadence, type Country } from './country-tones.ts';

export type ProgressTone = 'dial' | 'ringback' | 'busy' | 'congestion' | 'information';

const swellDepth = 0.8;
const made = new Map<string, Int16Array>();

/** One turn, shared by all who play it. */
export function progressTone(tone: ProgressTone, country: Country): Int16Array {
  const key = `${tone} ${country}`;
  let cycle = made.get(key);
  if (cycle === undefined) {
    cycle = tone === 'information' ? information() : cycleOf(readCadence(tonesOf(country)[tone]));
    made.set(key, cycle);
  }
  return cycle;
}

function cycleOf(cadence: Cadence): Int16Array {
  const { frequenciesHz, swellHz, pairs } = cadence;
  // Whole hertz come round in a second: the end of an unbroken tone goes over into its beginning.
  if (pairs.length === 0)
    return swelled(sineSum(frequenciesHz, { durationMs: 1_000, hasEdges: false }), swellHz);
  return joined(
    pairs.map(({ onMs, offMs }) => [
      swelled(sineSum(frequenciesHz, { durationMs: onMs, hasEdges: true }), swellHz),
      offMs,
    ]),
  );
}

function information(): Int16Array {
  const { frequenciesHz, eachMs, pauseMs } = informationTone;
  return joined(
    frequenciesHz.map((hz, index) => [
      sineSum([hz], { durationMs: eachMs, hasEdges: true }),
      index === frequenciesHz.length - 1 ? pauseMs : 0,
    ]),
  );
}

function swelled(sound: Int16Array, hz: number | undefined): Int16Array {
  if (hz === undefined) return sound;
  const turn = (2 * Math.PI * hz) / sampleRateHz;
  return sound.map((sample, index) =>
    Math.round((sample * (1 + swellDepth * Math.sin(turn * index))) / (1 + swellDepth)),
  );
}

function joined(parts: readonly (readonly [Int16Array, number])[]): Int16Array {
  const samples = parts.reduce((sum, [sound, offMs]) => sum + sound.length + offMs * samplesPerMs, 0);
  const cycle = new Int16Array(samples);
  let at = 0;
  for (const [sound, offMs] of parts) {
    cycle.set(sound, at);
    at += sound.length + offMs * samplesPerMs;
  }
  return cycle;
}
