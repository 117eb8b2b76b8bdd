import { expect, test } from 'vitest';
import { checkCatalogue } from '../i18n/check-catalogue.ts';
import { issueWord } from './issue-words.ts';
import { recordWords } from './record-words.ts';

test('the words of lists and forms are whole in every language', () => {
  expect(checkCatalogue(recordWords)).toEqual([]);
});

test.each([
  [{ code: 'too_small', origin: 'string', minimum: 1, message: '', path: [] }, 'issue.required'],
  [
    { code: 'too_small', origin: 'string', minimum: 10, message: 'at least 10 characters', path: [] },
    'issue.short',
  ],
  [{ code: 'too_small', origin: 'array', minimum: 1, message: '', path: [] }, 'issue.few'],
  [{ code: 'too_big', origin: 'number', maximum: 9, message: '', path: [] }, 'issue.big'],
  [
    { code: 'invalid_type', message: 'Invalid input: expected string, received undefined', path: [] },
    'issue.required',
  ],
  [{ code: 'invalid_format', format: 'uuid', message: 'Invalid UUID', path: [] }, 'issue.choose'],
  [
    { code: 'invalid_format', format: 'regex', message: 'a number in E.164, such as +86', path: [] },
    'issue.e164',
  ],
  [{ code: 'custom', message: 'each once', path: [] }, 'issue.once'],
  [{ code: 'custom', message: 'something new', path: [] }, 'issue.other'],
])('tells %j as %s', (issue, word) => {
  expect(issueWord(issue).word).toBe(word);
});
