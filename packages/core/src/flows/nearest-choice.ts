/**
 * D-19: which of the choices a caller meant by what was understood. Words are compared by their letters, Chinese by the syllables it is
 * spoken in (whoever cuts a text into words sees to that), so that what sounds alike is near. A choice may be said within a sentence.
 */
export interface Nearest {
  /** Of the choice. */
  readonly index: number;
  /** From 0, as it was offered, to 1, nothing of it was said. */
  readonly distance: number;
  /** Another choice is as near, or nearly. */
  readonly isTied: boolean;
}

/** A word, or one of its syllables. */
export type Words = readonly string[];

/** A word beyond the choice’s own, as in *I would like …*, next to a word of it that is missing. */
const extraWord = 0.1;
const tieMargin = 0.1;

/** `choices`: of each, the phrases it may be said by. Undefined where nothing was said, or none has a phrase. */
export function nearestChoice(heard: Words, choices: readonly (readonly Words[])[]): Nearest | undefined {
  if (heard.length === 0) return undefined;
  const near = choices
    .map((phrases, index) => ({ index, distance: Math.min(...phrases.map((one) => distance(heard, one))) }))
    .filter((one) => Number.isFinite(one.distance))
    .sort((one, other) => one.distance - other.distance);
  const [first, second] = near;
  if (!first) return undefined;
  return { ...first, isTied: second !== undefined && second.distance - first.distance < tieMargin };
}

/** Levenshtein’s, over words: what of the phrase is missing or another, as a share of it. */
function distance(heard: Words, phrase: Words): number {
  if (phrase.length === 0) return Infinity;
  let row = heard.map((_, index) => (index + 1) * extraWord);
  row.unshift(0);
  for (const [at, word] of phrase.entries()) {
    const next = [at + 1];
    for (const [index, other] of heard.entries())
      next.push(
        Math.min(row[index]! + unlikeness(word, other), row[index + 1]! + 1, next[index]! + extraWord),
      );
    row = next;
  }
  return Math.min(1, row.at(-1)! / phrase.length);
}

/** The same over letters, as a share of the longer word. */
function unlikeness(one: string, other: string): number {
  if (one === other) return 0;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 0; at < one.length; at++) {
    const next = [at + 1];
    for (let index = 0; index < other.length; index++)
      next.push(
        Math.min(row[index]! + (one[at] === other[index] ? 0 : 1), row[index + 1]! + 1, next[index]! + 1),
      );
    row = next;
  }
  return row.at(-1)! / Math.max(one.length, other.length);
}

/** The phrases of one text: several are told apart by commas, or lines. */
export function phrasesIn(text: string): string[] {
  return text
    .split(/[,，、;；\n]+/)
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '');
}
