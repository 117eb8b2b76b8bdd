/** Digits one by one, and telephone numbers in breaths of a few. What is no digit stays as it is written. */
import { chineseDigits } from './chinese-number.ts';
import { englishDigits } from './english-number.ts';
import { phoneGroupDigitsMax } from './limits.ts';
import type { Tongue } from './tongue.ts';

export function spokenDigits(text: string, tongue: Tongue): string {
  return text.trim().replaceAll(/[0-9]+/g, (digits) => one(digits, tongue));
}

/** Where its writer put blanks, breath is drawn; else after every few digits. A Mandarin speaker says 幺 for one. */
export function spokenPhone(text: string, tongue: Tongue): string {
  const isAbroad = text.trim().startsWith('+');
  const groups = (text.match(/[0-9]+/g) ?? []).flatMap(grouped);
  const said = groups.map((group) => one(group, tongue)).join(tongue === 'english' ? ', ' : '，');
  const heard = tongue === 'mandarin' ? said.replaceAll('一', '幺') : said;
  return isAbroad ? `${tongue === 'english' ? 'plus ' : '加'}${heard}` : heard;
}

function one(digits: string, tongue: Tongue): string {
  return tongue === 'english' ? englishDigits(digits) : chineseDigits(digits);
}

/** From the end, so that the last breaths are whole: 138 0013 8000. */
function grouped(digits: string): string[] {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= phoneGroupDigitsMax)
    groups.unshift(digits.slice(Math.max(0, end - phoneGroupDigitsMax), end));
  return groups;
}
