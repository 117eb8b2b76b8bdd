/**
 * Faxes at the node that took them: received into a file, closed, kept beside the recordings and told of once. Read, thrown away
 * and taken back here, whoever asks.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deletedFaxKeptMs, type FaxAct, type FaxEnding } from '@seatgrid/core/faxes/fax-box.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { dayMs } from '@seatgrid/core/kernel/duration.ts';
import type { CallId, FaxBoxId, FaxId, IdSource, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { readTiffPages } from '@seatgrid/media/fax/read-tiff-pages.ts';
import type { EventJournal } from '../ledger/event-journal.ts';
import { faxesReviewEveryMs } from '../limits.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import { recordingPath } from '../recordings/recording-path.ts';
import { KeptFaxes, type KeptFax } from './kept-faxes.ts';

export interface FaxFacts {
  readonly tenantId: TenantId;
  readonly tenantSlug: string;
  readonly timeZone: string;
  readonly faxBoxId: FaxBoxId;
  readonly faxBoxName: string;
  readonly callId: CallId;
  readonly fromNumber: string;
}

/** How it ended, as far as anybody knows. */
export interface FaxEnd {
  readonly ending: FaxEnding;
  readonly farIdentification: string;
  readonly isRecovered: boolean;
}

export interface FaxStoreOptions {
  /** The recordings'. */
  readonly folder: string;
  readonly journal: Pick<EventJournal, 'record' | 'flush'>;
  readonly ids: IdSource;
  readonly clock: Clock;
  /** Null: kept as recordings are. */
  readonly keptDaysOf: (tenantId: TenantId, faxBoxId: FaxBoxId) => number | null;
  readonly log?: NodeLog;
}

export class FaxStore {
  readonly #options: FaxStoreOptions;
  readonly #log: NodeLog;
  readonly #kept: KeptFaxes;
  #closing: Promise<unknown> = Promise.resolve();
  #cancelReview: Cancel = () => {};

  constructor(options: FaxStoreOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#kept = new KeptFaxes(options.folder);
    for (const path of this.#kept.unreadable)
      this.#log.error({ path }, 'what is known of a fax cannot be read; its pages stay where they are');
  }

  /** What a crash left is closed and told of now; from here on faxes grow old. */
  start(): void {
    for (const { id, state } of this.#kept.all())
      if (state === 'begun')
        void this.ended(id, { ending: 'line-lost', farIdentification: '', isRecovered: true });
    this.#review();
  }

  countIn(tenantId: TenantId, faxBoxId: FaxBoxId): number {
    return this.#kept.countIn(tenantId, faxBoxId);
  }

  /** Where the pages shall be written. Throws where nothing can be. */
  begin(facts: FaxFacts): { readonly id: FaxId; readonly path: string } {
    const { ids, clock } = this.#options;
    const id = ids.next<'fax'>();
    const receivedAtMs = clock.nowMs();
    const name = recordingPath({
      tenantSlug: facts.tenantSlug,
      callId: facts.callId,
      queueName: facts.faxBoxName,
      startedAtMs: receivedAtMs,
      timeZone: facts.timeZone,
      staffIds: [],
    });
    const { tenantId, faxBoxId, callId, fromNumber } = facts;
    this.#kept.keep({
      id,
      tenantId,
      faxBoxId,
      callId,
      fromNumber,
      receivedAtMs,
      // A call may bring more than one.
      path: name.replace('/', '/faxes/') + `_${id.slice(-8)}.tiff`,
      state: 'begun',
      isRead: false,
      deletedAtMs: null,
    });
    return { id, path: this.#kept.receivedAt(id) };
  }

  /** Nobody writes to it any longer. Settles with the pages that were kept; none where it cannot be closed now. */
  ended(id: FaxId, end: FaxEnd): Promise<number> {
    const closed = this.#closing.then(() => this.#close(id, end));
    this.#closing = closed.catch((error: unknown) =>
      this.#log.error(
        { err: error, faxId: id },
        'a fax could not be closed; it is tried again at the next start',
      ),
    );
    return closed.catch(() => 0);
  }

  /** False where there is no such fax, or it is so already. */
  act(
    tenantId: TenantId,
    faxId: FaxId,
    { act, way }: { readonly act: Exclude<FaxAct, 'purged'>; readonly way: 'portal' | 'age' },
  ): boolean {
    const fax = this.#kept.get(faxId);
    if (!fax || fax.tenantId !== tenantId || fax.state !== 'kept') return false;
    const isRead = act === 'read' ? true : act === 'unread' ? false : fax.isRead;
    const deletedAtMs =
      act === 'deleted'
        ? (fax.deletedAtMs ?? this.#options.clock.nowMs())
        : act === 'restored'
          ? null
          : fax.deletedAtMs;
    if (isRead === fax.isRead && deletedAtMs === fax.deletedAtMs) return false;
    this.#kept.keep({ ...fax, isRead, deletedAtMs });
    this.#tellChanged(fax, act, way);
    return true;
  }

  async settled(): Promise<void> {
    await this.#closing;
  }

  async close(): Promise<void> {
    this.#cancelReview();
    await this.#closing;
  }

  async #close(id: FaxId, { ending, farIdentification, isRecovered }: FaxEnd): Promise<number> {
    const fax = this.#kept.get(id);
    if (!fax || fax.state !== 'begun') return 0;
    const { folder, journal, clock } = this.#options;
    const { tenantId, faxBoxId, callId, fromNumber, receivedAtMs, path } = fax;
    const source = this.#kept.receivedAt(id);
    const target = join(folder, path);
    // A crash between the rename and the last word leaves it there already.
    const file = (await contentsOf(source)) ?? (await contentsOf(target));
    const pages = file ? readTiffPages(file) : undefined;
    const [first] = pages?.ok ? pages.value : [];
    if (!file || !pages?.ok || !first) {
      if (file)
        this.#log.error(
          { faxId: id, detail: pages?.ok ? 'no page' : pages?.failure },
          'a fax cannot be read',
        );
      journal.record(tenantId, {
        kind: 'fax.missed',
        faxBoxId,
        callId,
        why: ending === 'complete' ? 'fault' : ending,
      });
      await rm(source, { force: true });
      this.#kept.forget(id);
      return 0;
    }
    await mkdir(dirname(target), { recursive: true });
    await rename(source, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    journal.record(tenantId, {
      kind: 'fax.received',
      faxId: id,
      faxBoxId,
      callId,
      fromNumber,
      farIdentification: farIdentification.slice(0, farIdentificationCharsMax),
      receivedAtMs,
      durationMs: Math.max(0, Math.round(clock.nowMs() - receivedAtMs)),
      pages: pages.value.length,
      ending,
      rowsPerInch: Math.round(first.rowsPerInch),
      path,
      octets: file.length,
      sha256: createHash('sha256').update(file).digest('hex'),
      isRecovered,
    });
    // A crash between the two tells it twice, under the same id: the centre stores it once.
    await journal.flush();
    this.#kept.keep({ ...fax, state: 'kept' });
    return pages.value.length;
  }

  /** What is older than its box keeps is thrown away; what was thrown away long enough ago is gone. */
  #review(): void {
    const { clock, keptDaysOf } = this.#options;
    const nowMs = clock.nowMs();
    for (const fax of this.#kept.all()) {
      if (fax.state !== 'kept') continue;
      const keptDays = keptDaysOf(fax.tenantId, fax.faxBoxId);
      if (fax.deletedAtMs !== null && nowMs - fax.deletedAtMs > deletedFaxKeptMs) this.#purge(fax);
      else if (keptDays !== null && nowMs - fax.receivedAtMs > keptDays * dayMs)
        this.act(fax.tenantId, fax.id, { act: 'deleted', way: 'age' });
    }
    this.#cancelReview = clock.after(faxesReviewEveryMs, () => this.#review());
  }

  #purge(fax: KeptFax): void {
    rmSync(join(this.#options.folder, fax.path), { force: true });
    this.#kept.forget(fax.id);
    this.#tellChanged(fax, 'purged', 'age');
  }

  #tellChanged({ id, tenantId, faxBoxId }: KeptFax, act: FaxAct, way: 'portal' | 'age'): void {
    this.#options.journal.record(tenantId, { kind: 'fax.changed', faxId: id, faxBoxId, act, way });
  }
}

/** T.30 gives it twenty. */
const farIdentificationCharsMax = 40;

async function contentsOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
