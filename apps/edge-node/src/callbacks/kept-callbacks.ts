/** The calls this node's queues owe, each a file of its own until it is made or given up: a restart forgets none, and keeps their places. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { callbackOriginSchema } from '@seatgrid/contracts/nouns/callback.ts';
import { idOf } from '@seatgrid/contracts/nouns/ids.ts';
import { localeSchema } from '@seatgrid/contracts/nouns/texts.ts';
import type { CallbackId, QueueId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { writePrivately } from '../runtime/write-privately.ts';

const keptCallbackSchema = z.object({
  id: idOf<'callback'>(),
  tenantId: idOf<'tenant'>(),
  queueId: idOf<'queue'>(),
  number: z.string(),
  origin: callbackOriginSchema,
  /** The call it was asked for in, and what that call had told. */
  callId: idOf<'call'>().nullable(),
  language: localeSchema,
  path: z.array(z.string()),
  collected: z.record(z.string(), z.string()),
  /** The place it keeps. */
  sinceMs: z.number(),
  expiresAtMs: z.number(),
  attempts: z.number().int(),
  /** Not before. */
  nextAtMs: z.number(),
});
export type KeptCallback = z.infer<typeof keptCallbackSchema>;

export class KeptCallbacks {
  readonly #folder: string;
  readonly #callbacks = new Map<CallbackId, KeptCallback>();
  readonly unreadable: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith('.json')) continue;
      const path = join(folder, name);
      try {
        const callback = keptCallbackSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
        this.#callbacks.set(callback.id, callback);
      } catch {
        renameSync(path, `${path}.damaged`);
        this.unreadable.push(path);
      }
    }
  }

  get(id: CallbackId): KeptCallback | undefined {
    return this.#callbacks.get(id);
  }

  all(): KeptCallback[] {
    return [...this.#callbacks.values()];
  }

  ofQueue(tenantId: TenantId, queueId: QueueId): KeptCallback[] {
    return this.all().filter((one) => one.tenantId === tenantId && one.queueId === queueId);
  }

  keep(callback: KeptCallback): void {
    writePrivately(this.#pathOf(callback.id), JSON.stringify(callback));
    this.#callbacks.set(callback.id, callback);
  }

  forget(id: CallbackId): void {
    this.#callbacks.delete(id);
    rmSync(this.#pathOf(id), { force: true });
  }

  #pathOf(id: CallbackId): string {
    return join(this.#folder, `${id}.json`);
  }
}
