/**
 * What is known of each message, as a file of its own: whose it is, whether it was heard, since when it is thrown away. The node
 * that took a message owns it, whatever the centre is told; read once at start-up, then asked of memory.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { idOf } from '@seatgrid/contracts/nouns/ids.ts';
import type { MailboxId, TenantId, VoiceMessageId } from '@seatgrid/core/kernel/ids.ts';

const keptMessageSchema = z.object({
  id: idOf<'voice-message'>(),
  tenantId: idOf<'tenant'>(),
  mailboxId: idOf<'mailbox'>(),
  callId: idOf<'call'>(),
  fromNumber: z.string(),
  leftAtMs: z.number(),
  /** Below the recordings folder; while it is spoken, that of the recording. */
  path: z.string(),
  recordingPath: z.string(),
  durationMs: z.number(),
  octets: z.number(),
  sha256: z.string(),
  /** `begun`: it is being spoken; `kept`: whole, and told of. A greeting is never kept as a message. */
  state: z.enum(['begun', 'kept']),
  isGreeting: z.boolean(),
  isHeard: z.boolean(),
  deletedAtMs: z.number().nullable(),
});
export type KeptMessage = z.infer<typeof keptMessageSchema>;

export class KeptMessages {
  readonly #folder: string;
  readonly #messages = new Map<VoiceMessageId, KeptMessage>();
  readonly unreadable: string[] = [];

  constructor(recordingsFolder: string) {
    // A tenant's slug begins with a letter.
    this.#folder = join(recordingsFolder, '.messages');
    mkdirSync(this.#folder, { recursive: true });
    for (const name of readdirSync(this.#folder).sort()) {
      if (!name.endsWith('.json')) continue;
      const path = join(this.#folder, name);
      try {
        const message = keptMessageSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
        this.#messages.set(message.id, message);
      } catch {
        renameSync(path, `${path}.damaged`);
        this.unreadable.push(path);
      }
    }
  }

  get(id: VoiceMessageId): KeptMessage | undefined {
    return this.#messages.get(id);
  }

  all(): Iterable<KeptMessage> {
    return this.#messages.values();
  }

  /** As they were left; those thrown away are not among them. */
  inBox(tenantId: TenantId, mailboxId: MailboxId): KeptMessage[] {
    return [...this.#messages.values()].filter(
      (one) =>
        one.tenantId === tenantId &&
        one.mailboxId === mailboxId &&
        one.state === 'kept' &&
        one.deletedAtMs === null,
    );
  }

  keep(message: KeptMessage): void {
    const path = this.#pathOf(message.id);
    writeFileSync(`${path}.part`, JSON.stringify(message), { flush: true });
    renameSync(`${path}.part`, path);
    this.#messages.set(message.id, message);
  }

  forget(id: VoiceMessageId): void {
    this.#messages.delete(id);
    rmSync(this.#pathOf(id), { force: true });
  }

  #pathOf(id: VoiceMessageId): string {
    return join(this.#folder, `${id}.json`);
  }
}
