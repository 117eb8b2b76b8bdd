import { expect, test } from 'vitest';
import type { WebButtonId } from '@seatgrid/core/numbers/web-button.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { visitorTokenMaxMs, visitorTokensMax } from './limits.ts';
import { VisitorTokens } from './visitor-tokens.ts';

const button = 'b' as WebButtonId;

test('a token opens once, for its button, from the address that loaded the page, while it is fresh', () => {
  const tokens = new VisitorTokens(createSeededRandom(1));
  const [first, second] = [tokens.give(button, '192.0.2.7', 0)!, tokens.give(button, '192.0.2.7', 0)!];
  expect(tokens.take(first, '192.0.2.8', 1)).toBeUndefined();
  expect(tokens.take(first, '192.0.2.7', 1)).toBe(button);
  expect(tokens.take(first, '192.0.2.7', 1)).toBeUndefined();
  expect(tokens.take(second, '192.0.2.7', visitorTokenMaxMs)).toBeUndefined();
  expect(tokens.take('made-up', '192.0.2.7', 1)).toBeUndefined();
});

test('pages that never call do not fill the node: no more are handed out, until the oldest are stale', () => {
  const tokens = new VisitorTokens(createSeededRandom(2));
  for (let given = 0; given < visitorTokensMax; given++)
    expect(tokens.give(button, '192.0.2.7', given)).toBeDefined();
  expect(tokens.give(button, '192.0.2.7', visitorTokensMax)).toBeUndefined();
  expect(tokens.give(button, '192.0.2.7', visitorTokenMaxMs)).toBeDefined();
});
