/**
 * One io_uring(7): requests are written into memory shared with the kernel, and one system call hands over all that were
 * written and fetches all that came. Work is done only within that call (`IORING_SETUP_DEFER_TASKRUN`, Linux 6.1), on the one
 * thread that made the ring: nothing interrupts in between, and neither side need guard what it reads.
 */
import { fixedMemory, type Libc } from '../../system/libc.ts';

const callOf = { setup: 425, enter: 426, register: 427 };

/** `IORING_SETUP_CQSIZE`, `TASKRUN_FLAG`, `SINGLE_ISSUER`, `DEFER_TASKRUN`. */
const workOnEntry = (1 << 3) | (1 << 9) | (1 << 12) | (1 << 13);
/** `IORING_SETUP_CQSIZE` alone: the kernel interrupts the thread for what falls due. */
export const workAtOnce = 1 << 3;
const enterGetEvents = 1;
/** In the flags of the submission ring: work waits to be done (`IORING_SQ_TASKRUN`). */
const workFlag = 1 << 2;
/** The same, or results wait for room. */
const dueFlags = workFlag | (1 << 1);
const offSubmissionEntries = 0x1000_0000;

const entryWords = 16;
const completionWords = 4;
const paramsOctets = 120;

/** Results of a request: `key` as it was given, `result` as the system call’s, negative for an errno. */
export type Completed = (key: number, result: number, flags: number) => void;

/** Words of a request (`struct io_uring_sqe`), by name. */
export interface RingRequest {
  readonly operation: number;
  readonly flags: number;
  readonly priority: number;
  readonly fd: number;
  /** `addr2`: a second address, of a place to send to. */
  readonly second: number;
  readonly address: number;
  readonly octets: number;
  readonly operationFlags: number;
  readonly key: number;
  readonly group: number;
  readonly secondOctets: number;
}

export class IoUring {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #words: Int32Array;
  readonly #entries: Uint32Array;
  readonly #size: number;
  readonly #submission: { readonly tail: number; readonly flags: number };
  readonly #completion: {
    readonly head: number;
    readonly tail: number;
    readonly mask: number;
    readonly first: number;
  };
  #tail = 0;
  #handedOver = 0;

  private constructor(libc: Libc, fd: number, parts: RingParts) {
    this.#libc = libc;
    this.#fd = fd;
    this.#words = new Int32Array(parts.ring);
    this.#entries = new Uint32Array(parts.entries);
    this.#size = parts.size;
    this.#submission = parts.submission;
    this.#completion = parts.completion;
    this.#tail = this.#words[parts.submission.tail]!;
    this.#handedOver = this.#tail;
    // Requests are used in their order: the table that could say otherwise is written once.
    for (let at = 0; at < parts.size; at++) this.#words[parts.order + at] = at;
  }

  /** `size` requests can be written between two entries, and `results` wait; powers of two. An errno where the system says no. */
  static open(libc: Libc, size: number, results: number, setupFlags = workOnEntry): IoUring | number {
    const params = fixedMemory(paramsOctets);
    params.bytes.writeUInt32LE(setupFlags, 8);
    params.bytes.writeUInt32LE(results, 4);
    const fd = libc.syscall(callOf.setup, size, params.address);
    if (fd < 0) return libc.errno();
    const word = (octet: number) => params.bytes.readUInt32LE(octet) / 4;
    const order = word(64);
    const first = word(100);
    const ring = libc.mapShared(fd, 0, 4 * Math.max(order + size, first + completionWords * results));
    const entries = libc.mapShared(fd, offSubmissionEntries, 4 * entryWords * size);
    if (ring === undefined || entries === undefined) {
      const why = libc.errno();
      libc.close(fd);
      return why;
    }
    return new IoUring(libc, fd, {
      ring,
      entries,
      size,
      order,
      submission: { tail: word(44), flags: word(56) },
      completion: { head: word(80), tail: word(84), mask: results - 1, first },
    });
  }

  /** Place of the next request among `size`; all before it are handed over first where there is no more room. */
  next(): number {
    if (this.#tail - this.#handedOver >= this.#size) this.enter();
    return this.#tail & (this.#size - 1);
  }

  /** Writes the request at `next()`. */
  write(request: RingRequest): void {
    const at = this.next() * entryWords;
    const words = this.#entries;
    words[at] = request.operation | (request.flags << 8) | (request.priority << 16);
    words[at + 1] = request.fd;
    writeLong(words, at + 2, request.second);
    writeLong(words, at + 4, request.address);
    words[at + 6] = request.octets;
    words[at + 7] = request.operationFlags;
    writeLong(words, at + 8, request.key);
    words[at + 10] = request.group;
    words[at + 11] = request.secondOctets;
    writeLong(words, at + 12, 0);
    writeLong(words, at + 14, 0);
    this.#tail = (this.#tail + 1) | 0;
  }

  get isHolding(): boolean {
    return this.#tail !== this.#handedOver;
  }

  /** True while the kernel has work or results that it had no turn or room for. */
  get isDue(): boolean {
    return (this.#words[this.#submission.flags]! & dueFlags) !== 0;
  }

  /**
   * Hands over what was written, and lets what has come be done. The kernel puts work down before it says so, and may say so of
   * work that it has just done; it would take that back only with the next. So it is taken back here, before whatever is there
   * is done: what is said afterwards is of something else.
   */
  enter(): void {
    const { flags } = this.#submission;
    if ((this.#words[flags]! & workFlag) !== 0) Atomics.and(this.#words, flags, ~workFlag);
    const waiting = (this.#tail - this.#handedOver) | 0;
    this.#words[this.#submission.tail] = this.#tail;
    const taken = this.#libc.syscall(callOf.enter, this.#fd, waiting, 0, enterGetEvents, 0, 0);
    if (taken > 0) this.#handedOver = (this.#handedOver + taken) | 0;
  }

  /** Tells each result once. */
  take(each: Completed): number {
    const { head, tail, mask, first } = this.#completion;
    const words = this.#words;
    let at = words[head]!;
    const end = words[tail]!;
    const count = (end - at) | 0;
    while (at !== end) {
      const place = first + (at & mask) * completionWords;
      const key = words[place]!;
      const result = words[place + 2]!;
      const flags = words[place + 3]!;
      at = (at + 1) | 0;
      // Its place is free before it is told, so that whoever is told may enter again.
      words[head] = at;
      each(key, result, flags);
    }
    return count;
  }

  register(operation: number, address: number, count: number): number {
    return this.#libc.syscall(callOf.register, this.#fd, operation, address, count) < 0
      ? this.#libc.errno()
      : 0;
  }

  close(): void {
    this.#libc.close(this.#fd);
  }
}

interface RingParts {
  readonly ring: ArrayBuffer;
  readonly entries: ArrayBuffer;
  readonly size: number;
  readonly order: number;
  readonly submission: { readonly tail: number; readonly flags: number };
  readonly completion: {
    readonly head: number;
    readonly tail: number;
    readonly mask: number;
    readonly first: number;
  };
}

/** A number of 64 bits, the lower half first, as these machines have it. */
export function writeLong(words: Uint32Array, at: number, value: number): void {
  words[at] = value >>> 0;
  words[at + 1] = Math.floor(value / 0x1_0000_0000);
}
