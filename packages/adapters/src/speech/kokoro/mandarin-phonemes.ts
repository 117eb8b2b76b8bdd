/** Syllables in pinyin as the phonemes Kokoro was taught: IPA with affricates as one letter, and the tone as an arrow after the vowel. */

const initials: Readonly<Record<string, string>> = {
  b: 'p', p: 'pʰ', m: 'm', f: 'f', d: 't', t: 'tʰ', n: 'n', l: 'l', g: 'k', k: 'kʰ', h: 'x', j: 'ʨ', q: 'ʨʰ', x: 'ɕ',
  zh: 'ꭧ', ch: 'ꭧʰ', sh: 'ʂ', r: 'ɻ', z: 'ʦ', c: 'ʦʰ', s: 's',
}; // prettier-ignore

/** `0` is where the tone stands. */
const finals: Readonly<Record<string, string>> = {
  a: 'a0', ai: 'ai0', an: 'a0n', ang: 'a0ŋ', ao: 'au0', e: 'ɤ0', ei: 'ei0', en: 'ə0n', eng: 'ə0ŋ', er: 'ɚ0', o: 'wo0', ong: 'ʊ0ŋ', ou: 'ou0',
  i: 'i0', ia: 'ja0', ian: 'jɛ0n', iang: 'ja0ŋ', iao: 'jau0', ie: 'je0', in: 'i0n', ing: 'i0ŋ', iong: 'jʊ0ŋ', iou: 'jou0',
  u: 'u0', ua: 'wa0', uai: 'wai0', uan: 'wa0n', uang: 'wa0ŋ', uei: 'wei0', uen: 'wə0n', ueng: 'wə0ŋ', uo: 'wo0',
  ü: 'y0', üan: 'ɥɛ0n', üe: 'ɥe0', ün: 'y0n',
}; // prettier-ignore

const tones = ['', '→', '↗', '↓', '↘', ''];

/** `zhong1`; undefined where it is no syllable. */
export function mandarinPhonemes(syllable: string): string | undefined {
  const [, initial = '', spelt = '', tone = '5'] =
    /^(zh|ch|sh|[bpmfdtnlgkhjqxrzcs])?([a-zü]+)([0-5])?$/.exec(syllable.toLowerCase().replaceAll('v', 'ü')) ?? [];
  const final = spelling(initial, spelt);
  const sound = isBuzzed(initial, final) ? 'ɨ0' : finals[final];
  if (sound === undefined) return undefined;
  return (initials[initial] ?? '') + sound.replace('0', tones[Number(tone)]!);
} // prettier-ignore

/** The final as it is, whatever the spelling saves: yi, wu, ju, niu, gui, lun. */
function spelling(initial: string, spelt: string): string {
  if (initial === '' && spelt.startsWith('yu')) return `ü${spelt.slice(2)}`;
  if (initial === '' && spelt.startsWith('y')) return spelt[1] === 'i' ? spelt.slice(1) : known(`i${spelt.slice(1)}`);
  if (initial === '' && spelt.startsWith('w')) return spelt[1] === 'u' ? 'u' : known(`u${spelt.slice(1)}`);
  if (/^[jqx]$/.test(initial) && spelt.startsWith('u')) return `ü${spelt.slice(1)}`;
  return known(spelt);
} // prettier-ignore

function known(final: string): string {
  return { iu: 'iou', ui: 'uei', un: 'uen' }[final] ?? final;
}

/** The vowel of zhi, chi, shi, ri, zi, ci, si. */
function isBuzzed(initial: string, final: string): boolean {
  return final === 'i' && /^(zh|ch|sh|r|z|c|s)$/.test(initial);
}
