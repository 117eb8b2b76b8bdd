/** Prompts and music: what they are called, and their sound once per fingerprint. */
import type { PromptId } from '@seatgrid/core/kernel/ids.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

export interface Prompt {
  readonly id: PromptId;
  readonly name: string;
  readonly kind: 'prompt' | 'music';
  readonly locale: Locale | null;
  readonly sha256: string;
  readonly octets: number;
  readonly durationMs: number;
  readonly createdAtMs: number;
}

export async function listPrompts(trx: TenantTrx): Promise<Prompt[]> {
  const rows = await trx.selectFrom('prompt').selectAll().orderBy('name').execute();
  return rows.map((row) => ({
    id: row.id as PromptId,
    name: row.name,
    kind: row.kind as Prompt['kind'],
    locale: row.locale as Locale | null,
    sha256: row.sha256,
    octets: row.octets,
    durationMs: row.duration_ms,
    createdAtMs: row.created_at.getTime(),
  }));
}

export async function findPrompt(trx: TenantTrx, id: string): Promise<Prompt | undefined> {
  return (await listPrompts(trx)).find((prompt) => prompt.id === id);
}

export async function insertPrompt(
  trx: TenantTrx,
  prompt: Omit<Prompt, 'id' | 'createdAtMs' | 'octets'>,
  audio: Uint8Array,
): Promise<string> {
  await trx
    .insertInto('prompt_audio')
    .values({ sha256: prompt.sha256, audio: Buffer.from(audio) })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'sha256']).doNothing())
    .execute();
  const row = await trx
    .insertInto('prompt')
    .values({
      name: prompt.name,
      kind: prompt.kind,
      locale: prompt.locale,
      sha256: prompt.sha256,
      octets: audio.length,
      duration_ms: prompt.durationMs,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function renamePrompt(
  trx: TenantTrx,
  { id, name, locale }: { id: string; name: string; locale: Locale | null },
): Promise<void> {
  await trx.updateTable('prompt').set({ name, locale }).where('id', '=', id).execute();
}

export async function deletePrompt(trx: TenantTrx, { id, sha256 }: Prompt): Promise<void> {
  await trx.deleteFrom('prompt').where('id', '=', id).execute();
  const other = await trx.selectFrom('prompt').select('id').where('sha256', '=', sha256).executeTakeFirst();
  if (!other) await trx.deleteFrom('prompt_audio').where('sha256', '=', sha256).execute();
}

/** In the platform's scope for nodes, which serve every tenant and ask by fingerprint. */
export async function readPromptAudio(
  trx: TenantTrx | PlatformTrx,
  sha256: string,
): Promise<Uint8Array | undefined> {
  const row = await trx
    .selectFrom('prompt_audio')
    .select('audio')
    .where('sha256', '=', sha256)
    .limit(1)
    .executeTakeFirst();
  return row?.audio;
}
