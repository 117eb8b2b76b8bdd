import { expect, test } from 'vitest';
import { edited, redone, startHistory, undone } from './edit-history.ts';

test('goes back and forth over edits', () => {
  const history = edited(edited(startHistory('a'), 'b'), 'c');
  expect(undone(history).present).toBe('b');
  expect(undone(undone(undone(history))).present).toBe('a');
  expect(redone(undone(history)).present).toBe('c');
  expect(redone(history)).toBe(history);
});

test('typing into one field is one step back', () => {
  let history = startHistory('');
  for (const text of ['h', 'he', 'hel']) history = edited(history, text, 'title');
  expect(undone(history).present).toBe('');
});

test('another field begins a new step back, and so does an undo', () => {
  let history = edited(edited(startHistory(''), 'x', 'one'), 'xy', 'two');
  expect(undone(history).present).toBe('x');
  history = edited(undone(history), 'xz', 'one');
  expect(undone(history).present).toBe('x');
});

test('an edit forgets what was undone', () => {
  const history = edited(undone(edited(startHistory('a'), 'b')), 'c');
  expect(redone(history).present).toBe('c');
  expect(history.future).toEqual([]);
});

test('an edit that changes nothing is none', () => {
  const history = startHistory('a');
  expect(edited(history, 'a')).toBe(history);
});
