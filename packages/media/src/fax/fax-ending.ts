/** How a fax came to its end, in the product's words. */

export const faxEndings = [
  'complete',
  /** The call ended, or its sound, while pages were on their way. */
  'line-lost',
  /** Nobody sent a fax. */
  'no-fax',
  /** The other end stopped by its own choice. */
  'sender-stopped',
  'poor-line',
  'incompatible',
  /** Longer, or larger, than one fax may be. */
  'too-long',
  /** Ours. */
  'fault',
] as const;
export type FaxEnding = (typeof faxEndings)[number];

/** `T30_ERR_RX_T2EXPDCN`: every page was taken and confirmed, and the good-bye alone is missing. */
const goodbyeMissing = 29;
/** `T30_ERR_RETRYDCN`: nobody answered what was said again and again. */
const unanswered = 48;
const callDropped = 49;

/**
 * Of spandsp's completion codes, `T30_ERR_…`. Deviation (ITU-T T.30 §5.4.3): where nobody sends, the library does not wait for T1
 * (35 s), but says who it is six times and gives up after some 21 s.
 */
export function faxEndingOf(completion: number, wasAnswered: boolean): FaxEnding {
  if (completion === 0 || completion === goodbyeMissing) return 'complete';
  if (completion <= 3 || (completion === unanswered && !wasAnswered)) return 'no-fax';
  if (completion === callDropped) return 'line-lost';
  if (completion >= 7 && completion <= 12) return 'incompatible';
  if (completion >= 35 && completion <= 40) return 'sender-stopped';
  if (completion >= 41 && completion <= 47) return 'fault';
  return 'poor-line';
}
