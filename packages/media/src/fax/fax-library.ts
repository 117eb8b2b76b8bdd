/** Whether this machine can receive faxes at all: looked at without loading anything. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** As the system's loader knows it. */
export const spandsp = 'libspandsp.so.2';

/** Where Debian, other systems and whoever builds it put it. */
const roots = ['/usr/lib', '/usr/lib64', '/usr/local/lib'];

/** `library`: its name, or a path to it. */
export function hasFaxLibrary(library = spandsp): boolean {
  if (library.includes('/')) return existsSync(library);
  const holdsLibrary = (folder: string) => existsSync(join(folder, library));
  return roots.filter((root) => existsSync(root)).some((root) => foldersOf(root).some(holdsLibrary));
}

/** Itself, and one a kind of machine: `/usr/lib/x86_64-linux-gnu`. */
function foldersOf(root: string): string[] {
  const names = readdirSync(root).filter((name) => name.includes('-linux-'));
  return [root, ...names.map((name) => join(root, name))];
}

export class FaxLibraryMissing extends Error {
  override readonly name = 'FaxLibraryMissing';

  constructor(cause: unknown) {
    super('spandsp is not installed, so no fax can be received; apt-get install libspandsp2', { cause });
  }
}
