/** A file of the recordings folder, as it was recorded. What lies outside the folder does not exist. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { recordingsKnownMax } from './limits.ts';

/** Where it lies, or why nobody can have it. */
export async function recordedFile(
  folder: string,
  { path: asked, sha256 }: { readonly path: string; readonly sha256?: string | undefined },
): Promise<Result<string, string>> {
  const path = await pathInside(folder, asked);
  if (path === undefined) return failure('no such recording at this node');
  if (sha256 !== undefined && !(await isUnchanged(path, sha256)))
    return failure('the file here is not what was recorded');
  return success(path);
}

/** Files found to be what was recorded, by path, as they were then: a listener who seeks does not have them read anew. */
const known = new Map<string, string>();

/** Whether the file is still the one whose hash was told when it was made. */
async function isUnchanged(path: string, sha256: string): Promise<boolean> {
  // What nobody can put back, unlike the time of writing.
  const { size, ctimeMs } = await stat(path);
  const state = `${size} ${ctimeMs} ${sha256}`;
  if (known.get(path) === state) return true;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== sha256) return false;
  if (known.size >= recordingsKnownMax) known.delete(known.keys().next().value!);
  known.set(path, state);
  return true;
}

/** Resolves links on the way, so that none leads out. */
async function pathInside(folder: string, asked: string): Promise<string | undefined> {
  if (isAbsolute(asked) || asked.includes('\0') || asked.split(/[\\/]/).some((part) => part.startsWith('.')))
    return undefined;
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, asked));
    return path.startsWith(root + sep) ? path : undefined;
  } catch {
    return undefined;
  }
}
