/** Tells whether a known sound, such as one sentence of a prompt, is in what was heard: by correlation, at any place and level. */

/** Length of the known sound's loudest stretch, by which its place is found, in samples. */
const stretchSamples = 3_000;

/** 1 where `known` is in `heard` as it is, about 0 where it is not. */
export function soundLikeness(heard: Int16Array, known: Int16Array): number {
  if (known.length === 0 || heard.length < known.length) return 0;
  const from = loudestStretch(known);
  const stretch = known.subarray(from, from + Math.min(stretchSamples, known.length));
  let best = 0;
  let place = 0;
  const lastPlace = heard.length - known.length;
  for (let at = 0; at <= lastPlace; at++) {
    // A quarter of the samples finds the neighbourhood; speech on a telephone has little above 1 kHz.
    const found = correlation(heard, at + from, stretch, 4);
    if (found > best) {
      best = found;
      place = at;
    }
  }
  return correlation(heard, place, known, 1);
}

function loudestStretch(sound: Int16Array): number {
  let energy = 0;
  let largest = 0;
  let place = 0;
  for (let at = 0; at < sound.length; at++) {
    energy += sound[at]! ** 2;
    if (at >= stretchSamples) energy -= sound[at - stretchSamples]! ** 2;
    if (energy > largest) {
      largest = energy;
      place = Math.max(0, at - stretchSamples + 1);
    }
  }
  return Math.min(place, Math.max(0, sound.length - stretchSamples));
}

function correlation(heard: Int16Array, at: number, known: Int16Array, step: number): number {
  let product = 0;
  let heardEnergy = 0;
  let knownEnergy = 0;
  for (let index = 0; index < known.length; index += step) {
    const a = heard[at + index]!;
    const b = known[index]!;
    product += a * b;
    heardEnergy += a * a;
    knownEnergy += b * b;
  }
  return heardEnergy === 0 || knownEnergy === 0 ? 0 : product / Math.sqrt(heardEnergy * knownEnergy);
}
