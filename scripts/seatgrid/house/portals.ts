/** The two portals, built when a source they are made of has changed since the last build. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Obstacle } from '../command-line.ts';
import { binary, root } from './environment.ts';
import { runCommand } from './run-command.ts';

export const portals = ['tenant-portal', 'platform-admin'] as const;
export type Portal = (typeof portals)[number];

/** What both are made of besides their own folder. */
const shared = ['packages/ui', 'packages/contracts', 'packages/core'];
const stampFolder = join(root, 'node_modules/.cache/seatgrid');

export function isBuilt(portal: Portal): boolean {
  const stamp = readOr(join(stampFolder, `${portal}.sha256`));
  return existsSync(join(root, 'apps', portal, 'build')) && stamp === sourceHash(portal);
}

/** One build at a time in a clone, whoever asks; who waited finds it done. `$0` the stamp, `$1` what it should say, `$2` vite. */
const buildOnce =
  '[ -d build ] && [ "$(cat "$0" 2>/dev/null)" = "$1" ] || { "$2" build && printf %s "$1" >"$0"; }';

export async function build(portal: Portal): Promise<void> {
  mkdirSync(stampFolder, { recursive: true });
  const stamp = join(stampFolder, `${portal}.sha256`);
  const { code, output } = await runCommand(
    [
      'flock',
      join(stampFolder, 'portals.lock'),
      'sh',
      '-c',
      buildOnce,
      stamp,
      sourceHash(portal),
      binary('vite'),
    ],
    { cwd: join(root, 'apps', portal) },
  );
  if (code !== 0)
    throw new Obstacle(
      `building ${portal} failed:\n${output.trim().split('\n').slice(-25).join('\n')}`,
      `see the whole of it with: cd apps/${portal} && npx vite build`,
    );
}

/** Of names and contents of every source file, and of the lock. */
export function sourceHash(portal: Portal): string {
  const hash = createHash('sha256');
  for (const folder of [join('apps', portal), ...shared])
    for (const file of sourceFiles(folder))
      hash
        .update(file)
        .update('\0')
        .update(readFileSync(join(root, file)))
        .update('\0');
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      if (['node_modules', 'build', '.svelte-kit'].includes(entry.name)) return [];
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourceFiles(path);
      return entry.isFile() && !entry.name.endsWith('.test.ts') ? [path] : [];
    })
    .sort();
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
