/** D-13: functions of tenants' own, run apart: what they find out, and what the hostile ones come to. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProcessorShares } from '@seatgrid/core/extensions/processor-shares.ts';
import type { ExtensionFaultCode } from '@seatgrid/core/extensions/run-extension.ts';
import { extensionLinesMax, extensionRunsWaitingMax } from '@seatgrid/core/extensions/limits.ts';
import type { NamedValues } from '@seatgrid/core/extensions/typed-values.ts';
import { Decimal } from '@seatgrid/core/kernel/decimal.ts';
import { wallClock } from '@seatgrid/testkit/wall-clock.ts';
import { sandboxThreadsMax } from '../limits.ts';
import { ExtensionRunner, type RunnableExtension } from './extension-runner.ts';

let runner: ExtensionRunner;
beforeEach(() => (runner = new ExtensionRunner({ clock: wallClock })));
afterEach(() => runner.close());

const extension = (source: string, face: Partial<RunnableExtension> = {}): RunnableExtension => ({ inputs: [], outputs: [], source, ...face }); // prettier-ignore
const run = (source: string, given: NamedValues = {}, face: Partial<RunnableExtension> = {}, tenantId = 'one') =>
  runner.run({ tenantId, extension: extension(source, face), given }); // prettier-ignore
const tier: Partial<RunnableExtension> = {
  inputs: [
    { name: 'points', type: 'whole' },
    { name: 'owed', type: 'decimal' },
    { name: 'isNew', type: 'flag' },
    { name: 'orders', type: 'list' },
  ],
  outputs: [
    { name: 'tier', type: 'text' },
    { name: 'due', type: 'decimal' },
    { name: 'count', type: 'whole' },
  ],
};
const source = `function run({ points, owed, isNew, orders }) {
  console.log('looked at', { points });
  return { tier: points > 100 && !isNew ? 'gold' : 'plain', due: owed * 2, count: orders.length };
}`;

test('values go in by their types and come out by theirs; whoever tries it sees time, memory and what it told its console', async () => {
  const told = await run(source, { points: '250', owed: Decimal.parse('12.50')!, isNew: false, orders: '["a","b"]' }, tier);
  expect(told.result).toEqual({ ok: true, value: { tier: 'gold', due: Decimal.parse('25'), count: 2n } });
  expect(told.lines).toEqual(['looked at {"points":250}']);
  expect(told.processorMs).toBeGreaterThanOrEqual(0);
  expect(told.memoryOctets).toBeGreaterThan(10_000);
}); // prettier-ignore

test('what is given is nothing where it was not given, and is refused where it is not of its type', async () => {
  const kinds = await run('const run = (all) => ({ kinds: JSON.stringify(all) })', {}, { ...tier, outputs: [{ name: 'kinds', type: 'text' }] });
  expect(kinds.result).toMatchObject({ value: { kinds: '{"points":null,"owed":null,"isNew":null,"orders":null}' } });
  expect((await run(source, { points: 'many' }, tier)).result).toMatchObject({ failure: { code: 'bad-input', detail: 'points is no whole number: many' } });
}); // prettier-ignore

test.each<[string, string, ExtensionFaultCode, number | null]>([
  ['an endless loop', 'function run() {\n  for (;;) {}\n}', 'endless', 1],
  ['a loop that catches everything', 'function run() {\n  for (;;) try { for (;;); } catch {} finally { for (;;); }\n}', 'endless', 1],
  ['an expression that goes back for ever', 'function run() {\n  /(a+)+$/.test("a".repeat(40) + "b");\n}', 'endless', 2],
  ['a hoard', 'function run() {\n  const all = [];\n  for (;;) all.push({ all });\n}', 'out-of-memory', null],
  ['a text without end', 'function run() {\n  return { tier: "x".repeat(2 ** 28) };\n}', 'out-of-memory', 2],
  ['a function that calls itself', 'function run() {\n  return run() + 1;\n}', 'too-deep', 2],
  ['a text that nests too deep', 'function run() {\n  JSON.parse("[".repeat(1e6));\n}', 'too-deep', 2],
  ['a throw', 'function tell() {\n  throw new Error("no such tier");\n}\nconst run = () => tell();', 'threw', 2],
  ['a thrown nothing', 'function run() { throw undefined; }', 'threw', null],
  ['a mistake', 'function run({ points }) {\n\n  return points.length.length;\n}', 'threw', 3],
  ['what is no JavaScript', 'function run() {\n  return {{;\n}', 'unreadable', 2],
  ['no function', 'let walk = 1;', 'unreadable', null],
  ['a huge result', 'const run = () => ({ tier: "x".repeat(100_000) });', 'too-large', null],
  ['a circle', 'const run = () => { const a = {}; return { tier: (a.a = a) }; };', 'threw', null],
  ['a promise', 'async function run() {}', 'threw', null],
  ['a result of another type', 'const run = () => ({ tier: 7 });', 'bad-output', null],
  ['a result without what it gives', 'const run = () => ({});', 'bad-output', null],
])('%s ends that run alone, and says where', async (_, hostile, code, line) => {
  const told = await run(hostile, {}, { outputs: [{ name: 'tier', type: 'text' }] });
  // A slow machine has not got to the end of its memory when the time is over.
  const codes = code === 'out-of-memory' ? [code, 'endless'] : [code];
  if (told.result.ok) throw new Error('it ended well');
  expect(codes, JSON.stringify(told)).toContain(told.result.failure.code);
  // Ended with its thread, nobody can say where it was.
  if (line !== null && told.result.failure.line !== null) expect(told.result).toMatchObject({ failure: { line } });
  expect((await run('const run = () => ({})')).result.ok).toBe(true);
}, 60_000); // prettier-ignore

test('what does not ask whether it may go on is ended with its thread', async () => {
  const told = await run('const run = () => "a".repeat(1e6).indexOf("a".repeat(5e5) + "b");');
  expect(told.result).toMatchObject({ failure: { code: 'endless' } });
  // What it used until then is its own tenant's, who may have to wait for it to be made good.
  expect((await run('const run = () => ({})', {}, {}, 'two')).result.ok).toBe(true);
}, 60_000);

test('it has the language and nothing else, and keeps nothing from run to run', async () => {
  const reach = `const run = () => ({ found: ['require', 'process', 'fetch', 'XMLHttpRequest', 'WebSocket', 'std', 'os', 'setTimeout', 'Deno', 'importScripts', 'print'].filter((name) => name in globalThis).join() });`;
  const found = { outputs: [{ name: 'found', type: 'text' as const }] };
  expect((await run(reach, {}, found)).result).toMatchObject({ value: { found: '' } });
  await run('globalThis.kept = 1; Object.prototype.found = "theirs"; const run = () => ({});');
  expect((await run('const run = () => ({ found: typeof kept + ({}).found });', {}, found)).result).toMatchObject({ value: { found: 'undefinedundefined' } });
  expect((await run('import("node:fs"); const run = () => ({ found: "" });', {}, found)).result).toMatchObject({ ok: true });
  expect((await run('const run = () => ({ found: (0, eval)("typeof process") });', {}, found)).result).toMatchObject({ value: { found: 'undefined' } });
}); // prettier-ignore

test('one tenant’s endless functions keep neither this thread nor another tenant waiting', async () => {
  const theirs = Array.from({ length: 6 }, () => run('const run = () => { for (;;); }'));
  let isHeld = true;
  void Promise.all(theirs).then(() => (isHeld = false));
  await run('const run = () => ({});', {}, {}, 'two');
  await run('const run = () => ({});', {}, {}, 'two');
  expect(isHeld).toBe(true);
  expect(runner.threads).toBeLessThanOrEqual(sandboxThreadsMax);
  for (const one of await Promise.all(theirs)) expect(one.result.ok).toBe(false);
}, 60_000);

test('a tenant has a number of runs that may wait, and a share of the processor', async () => {
  const many = Array.from({ length: extensionRunsWaitingMax + 5 }, () => run('const run = () => ({});'));
  expect((await Promise.all(many)).filter(({ result }) => !result.ok)).toHaveLength(4);
  const shares = new ProcessorShares({ share: 1e-6, storedMsMax: 50 });
  const other = new ExtensionRunner({ clock: wallClock, shares });
  const asked = (tenantId: string, text: string) => other.run({ tenantId, extension: extension(text), given: {} });
  await asked('one', 'const run = () => { for (;;); }');
  expect((await asked('one', 'const run = () => ({});')).result).toMatchObject({ failure: { code: 'busy', detail: 'the extensions had more than their share of the processor' } });
  expect((await asked('two', 'const run = () => ({});')).result.ok).toBe(true);
  await other.close();
}, 60_000); // prettier-ignore

test('who has ceased to wait is forgotten, and what is told is bounded', async () => {
  const abort = new AbortController();
  const held = run('const run = () => { for (;;); }');
  const forgotten = runner.run({ tenantId: 'one', extension: extension('const run = () => ({});'), given: {}, signal: abort.signal });
  abort.abort();
  expect((await forgotten).result).toMatchObject({ failure: { code: 'busy' } });
  await held;
  const { lines } = await run('const run = () => { for (let i = 0; i < 500; i++) console.log("x".repeat(1e4)); return {}; };');
  expect(lines).toHaveLength(extensionLinesMax);
}); // prettier-ignore

test('no thread is there before somebody asks', async () => {
  expect(runner.threads).toBe(0);
  await run('const run = () => ({});');
  expect(runner.threads).toBe(1);
});
