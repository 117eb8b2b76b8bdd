/**
 * What a node and a media worker say to each other, where both can map the same memory: a ring of texts each way, and a pipe each
 * way to wake whoever sleeps. A process that is awake anyway finds what was said when it looks (decision 0073).
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Libc } from '../system/libc.ts';
import { channelRetryMs, channelRingOctets } from '../limits.ts';
import { watchPipe } from '../system/watch-pipe.ts';
import { TextRingReader, textRingOctets, TextRingWriter } from './text-ring.ts';

/** Descriptors of one end: the memory, the pipe that wakes this end, and the one that wakes the other. */
export interface ChannelEnd {
  readonly memory: number;
  readonly ownBell: number;
  readonly farBell: number;
}

/** The argument by which a worker knows that it was given an end, and where a forked process has it. */
export const sharesMemory = 'shares-memory';
export const workerEnd: ChannelEnd = { memory: 4, ownBell: 5, farBell: 6 };

const closeOnExec = 1;
const nonBlockingCloseOnExec = 0o2004000;
const ringing = Buffer.from([0]);

/** Both ends; undefined where the system gives none. The worker's, and the memory, are to be closed once both have joined. */
export function makeChannelEnds(
  libc: Libc,
): { readonly node: ChannelEnd; readonly worker: ChannelEnd } | undefined {
  const memory = libc.memfd_create('seatgrid-channel', closeOnExec);
  if (memory < 0) return undefined;
  const toNode = new Uint32Array(2);
  const toWorker = new Uint32Array(2);
  const opened = [memory];
  for (const pipe of [toNode, toWorker])
    if (libc.pipe2(pipe, nonBlockingCloseOnExec) === 0) opened.push(...pipe);
  if (opened.length === 5 && libc.ftruncate(memory, 2 * textRingOctets(channelRingOctets)) === 0)
    return {
      node: { memory, ownBell: toNode[0]!, farBell: toWorker[1]! },
      worker: { memory, ownBell: toWorker[0]!, farBell: toNode[1]! },
    };
  for (const fd of opened) libc.close(fd);
  return undefined;
}

export interface ChannelListener {
  /** What the other end said, as JSON carries it. */
  onMessage(message: unknown): void;
  /** What the other end wrote is no message, and nothing more is heard: memory was spoilt. */
  onSpoilt(cause: string): void;
}

export interface ChannelParts {
  readonly isNode: boolean;
  readonly clock: Pick<Clock, 'after'>;
  readonly listener: ChannelListener;
}

export class SharedChannel {
  readonly #libc: Libc;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #farBell: number;
  readonly #out: TextRingWriter;
  readonly #in: TextRingReader;
  readonly #bell: { close(): void };
  readonly #listener: ChannelListener;
  #isClosed = false;
  #isRetrying = false;
  readonly #whenSaid: (() => void)[] = [];

  private constructor(libc: Libc, end: ChannelEnd, parts: ChannelParts & { readonly memory: ArrayBuffer }) {
    this.#libc = libc;
    this.#farBell = end.farBell;
    this.#clock = parts.clock;
    const { memory, isNode } = parts;
    const first = 0;
    const second = textRingOctets(channelRingOctets);
    this.#out = new TextRingWriter(memory, isNode ? first : second, channelRingOctets);
    this.#in = new TextRingReader(memory, isNode ? second : first, channelRingOctets);
    this.#listener = parts.listener;
    this.#bell = watchPipe(end.ownBell, () => this.rest(false));
  }

  /** Undefined where the memory cannot be mapped. */
  static join(libc: Libc, end: ChannelEnd, parts: ChannelParts): SharedChannel | undefined {
    const memory = libc.mapShared(end.memory, 0, 2 * textRingOctets(channelRingOctets));
    return memory && new SharedChannel(libc, end, { memory, ...parts });
  }

  /** Plain data. */
  send(message: unknown): void {
    if (this.#isClosed) return;
    if (!this.#out.write(JSON.stringify(message))) this.#retryLater();
    if (this.#out.takesWaking()) this.#libc.write(this.#farBell, ringing, 1);
  }

  /** Settles when nothing waits outside the memory: what is in it is heard, whatever becomes of this end. */
  said(): Promise<void> {
    if (this.#isClosed || !this.#isRetrying) return Promise.resolve();
    return new Promise((settle) => this.#whenSaid.push(settle));
  }

  /** Tells all that has come. */
  look(): void {
    while (!this.#isClosed) {
      let message: unknown;
      try {
        const text = this.#in.read();
        if (text === undefined) return;
        message = JSON.parse(text);
      } catch (error) {
        this.close();
        this.#listener.onSpoilt((error as Error).message);
        return;
      }
      this.#listener.onMessage(message);
    }
  }

  /** Looks, and from now on is woken only where nobody will look within a few milliseconds. */
  rest(looksSoon: boolean): void {
    this.look();
    if (looksSoon) this.#in.stayAwake();
    else while (!this.#isClosed && !this.#in.fallAsleep()) this.look();
  }

  /** The far side is slow, and what was said waits here. */
  #retryLater(): void {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    this.#clock.after(channelRetryMs, () => {
      this.#isRetrying = false;
      if (this.#isClosed) return;
      if (!this.#out.push()) this.#retryLater();
      else this.#tellSaid();
      if (this.#out.takesWaking()) this.#libc.write(this.#farBell, ringing, 1);
    });
  }

  #tellSaid(): void {
    for (const settle of this.#whenSaid.splice(0)) settle();
  }

  /** What waits is dropped. The memory stays mapped: somebody may hold a view of it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#bell.close();
    this.#libc.close(this.#farBell);
    this.#tellSaid();
  }
}
