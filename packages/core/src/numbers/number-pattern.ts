/**
 * What stands in a list of callers: one number, all that begin alike (`138*`), or all between two of equal length
 * (`13800130000~13800139999`). With a plus or `00` before it, it is meant as people abroad write it; without, as at home.
 */
export type NumberPattern = {
  /** Begins with a country code. */
  readonly isInternational: boolean;
} & (
  | { readonly kind: 'number' | 'prefix'; readonly digits: string }
  | { readonly kind: 'range'; readonly first: string; readonly last: string }
);

export interface WrittenNumber {
  readonly isInternational: boolean;
  readonly digits: string;
}

/** Undefined where it is no number: a withheld one, a name. */
export function readNumber(written: string): WrittenNumber | undefined {
  const text = written.replace(/[-. ()]/g, '');
  if (!/^\+?[0-9]{2,20}$/.test(text)) return undefined;
  if (text.startsWith('+')) return { isInternational: true, digits: text.slice(1) };
  if (text.startsWith('00')) return { isInternational: true, digits: text.slice(2) };
  return { isInternational: false, digits: withoutTrunkZero(text) };
}

export function readNumberPattern(written: string): NumberPattern | undefined {
  const text = written.trim();
  const [first, last, ...rest] = text.split(/\s*[~～–]\s*/);
  if (last !== undefined) return rest.length > 0 ? undefined : rangeOf(first!, last);
  if (!text.endsWith('*')) {
    const number = readNumber(text);
    return number && { kind: 'number', ...number };
  }
  const prefix = readPrefix(text.slice(0, -1));
  return prefix && { kind: 'prefix', ...prefix };
}

/** One way of writing a pattern, so that the same stands in a list once. */
export function writeNumberPattern(pattern: NumberPattern): string {
  const sign = pattern.isInternational ? '+' : '';
  if (pattern.kind === 'range') return `${sign}${pattern.first}~${sign}${pattern.last}`;
  return `${sign}${pattern.digits}${pattern.kind === 'prefix' ? '*' : ''}`;
}

function readPrefix(written: string): WrittenNumber | undefined {
  const text = written.replace(/[-. ()]/g, '');
  if (!/^\+?[0-9]{1,19}$/.test(text)) return undefined;
  if (text.startsWith('+')) return { isInternational: true, digits: text.slice(1) };
  if (text.startsWith('00') && text.length > 2) return { isInternational: true, digits: text.slice(2) };
  const digits = withoutTrunkZero(text);
  return digits === '' ? undefined : { isInternational: false, digits };
}

function rangeOf(from: string, to: string): NumberPattern | undefined {
  const first = readNumber(from);
  const last = readNumber(to);
  if (!first || !last || first.isInternational !== last.isInternational) return undefined;
  if (first.digits.length !== last.digits.length || first.digits > last.digits) return undefined;
  return { kind: 'range', isInternational: first.isInternational, first: first.digits, last: last.digits };
}

/** At home a number may be written with the zero before its area code, or without. */
function withoutTrunkZero(digits: string): string {
  return digits.startsWith('0') ? digits.slice(1) : digits;
}

/** A number without its country code, which is 1 to 3 digits (ITU-T E.164 §6.2.1). */
export function nationalDigits(international: string): string {
  const codeDigits = /^[17]/.test(international) ? 1 : twoDigitCodes.has(international.slice(0, 2)) ? 2 : 3;
  return withoutTrunkZero(international.slice(codeDigits));
}

/** ITU-T E.164, list of assigned country codes: what is neither 1, 7 nor here has three digits. */
const twoDigitCodes = new Set([
  '20', '27', '30', '31', '32', '33', '34', '36', '39', '40', '41', '43', '44', '45', '46', '47', '48', '49', '51', '52', '53', '54', '55', '56',
  '57', '58', '60', '61', '62', '63', '64', '65', '66', '81', '82', '84', '86', '90', '91', '92', '93', '94', '95', '98',
]); // prettier-ignore
