/** Time, chance and environment arrive as arguments; their real sources are touched in few, named files. */
import ts from 'typescript';
import { lineOf, visit, type SourceModule } from './source-module.ts';
import type { TidyFault, TidyRule } from './tidy-rule.ts';

interface BannedCall {
  readonly name: string;
  readonly instead: string;
  /** Who may all the same, beside tests, scripts and `runtime/` folders. */
  readonly allowed?: RegExp;
  finds(node: ts.Node): boolean;
}

const property =
  (object: string, ...names: string[]) =>
  (node: ts.Node) =>
    ts.isPropertyAccessExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === object &&
    (names.length === 0 || names.includes(node.name.text));
const called = (...names: string[]) => (node: ts.Node) =>
  ts.isCallExpression(node) && ((ts.isIdentifier(node.expression) && names.includes(node.expression.text)) ||
    (ts.isPropertyAccessExpression(node.expression) && ts.isIdentifier(node.expression.expression) &&
      ['globalThis', 'window', 'self'].includes(node.expression.expression.text) && names.includes(node.expression.name.text))); // prettier-ignore

const banned: readonly BannedCall[] = [
  { name: 'Date.now', instead: 'take `nowMs`, or a Clock', finds: property('Date', 'now') },
  { name: 'performance.now', instead: 'take `nowMs`, or a Clock', finds: property('performance', 'now', 'timeOrigin') },
  {
    name: 'new Date()',
    instead: 'take `nowMs`: new Date(nowMs)',
    finds: (node) => ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Date' && (node.arguments?.length ?? 0) === 0,
  },
  { name: 'Math.random', instead: 'take a Random', finds: property('Math', 'random') },
  { name: 'crypto’s chance', instead: 'take a Random, or an IdSource', finds: (node) => called('randomUUID', 'randomBytes', 'getRandomValues')(node) || property('crypto', 'randomUUID', 'getRandomValues', 'randomBytes')(node) },
  {
    name: 'timers',
    instead: 'take a Clock: clock.after(delayMs, wake)',
    finds: called('setTimeout', 'setInterval', 'setImmediate'),
  },
  { name: 'process.env', instead: 'read it in main.ts or config.ts and pass it on', allowed: /^(apps\/[^/]+\/(src\/)?(main|config)\.ts$)/, finds: property('process', 'env') },
  { name: 'console', instead: 'take a log, or return what should be told', allowed: /^apps\/[^/]+\/src\/main\.ts$/, finds: property('console') },
]; // prettier-ignore

function bannedIn(module: SourceModule): TidyFault[] {
  if (module.isTest || !/^(packages|apps)\//.test(module.path) || module.path.includes('/runtime/'))
    return [];
  if (/\/(vite|svelte)\.config\.ts$/.test(module.path)) return [];
  const faults: TidyFault[] = [];
  visit(module.tree, (node) => {
    for (const call of banned)
      if (call.finds(node) && !call.allowed?.test(module.path))
        faults.push({
          line: lineOf(module.tree, node),
          message: `${call.name} is not for here: ${call.instead}`,
        });
  });
  return faults;
}

const at = 'packages/core/src/calls/a.ts';
export const realityArrives: TidyRule = {
  name: 'time, chance and environment arrive as arguments',
  check: bannedIn,
  planted: [
    { path: at, text: 'const a = Date.now();' },
    { path: at, text: 'const a = performance.now();' },
    { path: at, text: 'const a = new Date();' },
    { path: at, text: 'const a = Math.random();' },
    { path: at, text: 'const a = crypto.randomUUID();' },
    { path: 'apps/edge-node/src/calls/a.ts', text: 'setTimeout(() => undefined, 5);' },
    { path: 'apps/edge-node/src/calls/a.ts', text: 'globalThis.setInterval(() => undefined, 5);' },
    { path: 'apps/centre/src/api/a.ts', text: 'const a = process.env.HOME;' },
    { path: 'packages/ui/src/a.svelte', text: '<script>\nconsole.log(1);\n</script>' },
  ],
  clean: { path: at, text: 'const a = new Date(nowMs); // not Date.now()\nconst b = "Math.random()";' },
};

export const noAny: TidyRule = {
  name: 'no any',
  check(module) {
    const faults: TidyFault[] = [];
    visit(module.tree, (node) => {
      if (node.kind === ts.SyntaxKind.AnyKeyword)
        faults.push({ line: lineOf(module.tree, node), message: 'say what it is, or `unknown`' });
    });
    return faults;
  },
  planted: [
    { path: at, text: 'const a: any = 1;' },
    { path: at, text: 'const a = b as any;' },
    { path: 'tests/a.test.ts', text: 'const a: Record<string, any> = {};' },
  ],
  clean: { path: at, text: 'const any: unknown = "any"; // any' },
};

export const sqlStaysHome: TidyRule = {
  name: 'SQL lives in adapters/postgres',
  check(module) {
    if (module.isTest || module.path.startsWith('packages/adapters/src/postgres/')) return [];
    const faults: TidyFault[] = [];
    visit(module.tree, (node) => {
      if (ts.isTaggedTemplateExpression(node) && /^sql\b/.test(node.tag.getText(module.tree)))
        faults.push({
          line: lineOf(module.tree, node),
          message: 'write a store in packages/adapters/src/postgres',
        });
    });
    return faults;
  },
  planted: [{ path: 'apps/centre/src/api/a.ts', text: 'const a = sql`select 1`;' }],
  clean: { path: 'packages/adapters/src/postgres/a.ts', text: 'const a = sql`select 1`;' },
};
