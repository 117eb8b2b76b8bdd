/**
 * Ladders on disk, beside the journal: one JSON text a line, in a file for each hour in which calls began, and beside it an
 * index of where each begins. A call's id tells its hour, so that nothing has to be searched.
 *
 *     index entry:  call id (16 octets)  offset (8)  octets (4)
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { appendFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { dayMs, hourMs } from '@seatgrid/core/kernel/duration.ts';
import { timeOfId, type CallId } from '@seatgrid/core/kernel/ids.ts';
import { ladderPruneEveryMs, laddersOctetsMax } from '../limits.ts';
import type { NodeLog } from '../node-log.ts';

export interface LadderFiles {
  /** Goes to disk with the next `flush`. */
  keep(ladder: Ladder): void;
  flush(): void;
  read(callId: CallId): Promise<Ladder | undefined>;
  /** Settles when all that was kept is on disk. */
  close(): Promise<void>;
}

export interface LadderFilesOptions {
  readonly folder: string;
  readonly keptDays: number;
  readonly clock: Clock;
  readonly log: NodeLog;
}

export function openLadderFiles(options: LadderFilesOptions): LadderFiles {
  return new HourlyLadderFiles(options);
}

const idOctets = 16;
const entryOctets = 28;

interface Segment {
  readonly lines: Buffer[];
  readonly ids: CallId[];
}

class HourlyLadderFiles implements LadderFiles {
  readonly #options: LadderFilesOptions;
  #waiting = new Map<string, Segment>();
  #writing: Promise<void> = Promise.resolve();
  #cancelPrune: Cancel = () => {};

  constructor(options: LadderFilesOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
    this.#prune();
  }

  keep(ladder: Ladder): void {
    const hour = hourOf(ladder.callId);
    let segment = this.#waiting.get(hour);
    if (!segment) this.#waiting.set(hour, (segment = { lines: [], ids: [] }));
    segment.lines.push(Buffer.from(`${JSON.stringify(ladder)}\n`));
    segment.ids.push(ladder.callId);
  }

  flush(): void {
    if (this.#waiting.size === 0) return;
    const segments = this.#waiting;
    this.#waiting = new Map();
    this.#writing = this.#writing.then(async () => {
      for (const [hour, segment] of segments)
        await this.#append(hour, segment).catch((error: unknown) =>
          // A full disk costs the ladders of these calls and nothing else.
          this.#options.log.error({ err: error, calls: segment.ids.length }, 'ladders were not written'),
        );
    });
  }

  async read(callId: CallId): Promise<Ladder | undefined> {
    await this.#writing;
    const hour = hourOf(callId);
    const index = await readFile(this.#path(hour, 'index')).catch(() => Buffer.alloc(0));
    const wanted = octetsOf(callId);
    for (let at = 0; at + entryOctets <= index.length; at += entryOctets) {
      if (wanted.compare(index, at, at + idOctets) !== 0) continue;
      const offset = Number(index.readBigUInt64BE(at + idOctets));
      const line = Buffer.alloc(index.readUInt32BE(at + idOctets + 8));
      await using file = await open(this.#path(hour, 'ladders'), 'r');
      await file.read(line, 0, line.length, offset);
      return JSON.parse(line.toString('utf8')) as Ladder;
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#cancelPrune();
    this.flush();
    await this.#writing;
  }

  /** The index after the lines: what a crash leaves without an entry is never looked for. */
  async #append(hour: string, { lines, ids }: Segment): Promise<void> {
    const path = this.#path(hour, 'ladders');
    let offset = existsSync(path) ? statSync(path).size : 0;
    const index = Buffer.alloc(entryOctets * ids.length);
    for (const [number, id] of ids.entries()) {
      const at = entryOctets * number;
      index.set(octetsOf(id), at);
      index.writeBigUInt64BE(BigInt(offset), at + idOctets);
      index.writeUInt32BE(lines[number]!.length, at + idOctets + 8);
      offset += lines[number]!.length;
    }
    await using file = await open(path, 'a');
    await file.writev(lines);
    await appendFile(this.#path(hour, 'index'), index);
  }

  #prune(): void {
    const { clock, keptDays, folder } = this.#options;
    const oldest = hourAt(clock.nowMs() - keptDays * dayMs);
    const hours = readdirSync(folder)
      .filter((name) => name.endsWith('.ladders'))
      .map((name) => name.slice(0, -'.ladders'.length))
      .sort()
      .reverse();
    let octets = 0;
    for (const hour of hours) {
      octets += statSync(this.#path(hour, 'ladders')).size;
      if (hour >= oldest && octets <= laddersOctetsMax) continue;
      for (const ending of ['ladders', 'index'] as const) rmSync(this.#path(hour, ending), { force: true });
    }
    this.#cancelPrune = clock.after(ladderPruneEveryMs, () => this.#prune());
  }

  #path(hour: string, ending: 'ladders' | 'index'): string {
    return join(this.#options.folder, `${hour}.${ending}`);
  }
}

function hourOf(callId: CallId): string {
  return hourAt(timeOfId(callId));
}

/** `2026-11-25T13`, in UTC: names sort by time. */
function hourAt(atMs: number): string {
  return new Date(Math.floor(atMs / hourMs) * hourMs).toISOString().slice(0, 13);
}

function octetsOf(id: CallId): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
