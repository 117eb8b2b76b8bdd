import { expect, test } from 'vitest';
import { comparePasswordWithNobody, hashPassword, isPassword } from './password.ts';

test('a password is known again, another is not, and rubbish in the row lets nobody in', async () => {
  const hashed = await hashPassword('correct horse');
  expect(hashed).toMatch(/^\$argon2id\$/);
  expect(await hashPassword('correct horse')).not.toBe(hashed);
  expect(await isPassword(hashed, 'correct horse')).toBe(true);
  expect(await isPassword(hashed, 'correct horsf')).toBe(false);
  expect(await isPassword('', '')).toBe(false);
  expect(await comparePasswordWithNobody('nobody has this password')).toBe(false);
});
