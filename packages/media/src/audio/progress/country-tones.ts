/**
 * Call progress tones by country, as ITU-T E.180 Supplement 2 lists them: what a caller hears of a line's state, and what we know
 * it by at the far end. A row is written `frequencies on/off,on/off…`, in hertz and milliseconds: `440+480` are two tones at
 * once, `400*25` is one that another swells. Where a country lists several forms, the commonest is here.
 */
import { toneCountries, type ToneCountry } from '@seatgrid/core/kernel/tone-country.ts';

export type Country = ToneCountry;

export interface CountryTones {
  readonly dial: string;
  readonly ringback: string;
  readonly busy: string;
  /** Also called reorder: no way through. */
  readonly congestion: string;
}

/** E.180 §7: three rising tones, the same everywhere, before a word that explains. */
export const informationTone = { frequenciesHz: [950, 1_400, 1_800], eachMs: 330, pauseMs: 1_000 } as const;

const rows = {
  at: ['420', '420 1000/5000', '420 400/400', '420 200/200'],
  au: ['413+438', '413+438 400/200,400/2000', '425 375/375', '425 375/375'],
  be: ['425', '425 1000/3000', '425 500/500', '425 167/167'],
  bg: ['425', '425 1000/4000', '425 500/500', '425 250/250'],
  br: ['425', '425 1000/4000', '425 250/250', '425 250/250,750/250'],
  ch: ['425', '425 1000/4000', '425 500/500', '425 200/200'],
  cl: ['400', '400 1000/3000', '400 500/500', '400 200/200'],
  cn: ['450', '450 1000/4000', '450 350/350', '450 700/700'],
  cz: ['425 330/330,660/660', '425 1000/4000', '425 330/330', '425 165/165'],
  de: ['425', '425 1000/4000', '425 480/480', '425 240/240'],
  dk: ['425', '425 1000/4000', '425 500/500', '425 200/200'],
  ee: ['425', '425 1000/4000', '425 300/300', '425 200/200'],
  es: ['425', '425 1500/3000', '425 200/200', '425 200/200,200/200,200/600'],
  fi: ['425', '425 1000/4000', '425 300/300', '425 200/200'],
  fr: ['440', '440 1500/3500', '440 500/500', '440 250/250'],
  gb: ['350+440', '400+450 400/200,400/2000', '400 375/375', '400 400/350,225/525'],
  gr: ['425 200/300,700/800', '425 1000/4000', '425 300/300', '425 200/200'],
  hk: ['350+440', '440+480 400/200,400/3000', '480+620 500/500', '480+620 250/250'],
  hu: ['425', '425 1250/3750', '425 300/300', '425 300/300'],
  id: ['425', '425 1000/4000', '425 500/500', '425 250/250'],
  il: ['414', '414 1000/3000', '414 500/500', '414 250/250'],
  in: ['400*25', '400*25 400/200,400/2000', '400 750/750', '400 250/250'],
  it: ['425 200/200,600/1000', '425 1000/4000', '425 500/500', '425 200/200'],
  jp: ['400', '384+416 1000/2000', '400 500/500', '400 500/500'],
  lt: ['425', '425 1000/4000', '425 350/350', '425 200/200'],
  mo: ['425', '425 1000/4000', '425 500/500', '425 250/250'],
  mx: ['425', '425 1000/4000', '425 250/250', '425 250/250'],
  my: ['425', '425 400/200,400/2000', '425 500/500', '425 500/500'],
  nl: ['425', '425 1000/4000', '425 500/500', '425 250/250'],
  no: ['425', '425 1000/4000', '425 500/500', '425 200/200'],
  nz: ['400', '400+450 400/200,400/2000', '400 500/500', '400 250/250'],
  ph: ['425', '425+480 1000/4000', '480+620 500/500', '480+620 250/250'],
  pl: ['425', '425 1000/4000', '425 500/500', '425 500/500'],
  pt: ['425', '425 1000/5000', '425 500/500', '425 200/200'],
  ru: ['425', '425 1000/4000', '425 350/350', '425 175/175'],
  se: ['425', '425 1000/5000', '425 250/250', '425 250/750'],
  sg: ['425', '425*24 400/200,400/2000', '425 750/750', '425 250/250'],
  th: ['400*50', '420 1000/5000', '400 500/500', '400 300/300'],
  tw: ['350+440', '440+480 1000/2000', '480+620 500/500', '480+620 250/250'],
  us: ['350+440', '440+480 2000/4000', '480+620 500/500', '480+620 250/250'],
  ve: ['425', '425 1000/4000', '425 500/500', '425 250/250'],
  za: ['400*33', '400*33 400/200,400/2000', '400 500/500', '400 250/250'],
} as const satisfies Readonly<Record<Country, readonly [string, string, string, string]>>;

export const defaultCountry: Country = 'cn';
export const countries = toneCountries;

/** Codes that sound as another's row does: Canada, and what the United Kingdom is mostly called. */
const sameAs = new Map<string, Country>([
  ['ca', 'us'],
  ['uk', 'gb'],
]);

/** The country whose tones these are; undefined where we have no row. */
export function knownCountry(code: string): Country | undefined {
  const country = code.toLowerCase();
  return Object.hasOwn(rows, country) ? (country as Country) : sameAs.get(country);
}

export function tonesOf(country: Country): CountryTones {
  const [dial, ringback, busy, congestion] = rows[country];
  return { dial, ringback, busy, congestion };
}

export interface Cadence {
  readonly frequenciesHz: readonly number[];
  /** A tone that swells and ebbs this often a second. */
  readonly swellHz: number | undefined;
  /** Empty where it sounds without pause. */
  readonly pairs: readonly { readonly onMs: number; readonly offMs: number }[];
}

export function readCadence(row: string): Cadence {
  const [sound = '', rhythm] = row.split(' ');
  const [tones = '', swell] = sound.split('*');
  return {
    frequenciesHz: tones.split('+').map(Number),
    swellHz: swell === undefined ? undefined : Number(swell),
    pairs: (rhythm?.split(',') ?? []).map((pair) => {
      const [onMs = 0, offMs = 0] = pair.split('/').map(Number);
      return { onMs, offMs };
    }),
  };
}
