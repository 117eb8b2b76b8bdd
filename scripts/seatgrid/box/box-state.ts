/** What was applied at this box, and what waits to be confirmed: files in one folder, each written whole. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoxSettings } from '@seatgrid/core/fleet/box-settings.ts';

export interface Pending {
  /** Of this one attempt: a guard of another leaves it alone. */
  readonly id: string;
  readonly settings: BoxSettings;
  /** What it goes back to; null: to a box without any of this. */
  readonly before: BoxSettings | null;
  readonly untilMs: number;
}

export class BoxState {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get keyPath(): string {
    return join(this.folder, 'tunnel.key');
  }

  /** Confirmed last. */
  applied(): BoxSettings | null {
    return this.#read<BoxSettings>('applied.json');
  }

  /** Confirmed before that. */
  previous(): BoxSettings | null {
    return this.#read<BoxSettings>('previous.json');
  }

  pending(): Pending | null {
    return this.#read<Pending>('pending.json');
  }

  await(pending: Pending): void {
    this.write('pending.json', pending);
  }

  confirm({ settings, before }: Pick<Pending, 'settings' | 'before'>): void {
    if (before) this.write('previous.json', before);
    this.write('applied.json', settings);
    this.forget();
  }

  /** The attempt is over. */
  forget(): void {
    rmSync(join(this.folder, 'pending.json'), { force: true });
  }

  clear(): void {
    rmSync(join(this.folder, 'applied.json'), { force: true });
    this.forget();
  }

  write(name: string, content: unknown): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, name);
    writeFileSync(`${path}.new`, JSON.stringify(content, null, 2), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  #read<Content>(name: string): Content | null {
    try {
      return JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as Content;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}
