import { expect, test } from 'vitest';
import { weigh } from './site-weight.ts';

const day = (date: string, octets: number) => ({ date, durationMs: octets / 4, octets, copiedOctets: 0, waitingOctets: octets }); // prettier-ignore
const days = Array.from({ length: 30 }, (_, at) => day(`2026-11-${String(at + 1).padStart(2, '0')}`, at < 22 ? 0 : 100_000_000)); // prettier-ignore
const recorded = { recordings: 80, durationMs: 720_000_000, octets: 800_000_000, copiedOctets: 0, waitingOctets: 800_000_000, refused: 0, days }; // prettier-ignore
const site = (id: string, more: object) => ({ id, name: id, timeZone: 'UTC', place: null, weight: 100, lineUpKbits: null, recordingUpload: null, ...more }) as never; // prettier-ignore
const policy = { octetsPerDay: 150_000_000, fromTime: '22:00', toTime: '06:00', callsMax: 2 };
const weighed = (more: object, nodes = 1) =>
  weigh(
    [site('a', more)],
    Array.from({ length: nodes }, () => ({ siteId: 'a' })),
    [{ ...recorded, siteId: 'a' }] as never,
  )[0]!;

test('what waits is brought by what is left of the budget beside what is recorded meanwhile', () => {
  expect(weighed({ recordingUpload: policy })).toMatchObject({
    recordedOctetsADay: 100_000_000,
    uploadableOctetsADay: 150_000_000,
    daysLeft: 16,
    lineShare: null,
  });
  expect(weighed({ recordingUpload: policy }, 2).daysLeft).toBe(4);
});

test('a site whose budget, or line, is less than it records never gets there; one without a policy keeps them', () => {
  expect(weighed({ recordingUpload: { ...policy, octetsPerDay: 90_000_000 } }).daysLeft).toBeNull();
  const { uploadableOctetsADay, lineShare, daysLeft } = weighed({
    recordingUpload: { ...policy, toTime: '02:00' },
    lineUpKbits: 64,
  });
  expect([uploadableOctetsADay, daysLeft]).toEqual([8_000 * 4 * 3_600 * 0.6, null]);
  expect(lineShare).toBeCloseTo(100_000_000 / (8_000 * 86_400));
  expect(weighed({}).uploadableOctetsADay).toBeNull();
});

test('a site that recorded nothing has nothing to weigh', () => {
  expect(weigh([site('a', {})], [], [{ ...recorded, siteId: 'a', recordings: 0 }] as never)).toEqual([]);
});
