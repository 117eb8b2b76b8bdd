/** espeak-ng's phonemes of American English, with `^` between the halves of one sound, in the letters Kokoro was taught. */
const letters: readonly (readonly [string, string])[] = [
  ['a^ɪ', 'I'],
  ['a^ʊ', 'W'],
  ['e^ɪ', 'A'],
  ['o^ʊ', 'O'],
  ['ɔ^ɪ', 'Y'],
  ['t^ʃ', 'ʧ'],
  ['d^ʒ', 'ʤ'],
  ['ə^l', 'ᵊl'],
  ['ɜː', 'ɜɹ'],
  ['ɚ', 'əɹ'],
  ['ɐ', 'ə'],
  ['r', 'ɹ'],
  ['x', 'k'],
  ['o', 'ɔ'],
  ['ɾ', 'T'],
  ['ʔ', 't'],
  ['ː', ''],
  ['^', ''],
];

export function englishPhonemes(ipa: string): string {
  return letters.reduce((text, [from, to]) => text.replaceAll(from, to), ipa.trim().replaceAll('ɜːɹ', 'ɜː'));
}
