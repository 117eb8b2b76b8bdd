/**
 * How a carrier writes telephone numbers, and the two ways between that and E.164, which is what everything inside means.
 * What is no subscriber's number (110, 10086, *21#) goes through as it is.
 */
export const sentForms = ['as-dialled', 'plus', 'digits', 'national'] as const;

export interface NumberFormat {
  /** Of the place where the trunk ends, without plus: `86`. */
  readonly countryCode: string;
  /** Put before numbers as short as neighbours dial them: `10` in Beijing; empty: none are so short. */
  readonly areaCode: string;
  /** Before a national number, `0`; and the beginnings of those that are written without it: `13`, `400`. */
  readonly nationalPrefix: string;
  readonly unprefixed: readonly string[];
  /** Before a country code: `00`. */
  readonly internationalPrefix: string;
  /** What digits without any prefix mean. */
  readonly bare: 'national' | 'international';
  /** How numbers are written to the carrier: as they were dialled, `+8610…`, `8610…`, or `010…` within the country. */
  readonly sent: (typeof sentForms)[number];
  /** Of the number dialled, last of all: so many digits off its beginning, and these before it. */
  readonly strip: number;
  readonly add: string;
}

/** Service numbers are no longer than this, subscribers' numbers no shorter. */
const serviceNumberDigitsMax = 6;
/** Without its area code a number has so many at most. */
const localNumberDigitsMax = 8;
/** ITU-T E.164 §6.1. */
const e164Pattern = /^\+[1-9][0-9]{6,14}$/;

/** What the carrier, or somebody dialling at this place, wrote; undefined where it is no subscriber's number. */
export function toE164(written: string, format: NumberFormat): string | undefined {
  const text = written.replace(/[-. ()]/g, '');
  if (text.startsWith('+')) return e164Pattern.test(text) ? text : undefined;
  if (!/^[0-9]+$/.test(text) || text.length <= serviceNumberDigitsMax) return undefined;
  const e164 = '+' + internationalDigits(text, format);
  return e164Pattern.test(e164) ? e164 : undefined;
}

function internationalDigits(digits: string, format: NumberFormat): string {
  const { countryCode, areaCode, nationalPrefix, internationalPrefix, bare } = format;
  if (internationalPrefix !== '' && digits.startsWith(internationalPrefix))
    return digits.slice(internationalPrefix.length);
  if (nationalPrefix !== '' && digits.startsWith(nationalPrefix))
    return countryCode + digits.slice(nationalPrefix.length);
  if (areaCode !== '' && digits.length <= localNumberDigitsMax) return countryCode + areaCode + digits;
  return bare === 'international' ? digits : countryCode + digits;
}

/** A number that was dialled, as this carrier wants it. */
export function calledNumberFor(dialled: string, format: NumberFormat): string {
  const whole = numberFor(dialled, format);
  return format.add + whole.slice(format.strip);
}

/** A caller's number, as this carrier wants it. */
export function numberFor(number: string, format: NumberFormat): string {
  const e164 = format.sent === 'as-dialled' ? undefined : toE164(number, format);
  if (e164 === undefined) return number;
  switch (format.sent) {
    case 'plus':
      return e164;
    case 'digits':
      return e164.slice(1);
    default:
      return nationalForm(e164.slice(1), format);
  }
}

function nationalForm(digits: string, format: NumberFormat): string {
  const { countryCode, nationalPrefix, internationalPrefix, unprefixed } = format;
  if (!digits.startsWith(countryCode)) return internationalPrefix + digits;
  const national = digits.slice(countryCode.length);
  return unprefixed.some((beginning) => national.startsWith(beginning))
    ? national
    : nationalPrefix + national;
}
