/** A carrier's number format as the form holds it. */
import type { NumberFormat } from '@seatgrid/core/numbers/number-format.ts';

export type FormatDraft = Omit<NumberFormat, 'unprefixed'> & {
  /** Beginnings, apart by spaces or commas. */
  unprefixed: string;
};

/** What a carrier in China usually wants. */
const atFirst: NumberFormat = {
  countryCode: '86',
  areaCode: '',
  nationalPrefix: '0',
  unprefixed: ['13', '14', '15', '16', '17', '18', '19', '400', '800'],
  internationalPrefix: '00',
  bare: 'national',
  sent: 'plus',
  strip: 0,
  add: '',
};

export function formatDraft(format: NumberFormat | null | undefined): FormatDraft {
  const { unprefixed, ...rest } = format ?? atFirst;
  return { ...rest, unprefixed: unprefixed.join(' ') };
}

export function formatOf({ unprefixed, ...rest }: FormatDraft) {
  return { ...rest, unprefixed: unprefixed.split(/[\s,;，、]+/).filter(Boolean) };
}
