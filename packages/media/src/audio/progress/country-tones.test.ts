import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countries, knownCountry, readCadence, tonesOf, type Country } from './country-tones.ts';

const file = join(
  process.env['SEATGRID_DATA'] ?? '../shared/data',
  'telephony/call_progress_tones_asterisk.csv',
);
const isPresent = existsSync(file);
if (!isPresent) console.warn(`SKIPPED: no list of tones at ${file} (set SEATGRID_DATA)`);

/** Ours, where the list gives what another edition of the supplement has, or a tone that differs in loudness alone. */
const differing: Readonly<Record<string, readonly string[]>> = {
  // 375 on, 375 off, of alternating loudness, which the list writes as another frequency.
  au: ['congestion'],
  jp: ['ringback'],
};

const names = { dial: 'dial', ring: 'ringback', busy: 'busy', congestion: 'congestion' } as const;

test.skipIf(!isPresent)(
  'every country of the list has a row, and its rhythms and frequencies are ours',
  () => {
    let compared = 0;
    const seen = new Set<Country>();
    for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
      const [, code = '', tone = '', quoted, plain] =
        /^([^,]*),[^,]*,([^,]*),(?:"([^"]*)"|(.*))$/.exec(line) ?? [];
      // North America of 1950 is no country.
      if (code === 'us-old' || !Object.hasOwn(names, tone)) continue;
      const country = knownCountry(code)!;
      expect(country, code).toBeDefined();
      seen.add(country);
      const name = names[tone as keyof typeof names];
      if (differing[country]?.includes(name)) continue;
      const ours = readCadence(tonesOf(country)[name]);
      const sound = ours.frequenciesHz.join('+') + (ours.swellHz === undefined ? '' : `*${ours.swellHz}`);
      const steps = ours.pairs.map(({ onMs, offMs }) => `${sound}/${onMs},0/${offMs}`);
      expect(ours.pairs.length === 0 ? sound : steps.join(), `${country} ${name}`).toBe(quoted ?? plain);
      compared += 1;
    }
    expect(seen.size).toBeGreaterThanOrEqual(40);
    expect(compared).toBeGreaterThan(155);
  },
);

test('a country is found by its code in either case, and what we do not know is unknown', () => {
  expect(countries.length).toBeGreaterThanOrEqual(40);
  expect(knownCountry('CN')).toBe('cn');
  expect(knownCountry('uk')).toBe('gb');
  expect(knownCountry('xx')).toBeUndefined();
  expect(knownCountry('constructor')).toBeUndefined();
});
