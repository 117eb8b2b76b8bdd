/**
 * The faults a contract's schema finds, as words of the catalogue. A schema tells its own rules in English, for engineers;
 * people at a form read them in their language.
 */
import type { RecordWord } from './record-words.ts';

/** What a schema says of one fault; the shape zod gives. */
export interface Issue {
  readonly code?: string | undefined;
  readonly message: string;
  readonly path: readonly PropertyKey[];
  readonly origin?: string | undefined;
  readonly minimum?: number | bigint | undefined;
  readonly maximum?: number | bigint | undefined;
  readonly format?: string | undefined;
  readonly input?: unknown;
}

export interface IssueWord {
  readonly word: RecordWord;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Sentences of the contracts, told apart by what they begin with. */
const sentences: readonly (readonly [string, RecordWord])[] = [
  ['a number in E.164', 'issue.e164'],
  ['2 to 8 digits', 'issue.extension'],
  ['lower-case letters, digits and hyphens, beginning', 'issue.slug'],
  ['an IANA time zone', 'issue.zone'],
  ['1 to 12 letters', 'issue.code'],
  ['must be later than', 'issue.later'],
  ['HH:MM', 'issue.time'],
  ['a variable: ', 'issue.variable'],
  ['each once', 'issue.once'],
  ['a host name or an address', 'issue.host'],
  ['an address that begins with http', 'issue.url'],
  ['PEM: ', 'issue.pem'],
  ['a service’s name', 'issue.name'],
];

export function issueWord(issue: Issue): IssueWord {
  const sentence = sentences.find(([beginning]) => issue.message.startsWith(beginning));
  if (sentence) return { word: sentence[1] };
  switch (issue.code) {
    case 'too_small': {
      const min = Number(issue.minimum);
      if (issue.origin === 'string')
        return min <= 1 ? { word: 'issue.required' } : { word: 'issue.short', values: { min } };
      return { word: issue.origin === 'array' ? 'issue.few' : 'issue.small', values: { min } };
    }
    case 'too_big': {
      const max = Number(issue.maximum);
      if (issue.origin === 'string') return { word: 'issue.long', values: { max } };
      return { word: issue.origin === 'array' ? 'issue.many' : 'issue.big', values: { max } };
    }
    case 'invalid_type':
      if (issue.message.includes('expected int')) return { word: 'issue.whole' };
      return { word: 'issue.required' };
    case 'invalid_value':
    case 'invalid_union':
      return { word: 'issue.choose' };
    case 'invalid_format':
      if (issue.format === 'email') return { word: 'issue.email' };
      if (issue.format === 'uuid') return { word: 'issue.choose' };
      break;
    default:
      break;
  }
  return { word: 'issue.other', values: { message: issue.message } };
}
