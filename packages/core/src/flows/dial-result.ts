/** What dialling an outside number came to, as a flow may branch on it: by its SIP status, or by what its line sounded like. */
export const dialFailures = ['busy', 'no-answer', 'unknown-number', 'no-way-through', 'failed'] as const;
export type DialFailure = (typeof dialFailures)[number];
export type DialResult = 'answered' | DialFailure;

/** What a dial or an invite step leaves behind for the steps after it. */
export const dialResultVariable = 'dialResult';

/** RFC 3398 §8.2.6.1 read the other way: which statuses say which cause of the telephone network. */
export function dialFailureOf(status: number): DialFailure {
  switch (status) {
    case 486:
    case 600:
    case 603:
      return 'busy';
    case 408:
    case 480:
    case 487:
      return 'no-answer';
    case 404:
    case 410:
    case 484:
    case 604:
      return 'unknown-number';
    case 500:
    case 502:
    case 503:
    case 504:
      return 'no-way-through';
    default:
      return 'failed';
  }
}

/** The status a line means that says it by its sound alone, before anybody has answered; undefined: it says nothing of the kind. */
export function statusOfTone(tone: string): number | undefined {
  return tone === 'busy' ? 486 : tone === 'congestion' ? 503 : tone === 'information' ? 404 : undefined;
}
