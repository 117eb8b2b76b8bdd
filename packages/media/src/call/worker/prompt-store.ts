/** Prompts and music as samples in memory, read once per worker and shared by all its calls; the longest unused go first. */
import { readFile, stat } from 'node:fs/promises';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { readTelephoneWav } from '../../audio/wav.ts';
import { promptCacheOctetsMax, promptTrustedMs, wavOctetsMax } from '../../limits.ts';

interface Kept {
  readonly samples: Int16Array;
  readonly modifiedMs: number;
  readonly octets: number;
  /** When the file was last seen to be the same. */
  seenAtMs: number;
}

export interface PromptFault {
  readonly path: string;
  readonly detail: string;
}

export class PromptStore {
  /** In order of last use. */
  readonly #kept = new Map<string, Kept>();
  readonly #loading = new Map<string, Promise<Result<Int16Array, PromptFault>>>();
  readonly #nowMs: () => number;
  #keptOctets = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  load(path: string): Promise<Result<Int16Array, PromptFault>> {
    let loading = this.#loading.get(path);
    if (loading === undefined) {
      loading = this.#read(path).finally(() => this.#loading.delete(path));
      this.#loading.set(path, loading);
    }
    return loading;
  }

  async #read(path: string): Promise<Result<Int16Array, PromptFault>> {
    try {
      const kept = this.#kept.get(path);
      if (kept !== undefined) this.#forget(path, kept);
      const nowMs = this.#nowMs();
      if (kept !== undefined && nowMs - kept.seenAtMs < promptTrustedMs) {
        this.#keep(path, kept);
        return success(kept.samples);
      }
      const { mtimeMs, size } = await stat(path);
      if (kept !== undefined) {
        if (kept.modifiedMs === mtimeMs && kept.octets === size) {
          kept.seenAtMs = nowMs;
          this.#keep(path, kept);
          return success(kept.samples);
        }
      }
      if (size > wavOctetsMax) return failure({ path, detail: `${path} is larger than a prompt may be` });
      const read = readTelephoneWav(await readFile(path));
      if (!read.ok) return failure({ path, detail: `${path}: ${read.failure.detail}` });
      this.#keep(path, { samples: read.value, modifiedMs: mtimeMs, octets: size, seenAtMs: nowMs });
      return success(read.value);
    } catch (error) {
      return failure({ path, detail: (error as Error).message });
    }
  }

  #keep(path: string, entry: Kept): void {
    this.#kept.set(path, entry);
    this.#keptOctets += entry.octets;
    for (const [oldest, old] of this.#kept) {
      if (this.#keptOctets <= promptCacheOctetsMax || oldest === path) break;
      this.#forget(oldest, old);
    }
  }

  #forget(path: string, entry: Kept): void {
    this.#kept.delete(path);
    this.#keptOctets -= entry.octets;
  }
}
