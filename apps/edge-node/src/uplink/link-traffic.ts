/** Counts what the link carries, by direction and kind, so that the budget of a call (architecture §5) can be read off. */
import {
  trafficKindsMax,
  type LinkTraffic as TrafficTold,
} from '@seatgrid/contracts/realtime/link-traffic.ts';

export interface LinkTraffic {
  /** Octets on the wire, compression and framing included. */
  readonly sent: Readonly<Record<string, TrafficCount>>;
  /** Octets of the messages before compression: what arrived together cannot be told apart on the wire. */
  readonly received: Readonly<Record<string, TrafficCount>>;
  readonly wireOctetsSent: number;
  readonly wireOctetsReceived: number;
  readonly callsEnded: number;
  /** Octets of events on the wire for each call ended; null before the first. */
  readonly octetsPerCall: number | null;
}

export interface TrafficCount {
  readonly messages: number;
  readonly octets: number;
}

export class TrafficCounter {
  readonly #sent = new Map<string, TrafficCount>();
  readonly #received = new Map<string, TrafficCount>();
  #wireOctetsSent = 0;
  #wireOctetsReceived = 0;
  #callsEnded = 0;

  countSent(kind: string, octets: number): void {
    count(this.#sent, kind, octets);
  }

  countReceived(kind: string, octets: number): void {
    count(this.#received, kind, octets);
  }

  countWire(octets: { readonly sent: number; readonly received: number }): void {
    this.#wireOctetsSent += octets.sent;
    this.#wireOctetsReceived += octets.received;
  }

  countCallsEnded(calls: number): void {
    this.#callsEnded += calls;
  }

  read(): LinkTraffic {
    const eventOctets = this.#sent.get('events')?.octets ?? 0;
    return {
      sent: Object.fromEntries(this.#sent),
      received: Object.fromEntries(this.#received),
      wireOctetsSent: this.#wireOctetsSent,
      wireOctetsReceived: this.#wireOctetsReceived,
      callsEnded: this.#callsEnded,
      octetsPerCall: this.#callsEnded === 0 ? null : eventOctets / this.#callsEnded,
    };
  }
}

/** As the centre is told of it; a peer that makes up kinds does not fill it. */
export function tellTraffic(traffic: LinkTraffic, times: Pick<TrafficTold, 'sinceMs' | 'atMs'>): TrafficTold {
  const { wireOctetsSent, wireOctetsReceived, callsEnded } = traffic;
  const listed = (counts: LinkTraffic['sent']) =>
    Object.entries(counts)
      .slice(0, trafficKindsMax)
      .map(([kind, { messages, octets }]) => ({ kind: kind.slice(0, 64), messages, octets }));
  return {
    ...times,
    wireOctetsSent,
    wireOctetsReceived,
    callsEnded,
    sent: listed(traffic.sent),
    received: listed(traffic.received),
  };
}

function count(counts: Map<string, TrafficCount>, kind: string, octets: number): void {
  const before = counts.get(kind);
  counts.set(kind, { messages: (before?.messages ?? 0) + 1, octets: (before?.octets ?? 0) + octets });
}
