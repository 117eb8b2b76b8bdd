/**
 * Wakes the event loop when the first packet comes to a ring that nobody looks into meanwhile. The ring tells an eventfd(2), for
 * which Node cannot wait; so a second ring, whose work is done the moment it falls due, waits for that and writes an octet into
 * a pipe, for which Node can. Rings once each time it is armed.
 */
import { IoUring, workAtOnce } from './io-uring.ts';
import { fixedMemory, type Libc } from '../../system/libc.ts';
import { nobody } from './sent-packets.ts';

const operation = { poll: 6, write: 23 };
const registerEventFd = 4;
/** `IOSQE_IO_LINK`: the next request begins when this one has succeeded. */
const link = 1 << 2;
const readable = 1;
const requests = 2;
const results = 16;
/** `EFD_NONBLOCK` and `EFD_CLOEXEC`, as those of pipe2(2). */
const nonBlockingCloseOnExec = 0o2004000;
const countOctets = 8;

/** Reads whatever comes out of a pipe's end, and says that something did, until it is closed. */
export type WatchPipe = (fd: number, onRead: () => void) => { close(): void };

export class Doorbell {
  readonly #libc: Libc;
  readonly #uring: IoUring;
  readonly #eventFd: number;
  readonly #writeEnd: number;
  readonly #watched: { close(): void };
  readonly #onRung: () => void;
  readonly #memory = fixedMemory(countOctets);
  #isArmed = false;
  #isProven = false;

  private constructor(
    libc: Libc,
    parts: { uring: IoUring; eventFd: number; pipe: Uint32Array; watch: WatchPipe; onRung: () => void },
  ) {
    this.#libc = libc;
    this.#uring = parts.uring;
    this.#eventFd = parts.eventFd;
    this.#writeEnd = parts.pipe[1]!;
    this.#onRung = parts.onRung;
    this.#watched = parts.watch(parts.pipe[0]!, () => this.#rung());
  }

  /** Undefined where the system has none of it: then the ring must be looked into. */
  static hang(
    libc: Libc,
    door: IoUring,
    { watch, onRung }: { readonly watch: WatchPipe; readonly onRung: () => void },
  ): Doorbell | undefined {
    const uring = IoUring.open(libc, requests, results, workAtOnce);
    if (typeof uring === 'number') return undefined;
    const eventFd = libc.eventfd(0, nonBlockingCloseOnExec);
    const pipe = new Uint32Array(2);
    const hasPipe = eventFd >= 0 && libc.pipe2(pipe, nonBlockingCloseOnExec) === 0;
    const told = fixedMemory(countOctets);
    told.bytes.writeInt32LE(eventFd, 0);
    if (hasPipe && door.register(registerEventFd, told.address, 1) === 0)
      return new Doorbell(libc, { uring, eventFd, pipe, watch, onRung });
    uring.close();
    if (eventFd >= 0) libc.close(eventFd);
    if (hasPipe) for (const end of pipe) libc.close(end);
    return undefined;
  }

  /** It has rung before: what a kernel says it can is not believed. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** Rings with the next packet; what the ring has been told of already it must be asked for itself, afterwards. */
  arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.#libc.read(this.#eventFd, this.#memory.bytes, countOctets);
    this.#uring.take(() => {});
    this.#request({ operation: operation.poll, flags: link, fd: this.#eventFd, operationFlags: readable });
    this.#request({ operation: operation.write, flags: 0, fd: this.#writeEnd, operationFlags: 0 });
    this.#uring.enter();
  }

  #request(parts: { operation: number; flags: number; fd: number; operationFlags: number }): void {
    const isWrite = parts.operation === operation.write;
    this.#uring.write({
      ...parts,
      priority: 0,
      second: 0,
      address: isWrite ? this.#memory.address : 0,
      octets: isWrite ? 1 : 0,
      key: nobody,
      group: 0,
      secondOctets: 0,
    });
  }

  #rung(): void {
    this.#isArmed = false;
    this.#isProven = true;
    this.#onRung();
  }

  close(): void {
    this.#uring.close();
    this.#watched.close();
    this.#libc.close(this.#writeEnd);
    this.#libc.close(this.#eventFd);
  }
}
