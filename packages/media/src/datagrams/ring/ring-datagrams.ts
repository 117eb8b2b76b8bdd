/**
 * Sockets whose packets are fetched and sent in company: every few milliseconds one system call brings all that came to any of
 * them, and what is sent meanwhile leaves with the next. So a packet costs the kernel's own work and little else.
 */
import { getSystemErrorName } from 'node:util';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import {
  ringCrowdedPollMs,
  ringCrowdPackets,
  ringPollMs,
  ringRestMs,
  ringSilentPollMs,
  ringSilentPollsMax,
  ringTurnsMax,
} from '../../limits.ts';
import { unboundBy, type Datagrams, type DatagramSocket, type Unbound } from '../datagrams.ts';
import { IoUring } from './io-uring.ts';
import { fixedMemory, type Libc } from '../../system/libc.ts';
import { Doorbell, type WatchPipe } from './doorbell.ts';
import { ReceivedPackets } from './received-packets.ts';
import { RingSocket, type RingSocketOwner } from './ring-socket.ts';
import { nobody, SentPackets } from './sent-packets.ts';
import { familySix, placeOctetsMax, readPlace, writePlace } from './socket-place.ts';

const operation = { receive: 10, cancel: 14 };
/** `IOSQE_BUFFER_SELECT`; `IORING_RECV_MULTISHOT`: one request receives until it is told otherwise. */
const selectBuffer = 1 << 5;
const multishot = 1 << 1;
/** In the flags of a result: a buffer was filled, whose index stands above; more will come of the same request. */
const bufferFlag = 1 << 0;
const moreFlag = 1 << 1;
const bufferShift = 16;

const requests = 1_024;
const results = 8_192;
const group = 0;
const messageHeadOctets = 56;

const datagram = 2;
const nonBlockingCloseOnExec = 0o2004000;
const levelSix = 41;
const onlySix = 26;

export interface RingOptions {
  readonly libc: Libc;
  readonly clock: Pick<Clock, 'after'>;
  /** How long what comes may wait at present, in milliseconds, where `packets` came last; Infinity while somebody calls `fetch` often enough. */
  pollMs(packets: number): number;
  /** After what is happening now, and before the process sleeps. */
  soon(work: () => void): void;
  readonly watchPipe: WatchPipe;
}

/** The rest while somebody hears what comes. */
export function heardPollMs(packets: number): number {
  return packets > ringCrowdPackets ? ringCrowdedPollMs : ringPollMs;
}

export class RingDatagrams implements Datagrams {
  readonly kind = 'ring';
  readonly #options: RingOptions;
  readonly #uring: IoUring;
  readonly #received: ReceivedPackets;
  readonly #sent: SentPackets;
  /** What each receiving request is told: only where a packet came from is wished for. */
  readonly #wish = fixedMemory(messageHeadOctets);
  readonly #sockets = new Map<number, RingSocket>();
  /** Whose receiving request is over. */
  readonly #deaf = new Set<RingSocket>();
  readonly #owner: RingSocketOwner;
  /** Undefined where the system has none: then even silence is looked into often. */
  readonly #doorbell: Doorbell | undefined;
  #lastKey = 0;
  #listening = 0;
  #silentPolls = 0;
  #cameLast = 0;
  #isPolling = false;
  #isFetching = true;
  #isLeaving = false;
  #cancelPoll: Cancel = () => {};
  #isClosed = false;

  private constructor(options: RingOptions, uring: IoUring, received: ReceivedPackets) {
    const { libc } = options;
    this.#options = options;
    this.#uring = uring;
    this.#received = received;
    this.#sent = new SentPackets(uring, requests);
    this.#wish.bytes.writeUInt32LE(placeOctetsMax, 8);
    this.#owner = {
      send: (socket, packet) => this.#send(socket, packet),
      writePlace: (target, place) => writePlace(libc, target, place),
      readPlace: (place) => readPlace(libc, place),
      listens: (by) => this.#listens(by),
      close: (socket) => this.#closeSocket(socket),
    };
    this.#doorbell = Doorbell.hang(libc, uring, {
      watch: options.watchPipe,
      onRung: () => this.#wake(),
    });
    this.#doorbell?.arm();
    this.#pollLater();
  }

  /** An errno where the system has no such ring, or gives us none. */
  static open(options: RingOptions): RingDatagrams | number {
    const uring = IoUring.open(options.libc, requests, results);
    if (typeof uring === 'number') return uring;
    const received = ReceivedPackets.register(uring, group);
    if (typeof received !== 'number') return new RingDatagrams(options, uring, received);
    uring.close();
    return received;
  }

  bind(address: string, port: number): Promise<DatagramSocket | Unbound> {
    return Promise.resolve(this.#bind(address, port));
  }

  #bind(address: string, port: number): RingSocket | Unbound {
    const { libc } = this.#options;
    const place = Buffer.alloc(placeOctetsMax);
    const octets = writePlace(libc, place, { address, port });
    const family = place.readUInt16LE(0);
    const fd = libc.socket(family, datagram | nonBlockingCloseOnExec, 0);
    if (fd < 0) return this.#unbound();
    // The other family has a socket of its own on this port.
    if (family === familySix) libc.setsockopt(fd, levelSix, onlySix, new Uint32Array([1]), 4);
    if (libc.bind(fd, place, octets) < 0) {
      const why = this.#unbound();
      libc.close(fd);
      return why;
    }
    libc.getsockname(fd, place, new Uint32Array([placeOctetsMax]));
    this.#lastKey += 1;
    const socket = new RingSocket(fd, readPlace(libc, place).port, this.#lastKey, this.#owner);
    this.#sockets.set(socket.key, socket);
    this.#receive(socket);
    return socket;
  }

  #unbound(): Unbound {
    return unboundBy(getSystemErrorName(-this.#options.libc.errno()));
  }

  #receive(socket: RingSocket): void {
    this.#uring.write({
      operation: operation.receive,
      flags: selectBuffer,
      priority: multishot,
      fd: socket.fd,
      second: 0,
      address: this.#wish.address,
      octets: 1,
      operationFlags: 0,
      key: socket.key,
      group,
      secondOctets: 0,
    });
  }

  #send(socket: RingSocket, packet: Uint8Array): void {
    if (this.#isClosed) return;
    this.#sent.put(socket.fd, packet, socket.target, socket.targetOctets);
    // With the next fetch, where that is in sight.
    if (this.#isPolling || this.#isLeaving || !this.#isFetching) return;
    this.#isLeaving = true;
    this.#options.soon(() => {
      this.#isLeaving = false;
      if (!this.#isClosed && this.#uring.isHolding) this.#uring.enter();
    });
  }

  #listens(by: number): void {
    this.#listening += by;
    if (by < 0 || this.#listening > 1 || this.#isClosed) return;
    this.#silentPolls = 0;
    if (this.#isPolling) return;
    this.#cancelPoll();
    this.#pollLater();
  }

  get isFetching(): boolean {
    return this.#isFetching;
  }

  fetch(): void {
    if (this.#isPolling || this.#isClosed) return;
    this.#cancelPoll();
    this.#poll();
  }

  #pollLater(): void {
    this.#isFetching = this.#options.pollMs(this.#cameLast) !== Infinity;
    if (!this.#isFetching) return;
    const isSilent = this.#listening > 0 && this.#silentPolls >= ringSilentPollsMax;
    if (isSilent) this.#doorbell?.arm();
    const restMs = isSilent && this.#uring.isDue ? 0 : this.#restMs(isSilent);
    this.#cancelPoll = this.#options.clock.after(restMs, () => this.#poll());
  }

  /** Far ends that are silent wake nobody five hundred times a second: the first word of one rings. */
  #restMs(isSilent: boolean): number {
    if (this.#listening === 0) return ringRestMs;
    if (!isSilent) return this.#options.pollMs(this.#cameLast);
    return this.#doorbell?.isProven === true ? ringRestMs : ringSilentPollMs;
  }

  #wake(): void {
    this.#silentPolls = 0;
    if (this.#isPolling || this.#isClosed) return;
    this.#cancelPoll();
    this.#poll();
  }

  get #isWanted(): boolean {
    return this.#uring.isDue || this.#uring.isHolding;
  }

  /** All that has come is told; a machine that cannot keep up leaves the rest to another turn, so that others have theirs. */
  #poll(): void {
    if (this.#isClosed) return;
    this.#isPolling = true;
    this.#silentPolls += 1;
    let turns = 0;
    let came = 0;
    this.#cameLast = 0;
    do {
      // Silence is seen from here: the kernel is asked only where it says that something waits.
      if (this.#isWanted) this.#uring.enter();
      came = this.#uring.take(this.#completed);
      this.#cameLast += came;
      this.#received.publish();
      for (const socket of this.#deaf) this.#receive(socket);
      this.#deaf.clear();
      turns += 1;
      // A turn that brought nothing is the last, whatever the kernel says of the next.
    } while (came > 0 && this.#isWanted && turns < ringTurnsMax && !this.#isClosed);
    if (this.#cameLast > 0) this.#silentPolls = 0;
    this.#isPolling = false;
    if (turns < ringTurnsMax) this.#pollLater();
    else this.#options.soon(() => this.#poll());
  }

  readonly #completed = (key: number, result: number, flags: number): void => {
    const socket = this.#sockets.get(key);
    // The buffers had run out, or the results no room. What waits at the socket is not lost.
    if (socket !== undefined && (flags & moreFlag) === 0) this.#deaf.add(socket);
    if ((flags & bufferFlag) === 0) return;
    const index = flags >>> bufferShift;
    const { bytes } = this.#received;
    socket?.onPacket?.(
      this.#received.packet(index, result),
      socket.placeFrom(bytes, this.#received.placeAt(index)),
    );
    this.#received.giveBack(index);
  };

  #closeSocket(socket: RingSocket): void {
    if (!this.#sockets.delete(socket.key)) return;
    this.#deaf.delete(socket);
    this.#uring.write({
      operation: operation.cancel,
      flags: 0,
      priority: 0,
      fd: -1,
      second: 0,
      address: socket.key,
      octets: 0,
      operationFlags: 0,
      key: nobody,
      group: 0,
      secondOctets: 0,
    });
    this.#uring.enter();
    this.#options.libc.close(socket.fd);
  }

  close(): void {
    this.#cancelPoll();
    for (const socket of this.#sockets.values()) void socket.close();
    this.#isClosed = true;
    this.#doorbell?.close();
    this.#uring.close();
  }
}
