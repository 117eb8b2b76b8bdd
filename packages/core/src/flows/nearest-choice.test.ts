import { expect, test } from 'vitest';
import { nearestChoice, phrasesIn } from './nearest-choice.ts';

const words = (text: string) => text.split(' ').filter((word) => word !== '');
const menu = ['billing|my bill', 'technical support|help', 'sales', 'cha xun yu e', 'tou su'];
const choices = menu.map((phrases) => phrases.split('|').map(words));

test.each<[heard: string, chosen: string | undefined, distance: number, isTied?: 'tied']>([
  ['technical support', 'technical support|help', 0],
  ['i would like technical support please', 'technical support|help', 0.2],
  ['technical supports', 'technical support|help', 0.06],
  ['bill', 'billing|my bill', 0.43],
  ['sails', 'sales', 0.4],
  ['zha xun yu e', 'cha xun yu e', 0.08],
  ['wo yao tou shu', 'tou su', 0.27],
  ['sales or billing', 'billing|my bill', 0.2, 'tied'],
  ['thank you for watching', 'cha xun yu e', 0.76],
  ['', undefined, 0],
])('%j is nearest to %j', (heard, chosen, distance, isTied) => {
  const nearest = nearestChoice(words(heard), choices);
  expect(nearest && menu[nearest.index]).toBe(chosen);
  if (!nearest) return;
  expect(nearest.distance).toBeCloseTo(distance, 1);
  if (distance < 0.5) expect(nearest.isTied).toBe(isTied === 'tied');
});

test('a choice without a phrase is chosen by nobody’s voice', () => {
  expect(nearestChoice(['yes'], [[], [[]]])).toBeUndefined();
});

test('phrases of one text are told apart by commas of either kind, or by lines', () => {
  expect(phrasesIn('bill, my bill\n账单，我的账单、 ')).toEqual(['bill', 'my bill', '账单', '我的账单']);
});
