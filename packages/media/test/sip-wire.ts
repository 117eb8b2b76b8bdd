/**
 * A network in memory for SIP tests: transports by address, with loss, doubling and delay by seeded chance, in virtual
 * time. A raw end can be put on it, to send what no well-behaved stack would.
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import type { SipFlow, SipListen, SipReceive, SipTransport } from '../src/sip/transport/sip-transport.ts';

export interface WireFaults {
  readonly random: Random;
  /** Of 100 datagrams. */
  readonly lostPercent: number;
  readonly doubledPercent: number;
  readonly delayMsMax: number;
}

export interface SentDatagram {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

export class SipWire {
  readonly sent: SentDatagram[] = [];
  /** While true every datagram is lost. */
  isCut = false;
  /** Loses what it says true to. */
  dropWhen: (datagram: SentDatagram) => boolean = () => false;
  readonly #clock: Clock;
  readonly #faults: WireFaults | undefined;
  readonly #ends = new Map<string, SipReceive>();
  readonly #forks = new Map<string, readonly string[]>();

  constructor(clock: Clock, faults?: WireFaults) {
    this.#clock = clock;
    this.#faults = faults;
  }

  /** For `SipUserAgentOptions.openTransport`. */
  readonly openTransport = (listen: SipListen): SipTransport => {
    const here = `${listen.address}:${listen.port}`;
    return {
      open: async (receive) => {
        this.#ends.set(here, receive);
        return listen.port;
      },
      send: (octets, flow) => this.carry(here, flow, octets),
      close: async () => {
        this.#ends.delete(here);
      },
    };
  };

  /** An end without a stack behind it; what arrives is collected as text. */
  rawEnd(address: string, port = 5060): RawEnd {
    const received: string[] = [];
    const here = `${address}:${port}`;
    this.#ends.set(here, (octets) => received.push(octets.toString('utf8')));
    return {
      received,
      send: (octets, to) =>
        this.carry(here, { protocol: 'udp', address: to, port: 5060 }, Buffer.from(octets as string)),
    };
  }

  /** What goes to `address` goes to each of these, as a proxy that forks and forgets would send it. */
  fork(address: string, targets: readonly string[]): void {
    this.#forks.set(address, targets);
  }

  carry(from: string, flow: SipFlow, octets: Buffer): void {
    const targets = this.#forks.get(flow.address);
    if (targets) {
      for (const address of targets) this.carry(from, { ...flow, address }, octets);
      return;
    }
    const datagram = { from, to: `${flow.address}:${flow.port}`, text: octets.toString('utf8') };
    this.sent.push(datagram);
    if (this.isCut || this.dropWhen(datagram)) return;
    const copies = this.#copies();
    for (let copy = 0; copy < copies; copy++) this.#deliver(datagram, octets, flow);
  }

  #copies(): number {
    const faults = this.#faults;
    if (!faults) return 1;
    const roll = randomInteger(faults.random, 100);
    if (roll < faults.lostPercent) return 0;
    return roll < faults.lostPercent + faults.doubledPercent ? 2 : 1;
  }

  #deliver(datagram: SentDatagram, octets: Buffer, flow: SipFlow): void {
    const [address = '', port = ''] = datagram.from.split(':');
    const source = { protocol: flow.protocol, address, port: Number(port) } as const;
    const delayMs = this.#faults ? randomInteger(this.#faults.random, this.#faults.delayMsMax + 1) : 1;
    this.#clock.after(delayMs, () => this.#ends.get(datagram.to)?.(Buffer.from(octets), source));
  }
}

export interface RawEnd {
  readonly received: string[];
  send(octets: string | Buffer, to: string): void;
}
