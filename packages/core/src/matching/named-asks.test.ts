/** One agent asked for by name: each way it can end, and who hears of it. */
import { expect, test } from 'vitest';
import type { NodeId } from '../kernel/ids.ts';
import { matchAnswerMaxMs, namedAsksMax } from './limits.ts';
import { NamedAsks } from './named-asks.ts';

const [A, B] = ['A', 'B'] as readonly string[] as readonly [NodeId, NodeId];
const asked = (matchId = 'm1') => ({ matchId, homeNodeId: A });

test('the host says that it keeps them, once, and the home hears it', () => {
  const asks = new NamedAsks();
  expect(asks.ask(asked(), B, 0)).toBe(true);
  expect(asks.answered('m1', A, true, 5)).toBeUndefined();
  expect(asks.answered('m1', B, true, 5)).toBe(A);
  expect(asks.answered('m1', B, true, 6)).toBeUndefined();
});

test('a host that refuses has answered', () => {
  const asks = new NamedAsks();
  asks.ask(asked(), B, 0);
  expect(asks.answered('m1', B, false, 5)).toBe(A);
  expect(asks.answered('m1', B, true, 6)).toBeUndefined();
});

test('a host that answers too late keeps them for nobody', () => {
  const asks = new NamedAsks();
  asks.ask(asked(), B, 0);
  expect(asks.answered('m1', B, true, matchAnswerMaxMs + 1)).toBeUndefined();
});

test('a home that dials nobody after all has the host let go, before its answer and after; others do not', () => {
  const asks = new NamedAsks();
  asks.ask(asked(), B, 0);
  expect(asks.dropped('m1', B)).toBeUndefined();
  expect(asks.dropped('m1', A)).toBe(B);
  expect(asks.answered('m1', B, true, 5)).toBeUndefined();
  asks.ask(asked('m2'), B, 0);
  asks.answered('m2', B, true, 5);
  expect(asks.dropped('m2', A)).toBe(B);
});

test('whoever is signed in at the home itself is its own to ring', () => {
  expect(new NamedAsks().ask(asked(), A, 0)).toBe(false);
});

test('what nobody answered makes room again', () => {
  const asks = new NamedAsks();
  for (let each = 0; each < namedAsksMax; each++) asks.ask(asked(`m${each}`), B, 0);
  expect(asks.ask(asked('one more'), B, matchAnswerMaxMs)).toBe(false);
  expect(asks.ask(asked('one more'), B, 2 * matchAnswerMaxMs + 1)).toBe(true);
});
