/**
 * What is known of each fax, as a file of its own: whose it is, whether it was read, since when it is thrown away. The node that
 * took a fax owns it, whatever the centre is told; read once at start-up, then asked of memory.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { idOf } from '@seatgrid/contracts/nouns/ids.ts';
import type { FaxBoxId, FaxId, TenantId } from '@seatgrid/core/kernel/ids.ts';

const keptFaxSchema = z.object({
  id: idOf<'fax'>(),
  tenantId: idOf<'tenant'>(),
  faxBoxId: idOf<'fax-box'>(),
  callId: idOf<'call'>(),
  fromNumber: z.string(),
  receivedAtMs: z.number(),
  /** Below the recordings folder, once it is whole. */
  path: z.string(),
  /** `begun`: it is being received; `kept`: closed, and told of. */
  state: z.enum(['begun', 'kept']),
  isRead: z.boolean(),
  deletedAtMs: z.number().nullable(),
});
export type KeptFax = z.infer<typeof keptFaxSchema>;

export class KeptFaxes {
  readonly #folder: string;
  readonly #faxes = new Map<FaxId, KeptFax>();
  readonly unreadable: string[] = [];

  constructor(recordingsFolder: string) {
    // A tenant's slug begins with a letter.
    this.#folder = join(recordingsFolder, '.faxes');
    mkdirSync(this.#folder, { recursive: true });
    for (const name of readdirSync(this.#folder).sort()) {
      if (!name.endsWith('.json')) continue;
      const path = join(this.#folder, name);
      try {
        const fax = keptFaxSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
        this.#faxes.set(fax.id, fax);
      } catch {
        renameSync(path, `${path}.damaged`);
        this.unreadable.push(path);
      }
    }
  }

  get(id: FaxId): KeptFax | undefined {
    return this.#faxes.get(id);
  }

  all(): Iterable<KeptFax> {
    return this.#faxes.values();
  }

  /** Those being received count; those thrown away do not. */
  countIn(tenantId: TenantId, faxBoxId: FaxBoxId): number {
    let count = 0;
    for (const fax of this.#faxes.values())
      if (fax.tenantId === tenantId && fax.faxBoxId === faxBoxId && fax.deletedAtMs === null) count++;
    return count;
  }

  keep(fax: KeptFax): void {
    const path = this.#pathOf(fax.id, 'json');
    writeFileSync(`${path}.part`, JSON.stringify(fax), { flush: true });
    renameSync(`${path}.part`, path);
    this.#faxes.set(fax.id, fax);
  }

  forget(id: FaxId): void {
    this.#faxes.delete(id);
    rmSync(this.#pathOf(id, 'json'), { force: true });
  }

  /** Where its pages are written while they come. */
  receivedAt(id: FaxId): string {
    return this.#pathOf(id, 'tiff');
  }

  #pathOf(id: FaxId, ending: string): string {
    return join(this.#folder, `${id}.${ending}`);
  }
}
