/**
 * What is known of a recording while it is not finished, as a file of its own beside the sound, so that a crash loses neither
 * whose it is nor whether it was told of. All of them lie in one folder: start-up need not search years of recordings.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { idOf } from '@seatgrid/contracts/nouns/ids.ts';
import type { RecordingId } from '@seatgrid/core/kernel/ids.ts';

export const openRecordingSchema = z.object({
  recordingId: idOf<'recording'>(),
  tenantId: idOf<'tenant'>(),
  tenantSlug: z.string(),
  callId: idOf<'call'>(),
  queueId: idOf<'queue'>().nullable(),
  queueName: z.string().nullable(),
  startedAtMs: z.number(),
  timeZone: z.string(),
  /** Below the recordings folder. */
  wavPath: z.string(),
  /** Where its MP3 goes, from the moment it is made: a second try writes over the first. */
  mp3Path: z.string().nullable(),
  agentIds: z.array(idOf<'agent'>()),
  /** `recorded`: the call is over and the WAV whole. */
  state: z.enum(['recording', 'recorded']),
});
export type OpenRecording = z.infer<typeof openRecordingSchema>;

export class OpenRecordings {
  readonly #folder: string;

  constructor(recordingsFolder: string) {
    // A tenant's slug begins with a letter.
    this.#folder = join(recordingsFolder, '.open');
    mkdirSync(this.#folder, { recursive: true });
  }

  keep(recording: OpenRecording): void {
    const path = this.#pathOf(recording.recordingId);
    writeFileSync(`${path}.part`, JSON.stringify(recording));
    renameSync(`${path}.part`, path);
  }

  forget(recordingId: RecordingId): void {
    rmSync(this.#pathOf(recordingId), { force: true });
  }

  /** Those of an earlier process; a note that cannot be read is handed out as its path. */
  found(): { readonly recordings: readonly OpenRecording[]; readonly unreadable: readonly string[] } {
    const recordings: OpenRecording[] = [];
    const unreadable: string[] = [];
    for (const name of readdirSync(this.#folder).sort()) {
      if (!name.endsWith('.json')) continue;
      const path = join(this.#folder, name);
      try {
        recordings.push(openRecordingSchema.parse(JSON.parse(readFileSync(path, 'utf8'))));
      } catch {
        unreadable.push(path);
      }
    }
    return { recordings, unreadable };
  }

  #pathOf(recordingId: RecordingId): string {
    return join(this.#folder, `${recordingId}.json`);
  }
}
