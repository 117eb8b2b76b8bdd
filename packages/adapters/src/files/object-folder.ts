/**
 * Objects as files of one folder, which all replicas of a centre share: a disk, a network file system, or a mounted S3 bucket. What
 * is not whole yet has another name, so that nobody reads half of it.
 */
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import type { Objects } from '@seatgrid/core/ports/objects.ts';

export function openObjectFolder(folder: string): Objects {
  function pathOf(key: string): string {
    assert(
      /^[a-z0-9-]+(\/[a-z0-9.-]+)+$/.test(key) && !key.includes('..'),
      'a key is plain names and slashes',
    );
    return join(folder, key);
  }
  const unfinished = (key: string) => `${pathOf(key)}.part`;

  return {
    async write(key, at, octets) {
      const path = unfinished(key);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await using file = await openToWrite(path);
      await file.write(octets, 0, octets.length, at);
      await file.datasync();
    },

    async seal(key, sha256) {
      const path = unfinished(key);
      if ((await hashOf(createReadStream(path))) === sha256) {
        await rename(path, pathOf(key));
        return true;
      }
      await rm(path, { force: true });
      return false;
    },

    async read(key, { from, to }) {
      if (from === to) return new Blob([]).stream();
      try {
        const file = await open(pathOf(key), 'r');
        return Readable.toWeb(file.createReadStream({ start: from, end: to - 1 })) as ReadableStream;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

/** What is in it stays. */
async function openToWrite(path: string) {
  try {
    return await open(path, 'r+', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return open(path, 'w', 0o600);
  }
}

async function hashOf(stream: ReadStream): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
