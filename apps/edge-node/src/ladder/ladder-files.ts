/**
 * Ladders on disk, beside the journal, in a file for each hour in which calls began, and beside it an index of where each
 * begins. A call's id tells its hour, so that nothing has to be searched.
 *
 *     ladder:       a line of JSON that tells of each message how many octets it has, then those octets, one message after another
 *     index entry:  call id (16 octets)  offset (8)  octets (4)
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { appendFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ladder, LadderMessage } from '@seatgrid/contracts/nouns/ladder.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { dayMs, hourMs } from '@seatgrid/core/kernel/duration.ts';
import { timeOfId, type CallId } from '@seatgrid/core/kernel/ids.ts';
import { ladderPruneEveryMs, laddersOctetsMax } from '../limits.ts';
import type { NodeLog } from '../node-log.ts';

/** A ladder whose messages are as they went over the wire, masked. */
export interface WireLadder extends Omit<Ladder, 'messages'> {
  readonly messages: { readonly facts: Omit<LadderMessage, 'text'>; readonly octets: Buffer }[];
}

export interface LadderFiles {
  /** Goes to disk with the next `flush`. */
  keep(ladder: WireLadder): void;
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
  readonly ladders: Buffer[];
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

  keep(ladder: WireLadder): void {
    const hour = hourOf(ladder.callId);
    let segment = this.#waiting.get(hour);
    if (!segment) this.#waiting.set(hour, (segment = { ladders: [], ids: [] }));
    segment.ladders.push(written(ladder));
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
      return readable(ladder);
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#cancelPrune();
    this.flush();
    await this.#writing;
  }

  /** The index after the ladders: what a crash leaves without an entry is never looked for. */
  async #append(hour: string, { ladders, ids }: Segment): Promise<void> {
    const path = this.#path(hour, 'ladders');
    let offset = existsSync(path) ? statSync(path).size : 0;
    const index = Buffer.alloc(entryOctets * ids.length);
    for (const [number, id] of ids.entries()) {
      const at = entryOctets * number;
      index.set(octetsOf(id), at);
      index.writeBigUInt64BE(BigInt(offset), at + idOctets);
      index.writeUInt32BE(ladders[number]!.length, at + idOctets + 8);
      offset += ladders[number]!.length;
    }
    await using file = await open(path, 'a');
    await file.writev(ladders);
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

export function ladderOf({ messages, ...rest }: WireLadder): Ladder {
  return {
    ...rest,
    messages: messages.map(({ facts, octets }) => ({ ...facts, text: octets.toString('utf8') })),
  };
}

type WrittenMessage = LadderMessage | (Omit<LadderMessage, 'text'> & { readonly octets: number });

function written({ messages, ...rest }: WireLadder): Buffer {
  const heads = messages.map(({ facts, octets }) => ({ ...facts, octets: octets.length }));
  const line = Buffer.from(`${JSON.stringify({ ...rest, messages: heads })}\n`);
  return Buffer.concat([line, ...messages.map(({ octets }) => octets)]);
}

function readable(ladder: Buffer): Ladder {
  let at = ladder.indexOf('\n') + 1;
  const line = ladder.toString('utf8', 0, at);
  const { messages, ...rest } = JSON.parse(line) as Omit<Ladder, 'messages'> & { messages: WrittenMessage[] };
  return {
    ...rest,
    messages: messages.map((message) => {
      // Ladders of before have their texts within the line.
      if ('text' in message) return message;
      const { octets, ...facts } = message;
      return { ...facts, text: ladder.toString('utf8', at, (at += octets)) };
    }),
  };
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
