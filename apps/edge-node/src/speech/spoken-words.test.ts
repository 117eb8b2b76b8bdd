import { expect, test } from 'vitest';
import { spokenWords } from './spoken-words.ts';

test.each([
  ['I’d like Technical Support, please.', ['i’d', 'like', 'technical', 'support', 'please']],
  ['查询余额。', ['cha', 'xun', 'yu', 'e']],
  ['查詢餘額', ['cha', 'xun', 'yu', 'e']],
  ['轉接 VIP 客服 2', ['zhuan', 'jie', 'vip', 'ke', 'fu', '2']],
  ['女士', ['nv', 'shi']],
  ['…', []],
])('%j is spoken as %j', async (text, words) => {
  expect(await spokenWords(text)).toEqual(words);
});
