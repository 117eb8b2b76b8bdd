import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whole or not at all, and never for a moment readable by others. */
export function writePrivately(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, content, { mode: 0o600, flush: true });
  chmodSync(`${path}.part`, 0o600);
  renameSync(`${path}.part`, path);
}
