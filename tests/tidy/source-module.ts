/** One source file as the tidy rules see it: where it stands, what it imports, and its syntax tree. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

export interface SourceModule {
  /** Below the repository's root, with slashes. */
  readonly path: string;
  readonly imports: readonly SourceImport[];
  readonly tree: ts.SourceFile;
  readonly isTest: boolean;
}

export interface SourceImport {
  readonly specifier: string;
  /** Where it leads, below the root, for relative and `@seatgrid/…` imports; undefined for packages and `node:`. */
  readonly target: string | undefined;
  readonly isTypeOnly: boolean;
  readonly line: number;
}

const folders = ['apps', 'packages', 'scripts', 'tests', 'bench'];
const skipped = new Set(['node_modules', 'build', '.svelte-kit', 'generated', 'results']);

export function sourcePaths(root: string): string[] {
  const walk = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : walk(path);
      return /\.(ts|svelte)$/.test(entry.name) ? [path] : [];
    });
  return folders.flatMap(walk);
}

export function readModule(root: string, path: string): SourceModule {
  return parseModule(path, readFileSync(join(root, path), 'utf8'));
}

export function parseModule(path: string, text: string): SourceModule {
  const tree = ts.createSourceFile(
    path,
    path.endsWith('.svelte') ? scriptOf(text) : text,
    ts.ScriptTarget.Latest,
    true,
  );
  return {
    path,
    tree,
    imports: importsOf(path, tree),
    isTest: /\.(test|bench)\.ts$/.test(path) || /^(tests|bench|packages\/testkit)\//.test(path) || /^(apps|packages)\/[^/]+\/test\//.test(path) || /\/test-[a-z-]+\.ts$/.test(path),
  }; // prettier-ignore
}

/** The script blocks of a component, everything else blanked so that lines keep their numbers. */
function scriptOf(text: string): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  let script = '';
  let at = 0;
  for (const match of text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)) {
    const from = match.index + match[0].indexOf('>') + 1;
    script += blank(text.slice(at, from)) + match[1]!;
    at = from + match[1]!.length;
  }
  return script + blank(text.slice(at));
}

function importsOf(path: string, tree: ts.SourceFile): SourceImport[] {
  const found: SourceImport[] = [];
  const add = (specifier: ts.Node | undefined, isTypeOnly: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    found.push({ specifier: specifier.text, target: targetOf(path, specifier.text), isTypeOnly, line: lineOf(tree, specifier) });
  }; // prettier-ignore
  visit(tree, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
  }); // prettier-ignore
  return found;
}

function targetOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  const own = /^@seatgrid\/([^/]+)\/(.+)$/.exec(specifier);
  if (!own) return undefined;
  const [, name, rest] = own;
  const isApp = ['centre', 'edge-node', 'tenant-portal', 'platform-admin'].includes(name!);
  return `${isApp ? 'apps' : 'packages'}/${name}/src/${rest}`;
}

export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

export const lineOf = (tree: ts.SourceFile, node: ts.Node) =>
  tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
