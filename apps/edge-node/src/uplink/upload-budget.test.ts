import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { UploadBudget } from './upload-budget.ts';

const folder = mkdtempSync(join(tmpdir(), 'seatgrid-budget-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'budget.json');

test('what was spent today is known after a restart; tomorrow begins anew', () => {
  const budget = new UploadBudget(path);
  expect(budget.spentOn('2026-11-26')).toBe(0);
  budget.spend('2026-11-26', 300);
  budget.spend('2026-11-26', 400);
  const restarted = new UploadBudget(path);
  expect(restarted.spentOn('2026-11-26')).toBe(700);
  expect(restarted.spentOn('2026-11-27')).toBe(0);
  restarted.spend('2026-11-27', 5);
  expect(new UploadBudget(path).spentOn('2026-11-27')).toBe(5);
});

test('a note that cannot be read is none', () => {
  writeFileSync(path, '{"date":');
  expect(new UploadBudget(path).spentOn('2026-11-26')).toBe(0);
});
