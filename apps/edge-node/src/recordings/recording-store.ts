/**
 * Where recordings lie at the node: `<tenant>/<date>/<time>_<queue>_<staff>_<call>.mp3`, sorted by business (H-01). While a call
 * lasts the media engine writes a WAV; afterwards it becomes MP3 in another thread, and then, once, `recording.finished` is journalled.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentId, CallId, IdSource, QueueId, RecordingId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { createRecordingEncoder } from '@seatgrid/media/audio/recording-encoder.ts';
import { repairWav } from '@seatgrid/media/audio/recording-wav.ts';
import type { EventJournal } from '../ledger/event-journal.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import { OpenRecordings, type OpenRecording } from './open-recording.ts';
import { recordingPath } from './recording-path.ts';

export interface RecordingStore {
  /** Makes the folder and the path the media engine shall write to. */
  begin(facts: RecordingFacts): { readonly recordingId: RecordingId; readonly path: string };
  /** The agents heard so far, so that a crash does not lose who spoke. */
  agentsHeard(recordingId: RecordingId, agentIds: readonly AgentId[]): void;
  /** After the media engine's `onRecorded`. */
  finished(recordingId: RecordingId, result: RecordingResult): void;
  /** The media worker that wrote it died: what it wrote is all there will be. */
  lost(recordingId: RecordingId): void;
  /**
   * At start-up: what a crash left is repaired, then converted and journalled with `isRecovered` while the node already
   * serves. Resolves when all is repaired; `settled` when all is told.
   */
  recover(): Promise<void>;
  /** Resolves when every conversion begun so far is over. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface RecordingFacts {
  readonly tenantId: TenantId;
  readonly tenantSlug: string;
  readonly callId: CallId;
  readonly queueId: QueueId | null;
  /** Null for calls that met no queue. */
  readonly queueName: string | null;
  readonly startedAtMs: number;
  /** The tenant's; names the day's folder. UTC when left out. */
  readonly timeZone?: string;
}

export interface RecordingResult {
  readonly durationMs: number;
  readonly octets: number;
  readonly sha256: string;
  readonly agentIds: readonly AgentId[];
}

export interface RecordingStoreOptions {
  readonly folder: string;
  readonly journal: EventJournal;
  readonly ids: IdSource;
  /** For the file's name; undefined leaves it out. */
  readonly staffIdOf?: (tenantId: TenantId, agentId: AgentId) => string | undefined;
  readonly log?: NodeLog;
}

export function openRecordingStore(options: RecordingStoreOptions): RecordingStore {
  return new FileRecordingStore({ ...options, log: options.log ?? silentLog });
}

/** The file as it will lie for good. */
interface FinalFile {
  readonly path: string;
  readonly format: 'wav' | 'mp3';
  readonly octets: number;
  readonly sha256: string;
  readonly durationMs: number;
}

class FileRecordingStore implements RecordingStore {
  readonly #options: RecordingStoreOptions & { readonly log: NodeLog };
  readonly #open: OpenRecordings;
  readonly #live = new Map<RecordingId, OpenRecording>();
  readonly #encoder = createRecordingEncoder();
  readonly #foldersMade = new Set<string>();
  #converting: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: RecordingStoreOptions & { readonly log: NodeLog }) {
    this.#options = options;
    this.#open = new OpenRecordings(options.folder);
  }

  begin(facts: RecordingFacts): { recordingId: RecordingId; path: string } {
    const recordingId = this.#options.ids.next<'recording'>();
    const timeZone = facts.timeZone ?? 'UTC';
    const name = recordingPath({ ...facts, timeZone, staffIds: [] });
    const recording: OpenRecording = {
      recordingId,
      tenantId: facts.tenantId,
      tenantSlug: facts.tenantSlug,
      callId: facts.callId,
      queueId: facts.queueId,
      queueName: facts.queueName,
      startedAtMs: facts.startedAtMs,
      timeZone,
      wavPath: this.#unused(name, recordingId, '.wav'),
      mp3Path: null,
      agentIds: [],
      state: 'recording',
    };
    const path = join(this.#options.folder, recording.wavPath);
    this.#makeFolder(dirname(path));
    this.#keep(recording);
    return { recordingId, path };
  }

  agentsHeard(recordingId: RecordingId, agentIds: readonly AgentId[]): void {
    const recording = this.#live.get(recordingId);
    if (recording !== undefined) this.#keep({ ...recording, agentIds: [...agentIds] });
  }

  finished(recordingId: RecordingId, result: RecordingResult): void {
    const recording = this.#live.get(recordingId);
    if (recording?.state !== 'recording') return;
    const whole: OpenRecording = { ...recording, agentIds: [...result.agentIds], state: 'recorded' };
    this.#keep(whole);
    this.#convert(whole, result);
  }

  lost(recordingId: RecordingId): void {
    const recording = this.#live.get(recordingId);
    if (recording?.state === 'recording') void this.#recoverOne(recording);
  }

  async recover(): Promise<void> {
    const { log } = this.#options;
    const { recordings, unreadable } = this.#open.found();
    for (const path of unreadable) {
      log.error({ path }, 'the note of an unfinished recording cannot be read; its sound stays where it is');
      await rename(path, `${path}.damaged`);
    }
    for (const recording of recordings)
      if (!this.#live.has(recording.recordingId)) await this.#recoverOne(recording);
  }

  settled(): Promise<void> {
    return this.#converting;
  }

  /** What is not converted by now is found again at the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#encoder.close();
    await this.#converting;
  }

  async #recoverOne(recording: OpenRecording): Promise<void> {
    const { folder, log } = this.#options;
    const told = this.#toldOf(recording);
    if (told !== undefined) {
      if (told.format === 'mp3') await rm(join(folder, recording.wavPath), { force: true });
      return this.#open.forget(recording.recordingId);
    }
    const path = join(folder, recording.wavPath);
    this.#live.delete(recording.recordingId);
    const repaired = await repairWav(path);
    if (!repaired.ok) {
      const isGone = !existsSync(path);
      log.warn(
        { path, callId: recording.callId, why: repaired.failure.detail },
        isGone
          ? 'a recording was begun and never written'
          : 'a recording cannot be repaired; it stays where it is',
      );
      return this.#open.forget(recording.recordingId);
    }
    const { durationMs, octets } = repaired.value;
    log.info({ callId: recording.callId, durationMs }, 'a recording of an earlier run was recovered');
    this.#live.set(recording.recordingId, recording);
    this.#convert(recording, { durationMs, octets });
  }

  /** A crash may come between the journal's word and our own note of it. */
  #toldOf({ callId, recordingId }: OpenRecording) {
    for (const { facts } of this.#options.journal.timeline(callId))
      if (facts.kind === 'recording.finished' && facts.recordingId === recordingId) return facts;
    return undefined;
  }

  /** One after another: the thread behind has one encoder, and a site has calls to carry. */
  #convert(recording: OpenRecording, wav: Pick<FinalFile, 'durationMs' | 'octets'>): void {
    this.#converting = this.#converting
      .then(() => this.#finish(recording, wav))
      .catch((error: unknown) => {
        this.#options.log.error(
          { err: error, callId: recording.callId },
          'a recording could not be finished; it is tried again at the next start',
        );
      });
  }

  async #finish(recording: OpenRecording, wav: Pick<FinalFile, 'durationMs' | 'octets'>): Promise<void> {
    const { journal, folder, log } = this.#options;
    if (this.#isClosed) return;
    const mp3Path = recording.mp3Path ?? this.#freeMp3Path(recording);
    if (recording.mp3Path === null) this.#keep({ ...recording, mp3Path });
    const encoded = await this.#encoder.encode(join(folder, recording.wavPath), join(folder, mp3Path));
    if (!encoded.ok && encoded.failure.code === 'closed') return;
    let file: FinalFile;
    if (encoded.ok) file = { ...encoded.value, path: mp3Path, format: 'mp3' };
    else {
      log.error(
        { callId: recording.callId, ...encoded.failure },
        'a recording stays WAV: it could not be encoded',
      );
      const sha256 = createHash('sha256')
        .update(await readFile(join(folder, recording.wavPath)))
        .digest('hex');
      file = {
        durationMs: wav.durationMs,
        octets: wav.octets,
        sha256,
        path: recording.wavPath,
        format: 'wav',
      };
    }
    journal.record(recording.tenantId, {
      kind: 'recording.finished',
      recordingId: recording.recordingId,
      callId: recording.callId,
      queueId: recording.queueId,
      agentIds: [...recording.agentIds],
      startedAtMs: recording.startedAtMs,
      durationMs: file.durationMs,
      path: file.path,
      format: file.format,
      octets: file.octets,
      sha256: file.sha256,
      isRecovered: recording.state === 'recording',
    });
    await journal.flush();
    // Only now is the WAV one too many: until then it is all there is to start again from.
    if (file.format === 'mp3') await rm(join(folder, recording.wavPath), { force: true });
    this.#live.delete(recording.recordingId);
    this.#open.forget(recording.recordingId);
  }

  #freeMp3Path(recording: OpenRecording): string {
    const { staffIdOf } = this.#options;
    const staffIds = recording.agentIds.flatMap((agentId) => staffIdOf?.(recording.tenantId, agentId) ?? []);
    return this.#unused(recordingPath({ ...recording, staffIds }), recording.recordingId, '.mp3');
  }

  /** A call with two recordings in one second keeps both. */
  #unused(name: string, recordingId: RecordingId, ending: string): string {
    const path = name + ending;
    const isTaken =
      existsSync(join(this.#options.folder, path)) ||
      this.#live.values().some(({ wavPath }) => wavPath === path);
    return isTaken ? `${name}_${recordingId.slice(-8)}${ending}` : path;
  }

  #keep(recording: OpenRecording): void {
    this.#live.set(recording.recordingId, recording);
    try {
      this.#open.keep(recording);
    } catch (error) {
      // The call goes on, and its recording too; only a crash would now lose whose it is.
      this.#options.log.error(
        { err: error, callId: recording.callId },
        'the note of a recording could not be written',
      );
    }
  }

  #makeFolder(folder: string): void {
    if (this.#foldersMade.has(folder)) return;
    try {
      mkdirSync(folder, { recursive: true });
      this.#foldersMade.add(folder);
    } catch (error) {
      this.#options.log.error(
        { err: error, folder },
        'no recording can be written here; calls go on without',
      );
    }
  }
}
