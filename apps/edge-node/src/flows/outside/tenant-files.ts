/**
 * D-16: files and folders of one tenant's own at this node, for its flows. A path is made of plain names below the tenant's folder
 * and leads nowhere else: neither up, nor from the root, nor through a link. What is kept there is bounded in size and number.
 */
import { appendFile, lstat, mkdir, readFile, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileRequest } from '@seatgrid/core/flows/kinds/file.ts';
import { valueCharsMax } from '@seatgrid/core/flows/limits.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { tenantFileBytesMax, tenantFilesBytesMax, tenantFilesMax } from '../../limits.ts';
import { OutsideFailure } from './outside-world.ts';

const namesMax = 6;
const name = /^(?!\.)[\p{L}\p{N}._ -]{1,80}$/u;

export class TenantFiles {
  readonly #folder: string;
  /** One act at a time for a tenant, so that what is counted is what is there. */
  readonly #last = new Map<TenantId, Promise<unknown>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async perform(tenantId: TenantId, request: FileRequest): Promise<unknown> {
    const before = this.#last.get(tenantId) ?? Promise.resolve();
    const done = before.then(() => this.#act(join(this.#folder, tenantId), request));
    const settled = done.catch(() => undefined);
    this.#last.set(tenantId, settled);
    try {
      return await done;
    } catch (error) {
      throw failureOf(error);
    } finally {
      if (this.#last.get(tenantId) === settled) this.#last.delete(tenantId);
    }
  }

  async #act(home: string, { act, path, content }: FileRequest): Promise<unknown> {
    const names = path.split('/').filter((part) => part !== '');
    if (
      path.startsWith('/') ||
      names.length > namesMax ||
      names.length === 0 ||
      !names.every((one) => name.test(one))
    )
      throw new OutsideFailure('refused', 'the path is not one of plain names within the tenant’s own space');
    await mkdir(home, { recursive: true });
    await refuseLinks(home, names);
    const place = join(home, ...names);
    switch (act) {
      case 'read': {
        if ((await lstat(place)).size > valueCharsMax * 4)
          throw new OutsideFailure('too-long', 'the file is too long for a variable');
        return readFile(place, 'utf8');
      }
      case 'write':
      case 'append': {
        const isNew = !(await lstat(place).catch(() => null));
        const size = Buffer.byteLength(content);
        await this.#makeRoom(home, size, isNew ? 1 : 0);
        if (act === 'write') return writeFile(place, content);
        if (!isNew && (await lstat(place)).size + size > tenantFileBytesMax)
          throw new OutsideFailure('quota', 'the file would be too long');
        return appendFile(place, content);
      }
      case 'delete':
        return (await lstat(place)).isDirectory() ? rmdir(place) : rm(place);
      case 'make-folder':
        await this.#makeRoom(home, 0, 1);
        return mkdir(place);
      case 'list':
        return (await readdir(place)).sort();
    }
  }

  async #makeRoom(home: string, bytes: number, files: number): Promise<void> {
    const entries = await readdir(home, { recursive: true, withFileTypes: true });
    if (entries.length + files > tenantFilesMax)
      throw new OutsideFailure(
        'quota',
        `a tenant keeps at most ${tenantFilesMax} files and folders at a node`,
      );
    const sizes = await Promise.all(
      entries
        .filter((one) => one.isFile())
        .map(async (one) => (await lstat(join(one.parentPath, one.name))).size),
    );
    if (sizes.reduce((sum, size) => sum + size, bytes) > tenantFilesBytesMax)
      throw new OutsideFailure(
        'quota',
        `a tenant’s files at a node hold at most ${tenantFilesBytesMax} octets`,
      );
  }
}

/** Nobody makes links there but an operator; a flow does not follow them all the same. */
async function refuseLinks(home: string, names: readonly string[]): Promise<void> {
  let place = home;
  for (const one of names) {
    place = join(place, one);
    const found = await lstat(place).catch(() => null);
    if (found === null) return;
    if (found.isSymbolicLink()) throw new OutsideFailure('refused', 'the path leads through a link');
  }
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EEXIST: 'exists',
  ENOTEMPTY: 'not-empty',
  EISDIR: 'is-a-folder',
};

function failureOf(error: unknown): OutsideFailure {
  if (error instanceof OutsideFailure) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  // Where the node keeps its data is nobody's business.
  return new OutsideFailure(
    words[code] ?? 'failed',
    `the file could not be used: ${code || 'unknown'}`,
    error,
  );
}
