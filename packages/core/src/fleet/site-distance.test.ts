import { expect, test } from 'vitest';
import type { SiteId } from '../kernel/ids.ts';
import { siteDistance, type SitePlace } from './site-distance.ts';

const site = (id: string, place: SitePlace['place'], weight = 100): SitePlace => ({
  id: id as SiteId,
  place,
  weight,
});
const beijing = site('beijing', { latitude: 39.9, longitude: 116.4 });
const shanghai = site('shanghai', { latitude: 31.23, longitude: 121.47 });
const [from, to] = [beijing.id, shanghai.id];

test('F-14: Beijing and Shanghai are some 1,070 km apart, both ways, and a site is not away from itself', () => {
  const distance = siteDistance([beijing, shanghai]);
  expect(distance(from, to)).toBeGreaterThan(1_050);
  expect(distance(from, to)).toBeLessThan(1_090);
  expect(distance(to, from)).toBeCloseTo(distance(from, to));
  expect(distance(from, from)).toBe(0);
});

test('a site of twice the weight counts as twice as far away, for whoever calls elsewhere', () => {
  const plain = siteDistance([beijing, shanghai])(from, to);
  const distance = siteDistance([beijing, { ...shanghai, weight: 200 }]);
  expect(distance(from, to)).toBeCloseTo(2 * plain);
  expect(distance(to, to)).toBe(0);
});

test('what has no place, or is at no site, is further than all that has', () => {
  const nowhere = site('nowhere', null);
  const distance = siteDistance([beijing, shanghai, nowhere]);
  for (const far of [nowhere.id, null, 'unknown' as SiteId])
    expect(distance(from, far)).toBeGreaterThan(distance(from, to) * 10);
  expect(distance(nowhere.id, to)).toBeGreaterThan(20_000);
});
