import { expect, test } from 'vitest';
import { englishPhonemes } from './english-phonemes.ts';
import { kokoroSentences } from './kokoro-text.ts';
import { mandarinPhonemes } from './mandarin-phonemes.ts';

test.each([
  ['zhong1', 'ꭧʊ→ŋ'], ['guo2', 'kwo↗'], ['ni3', 'ni↓'], ['hao3', 'xau↓'], ['shi4', 'ʂɨ↘'], ['zi0', 'ʦɨ'], ['yi1', 'i→'],
  ['you3', 'jou↓'], ['wu3', 'u↓'], ['wei4', 'wei↘'], ['yuan2', 'ɥɛ↗n'], ['yu2', 'y↗'], ['ju2', 'ʨy↗'], ['xue2', 'ɕɥe↗'], ['lv4', 'ly↘'],
  ['liu4', 'ljou↘'], ['gui4', 'kwei↘'], ['lun2', 'lwə↗n'], ['er4', 'ɚ↘'], ['bo1', 'pwo→'], ['ying1', 'i→ŋ'], ['qiong2', 'ʨʰjʊ↗ŋ'], ['wen4', 'wə↘n'],
])('%s is %s', (syllable, phonemes) => {
  expect(mandarinPhonemes(syllable)).toBe(phonemes);
}); // prettier-ignore

test('what is no syllable has no phonemes', () => {
  for (const one of ['', 'abc', 'q', '1']) expect(mandarinPhonemes(one)).toBeUndefined();
});

test('English sounds are one letter each where Kokoro has one', () => {
  expect(englishPhonemes('həlˈo^ʊ tədˈe^ɪ tʃˈaɪ d^ʒˈɑːlɚz bˈɜːd')).toBe('həlˈO tədˈA tʃˈaɪ ʤˈɑləɹz bˈɜɹd');
});

test('sentences part, figures are words, and each script is read by its own reader', async () => {
  const heard: string[] = [];
  const readers = {
    pinyin: (text: string) => (heard.push(text), [[...text].map(() => 'ma1')].flat().map((one) => [one])),
    ipa: async (text: string) => (heard.push(text), 'ˈe^ɪ'),
  };
  const sentences = await kokoroSentences('您好，VIP客户。共12元！', 'mandarin', readers);
  expect(heard).toEqual(['您好', 'VIP', '客户', '共十二元']);
  expect(sentences).toEqual(['ma→ ma→, ˈA ma→ ma→.', 'ma→ ma→ ma→ ma→!']);
});
