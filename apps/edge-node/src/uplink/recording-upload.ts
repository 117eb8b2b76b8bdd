/**
 * Brings recordings to the centre in idle gaps, where the operators let it: the oldest first, piece by piece, each when the site is
 * quiet and the day's budget has it. The centre says what it has not, and from where on; nothing of that is kept here, so that a
 * cut, a restart or another machine goes on where the last piece ended.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import {
  copiedSchema,
  wantedCopySchema,
  type WantedCopy,
} from '@seatgrid/contracts/link/recording-copies.ts';
import { octetsToUpload } from '@seatgrid/core/fleet/recording-upload.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { localMoment } from '@seatgrid/core/numbers/working-time.ts';
import type { NodeLog } from '../node-log.ts';
import type { CentreAccess } from './centre-access.ts';
import {
  recordingStillMaxMs,
  requestMaxMs,
  uploadLookEveryMs,
  uploadPendingEventsMax,
  uploadPieceMs,
  uploadPieceOctetsMax,
  uploadPieceOctetsMin,
} from './limits.ts';
import { recordedFile } from './recorded-file.ts';
import type { RecordingPace } from './recording-pace.ts';
import { timeLimit } from './time-limit.ts';
import type { UploadBudget } from './upload-budget.ts';

export interface RecordingUploadOptions {
  readonly centre: CentreAccess;
  readonly folder: string;
  readonly budget: UploadBudget;
  readonly pace: Pick<RecordingPace, 'paced' | 'octetsPerSecond'>;
  readonly policy: () => NodeConfig['recordingUpload'];
  /** What else there is to do, at this moment. */
  readonly busy: () => { readonly isUp: boolean; readonly calls: number; readonly pendingEvents: number };
  readonly clock: Clock;
  readonly log: NodeLog;
}

const wantedSchema = z.object({ items: z.array(wantedCopySchema) });

export class RecordingUpload {
  readonly #options: RecordingUploadOptions;
  #isAtIt = false;
  #isClosed = false;
  #cancelLook: Cancel | undefined;

  constructor(options: RecordingUploadOptions) {
    this.#options = options;
  }

  /** Something changed, or time passed: perhaps there is a gap. */
  look(): void {
    const { clock, log } = this.#options;
    if (this.#isAtIt || this.#isClosed) return;
    this.#cancelLook?.();
    this.#isAtIt = true;
    this.#upload()
      // The line, most of all; what was not taken is told of by the centre the next time.
      .catch((error: unknown) => log.warn({ cause: String(error) }, 'recordings wait to be uploaded'))
      .finally(() => {
        this.#isAtIt = false;
        if (!this.#isClosed) this.#cancelLook = clock.after(uploadLookEveryMs, () => this.look());
      });
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelLook?.();
  }

  async #upload(): Promise<void> {
    while (this.#octetsNow() > 0) {
      const { items } = wantedSchema.parse(await this.#ask('GET', '/api/node/copies'));
      if (items.length === 0) return;
      for (const wanted of items) if (!(await this.#bring(wanted))) return;
    }
  }

  /** False: the gap is over. */
  async #bring(wanted: WantedCopy): Promise<boolean> {
    const { folder, log } = this.#options;
    if (this.#octetsNow() === 0) return false;
    const found = await recordedFile(folder, wanted);
    if (!found.ok) {
      log.warn({ path: wanted.path, why: found.failure }, 'a recording cannot be uploaded');
      await this.#ask(
        'POST',
        `/api/node/missing-copies/${placeOf(wanted)}`,
        JSON.stringify({ why: found.failure }),
      );
      return true;
    }
    await using file = await open(found.value, 'r');
    for (let from = wanted.from; from < wanted.octets;) {
      const octets = Math.min(this.#octetsNow(), this.#pieceOctets(), wanted.octets - from);
      if (octets === 0) return false;
      const there = await this.#sendPiece(wanted, { file, from, octets });
      // What came was not what was recorded, and the centre wants no more of it.
      if (there < from) return true;
      from = there;
    }
    log.info({ path: wanted.path, octets: wanted.octets }, 'a recording lies at the centre as well');
    return true;
  }

  async #sendPiece(
    wanted: WantedCopy,
    { file, from, octets }: { readonly file: FileHandle; readonly from: number; readonly octets: number },
  ): Promise<number> {
    const { budget, pace } = this.#options;
    const piece = new Uint8Array(octets);
    await file.read(piece, 0, octets, from);
    budget.spend(this.#today(), octets);
    const reply = await this.#ask(
      'POST',
      `/api/node/copies/${placeOf(wanted)}/${from}`,
      pace.paced([piece], 'uploaded'),
    );
    return copiedSchema.parse(reply).from;
  }

  /** 0 outside a gap. */
  #octetsNow(): number {
    const { policy, busy, budget, clock } = this.#options;
    const wanted = policy();
    const { isUp, calls, pendingEvents } = busy();
    if (wanted === null || !isUp || this.#isClosed || pendingEvents > uploadPendingEventsMax) return 0;
    const { timeZone } = wanted;
    return octetsToUpload(wanted, {
      nowMs: clock.nowMs(),
      timeZone,
      calls,
      octetsToday: budget.spentOn(this.#today()),
    });
  }

  /** What is sent twice after a cut is one of these at most. */
  #pieceOctets(): number {
    const octets = Math.floor((this.#options.pace.octetsPerSecond * uploadPieceMs) / 1_000);
    return Math.min(uploadPieceOctetsMax, Math.max(uploadPieceOctetsMin, octets));
  }

  #today(): string {
    const { policy, clock } = this.#options;
    return localMoment(policy()?.timeZone ?? 'UTC', clock.nowMs()).date;
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    body?: string | AsyncIterable<Uint8Array>,
  ): Promise<unknown> {
    const { centre, clock } = this.#options;
    using limit = timeLimit(clock, typeof body === 'object' ? recordingStillMaxMs : requestMaxMs);
    const contentType = typeof body === 'string' ? 'application/json' : 'application/octet-stream';
    const reply = await fetch(centre.url + path, {
      method,
      headers: { authorization: await centre.authorization(), 'content-type': contentType },
      ...(body === undefined ? {} : { body: body as unknown, duplex: 'half' }),
      signal: limit.signal,
    } as RequestInit);
    const text = await reply.text();
    if (!reply.ok) throw new Error(`the centre answered ${reply.status} ${text.slice(0, 200)}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

function placeOf({ tenantId, recordingId }: WantedCopy): string {
  return `${tenantId}/${recordingId}`;
}
