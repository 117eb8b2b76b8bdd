/** The network between the machines of a simulation: delays and losses by seed, places cut off, machines that are gone. */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import type { OpenTransport } from '@seatgrid/media/sip/transport/open-transport.ts';
import type { SipFlow, SipReceive, SipTransport } from '@seatgrid/media/sip/transport/sip-transport.ts';

export interface NetworkFaults {
  /** Of 1,000 datagrams; connections lose nothing. */
  readonly lostPermille: number;
  readonly delayMs: { readonly least: number; readonly most: number };
}

/** What a connection could not deliver it tries again so soon. */
const resendMs = 200;

interface Segment {
  readonly atMs: number;
  readonly arrive: () => void;
}

export class SimNetwork {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #faults: NetworkFaults;
  /** By `address:port`. */
  readonly #machines = new Map<string, SipReceive>();
  readonly #streams = new Map<string, Segment[]>();
  readonly #cut = new Set<string>();

  constructor(clock: Clock, random: Random, faults: NetworkFaults) {
    this.#clock = clock;
    this.#random = random;
    this.#faults = faults;
  }

  /** For `SipUserAgentOptions.openTransport`. */
  readonly openTransport: OpenTransport = (listen): SipTransport => {
    const here = `${listen.address}:${listen.port}`;
    let receive: SipReceive | undefined;
    return {
      open: (heard) => {
        receive = heard;
        this.#machines.set(`${listen.protocol} ${here}`, heard);
        return Promise.resolve(listen.port);
      },
      send: (octets, flow) => this.#carry(octets, flow, { address: listen.address, port: listen.port }),
      close: () => {
        const key = `${listen.protocol} ${here}`;
        if (this.#machines.get(key) === receive) this.#machines.delete(key);
        return Promise.resolve();
      },
    };
  };

  /** The machine is gone from one moment to the next. */
  unplug(address: string): void {
    for (const key of this.#machines.keys()) if (key.includes(` ${address}:`)) this.#machines.delete(key);
  }

  /** Nothing goes from here to there, or back, until it is joined. */
  cut(here: string, there: string): void {
    this.#cut.add(wayOf(here, there));
  }

  join(here: string, there: string): void {
    this.#cut.delete(wayOf(here, there));
  }

  isCut(here: string, there: string): boolean {
    return this.#cut.has(wayOf(here, there));
  }

  /** By connection: in order, and late rather than lost, for as long as both ends wait for it. */
  stream(from: string, to: string, what: string, arrive: () => void): void {
    const key = `${from} ${to} ${what}`;
    let waiting = this.#streams.get(key);
    if (!waiting) this.#streams.set(key, (waiting = []));
    waiting.push({ atMs: this.#clock.nowMs() + this.#delayMs(), arrive });
    if (waiting.length === 1) this.#wake(waiting, from, to);
  }

  #wake(waiting: Segment[], from: string, to: string): void {
    const first = waiting[0]!;
    this.#clock.after(first.atMs - this.#clock.nowMs(), () => this.#arrive(waiting, from, to));
  }

  #arrive(waiting: Segment[], from: string, to: string): void {
    if (this.isCut(from, to)) return void this.#clock.after(resendMs, () => this.#arrive(waiting, from, to));
    waiting.shift()!.arrive();
    if (waiting.length > 0) this.#wake(waiting, from, to);
  }

  #delayMs(): number {
    const { least, most } = this.#faults.delayMs;
    return least + randomInteger(this.#random, most - least + 1);
  }

  #carry(octets: Buffer, flow: SipFlow, from: { readonly address: string; readonly port: number }): void {
    const isDatagram = flow.protocol === 'udp';
    if (isDatagram && randomInteger(this.#random, 1_000) < this.#faults.lostPermille) return;
    const message = Buffer.from(octets);
    const source: SipFlow = { protocol: flow.protocol, ...from };
    const arrive = () =>
      this.#machines.get(`${flow.protocol} ${flow.address}:${flow.port}`)?.(message, source);
    if (!isDatagram) return this.stream(from.address, flow.address, flow.protocol, arrive);
    this.#clock.after(this.#delayMs(), () => void (this.isCut(from.address, flow.address) || arrive()));
  }
}

function wayOf(here: string, there: string): string {
  return here < there ? `${here} ${there}` : `${there} ${here}`;
}
