import { expect, test } from 'vitest';
import type { FlowDraft } from './flow-draft.ts';
import { outlineOf } from './flow-outline.ts';

const draft: FlowDraft = {
  name: 'Hotline',
  start: 'hello',
  steps: {
    hello: { kind: 'say', text: {}, next: 'menu' },
    menu: {
      kind: 'menu',
      welcome: [],
      prompt: [],
      invalid: [],
      choices: { '1': { label: 'Sales', next: 'sales' }, '9': { label: 'Again', next: 'hello' } },
      timeoutMs: 5_000,
      attempts: 3,
      otherwise: '',
    },
    sales: { kind: 'say', text: {}, next: 'bye' },
    bye: { kind: 'hang-up', say: [] },
    lost: { kind: 'say', text: {}, next: 'bye' },
  },
};

test('writes each step once, indented by its branches, and what nothing leads to last', () => {
  const lines = outlineOf(draft).map(
    (row) =>
      `${'  '.repeat(row.depth)}${row.via ? `${row.via.field}: ` : ''}${row.key || '?'} (${row.kind})${row.isReached ? '' : ' apart'}`,
  );
  expect(lines).toEqual([
    'hello (step)',
    'next: menu (step)',
    '  choices.1: sales (step)',
    '  next: bye (step)',
    '  choices.9: hello (reference)',
    '  otherwise: ? (open)',
    'lost (step) apart',
    'next: bye (reference) apart',
  ]);
});

test('gives every row its own name', () => {
  const ids = outlineOf(draft).map((row) => row.id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('ends on a flow that goes round', () => {
  const round: FlowDraft = {
    name: 'Round',
    start: 'a',
    steps: { a: { kind: 'say', text: {}, next: 'b' }, b: { kind: 'say', text: {}, next: 'a' } },
  };
  expect(outlineOf(round).map((row) => row.kind)).toEqual(['step', 'step', 'reference']);
});
