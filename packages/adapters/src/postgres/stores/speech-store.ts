/** Speech: the tenant's settings, and the sound of what is spoken beforehand. */
import { plainSpeech, type SpeechSettings } from '@seatgrid/core/spoken/speech-settings.ts';
import { sql } from 'kysely';
import { jsonb } from '../jsonb.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

/** The transaction's own tenant's. */
export async function ownSpeech(trx: TenantTrx): Promise<SpeechSettings> {
  const { speech } = await trx.selectFrom('tenant').select('speech').executeTakeFirstOrThrow();
  return speech ?? plainSpeech;
}

export async function saveOwnSpeech(trx: TenantTrx, speech: SpeechSettings): Promise<void> {
  await trx
    .updateTable('tenant')
    .set({ speech: jsonb(speech) })
    .execute();
}

export interface SpokenSound {
  readonly sha256: string;
  readonly octets: number;
}

/** By key. */
export async function listSpokenTexts(trx: TenantTrx): Promise<Map<string, SpokenSound>> {
  const rows = await trx
    .selectFrom('spoken_text')
    .select(['key', 'sha256', sql<number>`octet_length(audio)`.as('octets')])
    .execute();
  return new Map(rows.map(({ key, sha256, octets }) => [key, { sha256, octets }]));
}

/** Two replicas may have spoken it at once: the first sound counts. */
export async function keepSpokenText(
  trx: TenantTrx,
  { key, sha256, audio }: { key: string; sha256: string; audio: Uint8Array },
): Promise<void> {
  await trx
    .insertInto('spoken_text')
    .values({ key, sha256, audio: Buffer.from(audio) })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'key']).doNothing())
    .execute();
}

/** What nothing published says any more, after a while: an older version of a flow may come back. */
export async function forgetSpokenTexts(
  trx: TenantTrx,
  { keys, beforeMs }: { keys: readonly string[]; beforeMs: number },
): Promise<void> {
  await trx
    .deleteFrom('spoken_text')
    .where('spoken_at', '<', new Date(beforeMs))
    .where((where) => (keys.length > 0 ? where('key', 'not in', keys) : where.lit(true)))
    .execute();
}

/** In the platform's scope for nodes, which ask by fingerprint. */
export async function readSpokenAudio(trx: PlatformTrx, sha256: string): Promise<Uint8Array | undefined> {
  const row = await trx.selectFrom('spoken_text').select('audio').where('sha256', '=', sha256).limit(1).executeTakeFirst();
  return row?.audio;
} // prettier-ignore
