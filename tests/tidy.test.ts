/**
 * The rules of the house that can be read off the sources: imports point down, time and chance arrive as arguments, names say
 * something. Each rule is first seen to find a planted violation.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noAny, realityArrives, sqlStaysHome } from './tidy/call-rules.ts';
import { importsPointDown, mediaLayersHold, packagesHaveHomes } from './tidy/import-rules.ts';
import { kebabCase, namedRooms } from './tidy/name-rules.ts';
import { parseModule, readModule, sourcePaths } from './tidy/source-module.ts';

const root = resolve(import.meta.dirname, '..');
const modules = sourcePaths(root).map((path) => readModule(root, path));
const rules = [
  importsPointDown,
  packagesHaveHomes,
  mediaLayersHold,
  realityArrives,
  noAny,
  sqlStaysHome,
  kebabCase,
  namedRooms,
];

describe.each(rules)('$name', (rule) => {
  test('the rule finds what is planted', () => {
    for (const { path, text } of rule.planted)
      expect(rule.check(parseModule(path, text)), `${path}: ${text}`).not.toEqual([]);
    expect(rule.check(parseModule(rule.clean.path, rule.clean.text))).toEqual([]);
  });

  test('the sources keep it', () => {
    const faults = modules.flatMap((module) =>
      rule.check(module).map((fault) => `${module.path}:${fault.line} ${fault.message}`),
    );
    expect(faults).toEqual([]);
  });
});

describe('every workspace', () => {
  const workspaces = ['apps', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => existsSync(join(root, folder, name, 'package.json')))
      .map((name) => `${folder}/${name}`),
  );

  test('stands in the architecture page', () => {
    const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    expect(workspaces.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test('has its own package imported by others through exports only', () => {
    const around = modules.flatMap(({ path, imports }) =>
      imports
        .filter(
          ({ specifier, target }) => specifier.startsWith('.') && workspaceOf(target) !== workspaceOf(path),
        )
        // Fixtures of another workspace's tests are no part of what it is.
        .filter(({ target }) => workspaceOf(target) !== undefined && !target!.includes('/test/'))
        .map(({ specifier, line }) => `${path}:${line} ${specifier}`),
    );
    expect(around).toEqual([]);
  });
});

function workspaceOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : /^(apps|packages)\/[^/]+/.exec(path)?.[0];
}

describe('what is numbered', () => {
  const numbered = [
    'packages/adapters/src/postgres/migrations',
    'packages/contracts/golden',
    'docs/decisions',
  ];

  test.each(numbered)('in %s has a number of its own', (folder) => {
    const numbers = readdirSync(join(root, folder)).flatMap((name) => /^(\d+)-/.exec(name)?.[1] ?? []);
    expect(numbers.length).toBeGreaterThan(10);
    expect(numbers.filter((one, at) => numbers.indexOf(one) !== at)).toEqual([]);
  });
});
