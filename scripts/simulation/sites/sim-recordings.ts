/** Recordings of a simulation: no file is written; that one was made, of whom, and how long it is, is journalled as the real store does. */
import type { IdSource, RecordingId } from '@seatgrid/core/kernel/ids.ts';
import type { EventJournal } from '@seatgrid/edge-node/ledger/event-journal.ts';
import type {
  RecordingFacts,
  RecordingResult,
  RecordingStore,
} from '@seatgrid/edge-node/recordings/recording-store.ts';

export class SimRecordings implements RecordingStore {
  readonly #journal: Pick<EventJournal, 'record'>;
  readonly #ids: IdSource;
  readonly #open = new Map<RecordingId, RecordingFacts>();

  constructor(journal: Pick<EventJournal, 'record'>, ids: IdSource) {
    this.#journal = journal;
    this.#ids = ids;
  }

  begin(facts: RecordingFacts): { readonly recordingId: RecordingId; readonly path: string } {
    const recordingId = this.#ids.next<'recording'>();
    this.#open.set(recordingId, facts);
    return { recordingId, path: `${recordingId}.wav` };
  }

  agentsHeard(): void {}

  finished(recordingId: RecordingId, { durationMs, octets, sha256, agentIds }: RecordingResult): void {
    const facts = this.#open.get(recordingId);
    if (!facts) return;
    this.#open.delete(recordingId);
    this.#journal.record(facts.tenantId, {
      kind: 'recording.finished',
      callId: facts.callId,
      recordingId,
      queueId: facts.queueId,
      agentIds: [...agentIds],
      path: `${recordingId}.mp3`,
      format: 'mp3',
      octets,
      sha256,
      startedAtMs: facts.startedAtMs,
      durationMs,
      isRecovered: false,
    });
  }

  lost(): void {}

  recover(): Promise<void> {
    return Promise.resolve();
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
