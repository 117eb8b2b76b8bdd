/**
 * Ladders on disk, beside the journal, in a file for each hour in which calls began, and beside it an index of where each
 * begins. A call's id tells its hour, so that nothing has to be searched.
 *
 *     ladder:       as in `written-ladders.ts`
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
import { readLadder, WrittenLadders, type KeptLadder } from './written-ladders.ts';

export interface LadderFiles {
  /** Goes to disk with the next `flush`. */
  keep(ladder: KeptLadder): void;
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

class HourlyLadderFiles implements LadderFiles {
  readonly #options: LadderFilesOptions;
  #waiting = new Map<string, WrittenLadders>();
  /** The node's place, written: the same in every ladder. */
  #node: { readonly place: Ladder['node']; readonly json: string } | null = null;
  #writing: Promise<void> = Promise.resolve();
  #cancelPrune: Cancel = () => {};

  constructor(options: LadderFilesOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
    this.#prune();
  }

  keep(ladder: KeptLadder): void {
    const { callId, node } = ladder;
    if (this.#node?.place !== node) this.#node = { place: node, json: JSON.stringify(node) };
    const hour = hourOf(callId);
    let written = this.#waiting.get(hour);
    if (!written) this.#waiting.set(hour, (written = new WrittenLadders()));
    written.add(ladder, this.#node.json);
  }

  flush(): void {
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Map();
    this.#writing = this.#writing.then(async () => {
      for (const [hour, written] of waiting)
        await this.#append(hour, written).catch((error: unknown) =>
          // A full disk costs the ladders of these calls and nothing else.
          this.#options.log.error({ err: error, calls: written.ids.length }, 'ladders were not written'),
        );
    });
  }

  async read(callId: CallId): Promise<Ladder | undefined> {
    this.flush();
    await this.#writing;
    const hour = hourOf(callId);
    const index = await readFile(this.#path(hour, 'index')).catch(() => Buffer.alloc(0));
    const wanted = octetsOf(callId);
    for (let at = 0; at + entryOctets <= index.length; at += entryOctets) {
      if (wanted.compare(index, at, at + idOctets) !== 0) continue;
      const offset = Number(index.readBigUInt64BE(at + idOctets));
      const ladder = Buffer.alloc(index.readUInt32BE(at + idOctets + 8));
      await using file = await open(this.#path(hour, 'ladders'), 'r');
      await file.read(ladder, 0, ladder.length, offset);
      return readLadder(ladder);
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#cancelPrune();
    this.flush();
    await this.#writing;
  }

  /** The index after the ladders: what a crash leaves without an entry is never looked for. */
  async #append(hour: string, { ids, lengths, octets }: WrittenLadders): Promise<void> {
    const path = this.#path(hour, 'ladders');
    let offset = existsSync(path) ? statSync(path).size : 0;
    const index = Buffer.alloc(entryOctets * ids.length);
    const idsInOctets = octetsOf(ids.join(''));
    for (let number = 0; number < ids.length; number++) {
      const at = entryOctets * number;
      idsInOctets.copy(index, at, idOctets * number, idOctets * (number + 1));
      index.writeBigUInt64BE(BigInt(offset), at + idOctets);
      index.writeUInt32BE(lengths[number]!, at + idOctets + 8);
      offset += lengths[number]!;
    }
    await appendFile(path, octets);
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
  const hour = Math.floor(atMs / hourMs);
  if (hour !== asked.hour) asked = { hour, name: new Date(hour * hourMs).toISOString().slice(0, 13) };
  return asked.name;
}

/** Calls end in the order of hours, nearly. */
let asked = { hour: -1, name: '' };

function octetsOf(ids: string): Buffer {
  return Buffer.from(ids.replaceAll('-', ''), 'hex');
}
