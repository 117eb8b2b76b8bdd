/** What happened at this node since it started, by kind: fed by the journal, once durable, and by the SIP stack. */
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import { LabelledCounter, type MetricFamily } from '@seatgrid/core/kernel/metrics.ts';
import type { EventJournal } from '../ledger/event-journal.ts';

/** By status, or by the method's place in `methods`. */
type Counts = ({ count: number } | undefined)[];

/** As requests begin; those that calls are made of first. */
const methods = ['INVITE ', 'ACK ', 'BYE ', 'OPTIONS ', 'REGISTER ', 'CANCEL ', 'PRACK ', 'UPDATE ', 'INFO ', 'REFER ', 'NOTIFY ', 'SUBSCRIBE ', 'MESSAGE ', 'PUBLISH ']; // prettier-ignore

/** Of three digits, taken for their codes. */
const zeroes = 111 * '0'.charCodeAt(0);

export class NodeCounters {
  readonly #started = counter('calls_started', 'Calls begun', ['direction']);
  readonly #ended = counter('calls_ended', 'Calls ended, by whose act or fault it was', ['party', 'code']);
  readonly #refused = counter('calls_refused', 'Calls never admitted', ['reason']);
  readonly #requests = counter('sip_requests', 'SIP requests, repeats included', ['direction', 'method']);
  readonly #responses = counter('sip_responses', 'SIP responses, repeats included', ['direction', 'status']);
  readonly #packets = counter('rtp_packets', 'RTP packets of lines that are closed', ['direction']);
  readonly #lost = counter('rtp_packets_lost', 'RTP packets lost on lines that are closed', ['direction']);

  /** Of lines that are closed, at hand: every call has some. */
  #packetsIn: { count: number } | null = null;
  #packetsOut: { count: number } | null = null;
  #lostIn: { count: number } | null = null;
  #lostOut: { count: number } | null = null;

  constructor(journal: Pick<EventJournal, 'onCommitted'>) {
    journal.onCommitted((events) => {
      for (const { facts } of events) this.#count(facts);
    });
  }

  /** Counts at hand: a call is a dozen messages. */
  readonly #answersIn: Counts = [];
  readonly #answersOut: Counts = [];
  readonly #askedIn: Counts = [];
  readonly #askedOut: Counts = [];

  /** A message by its first line. */
  readonly noteMessage = (direction: 'in' | 'out', startLine: string): void => {
    if (startLine.startsWith('SIP/2.0 ')) {
      const counts = direction === 'in' ? this.#answersIn : this.#answersOut;
      // Three digits (RFC 3261 §7.2).
      const status =
        100 * startLine.charCodeAt(8) + 10 * startLine.charCodeAt(9) + startLine.charCodeAt(10) - zeroes;
      (counts[status] ??= this.#responses.of([direction, startLine.slice(8, 11)])).count += 1;
      return;
    }
    const counts = direction === 'in' ? this.#askedIn : this.#askedOut;
    for (let index = 0; index < methods.length; index++)
      if (startLine.startsWith(methods[index]!)) {
        (counts[index] ??= this.#requests.of([direction, methods[index]!.trimEnd()])).count += 1;
        return;
      }
    // Anybody may make up a method; nobody makes up a time series.
    this.#requests.add([direction, 'other']);
  };

  families(): MetricFamily[] {
    return [
      this.#started, this.#ended, this.#refused, this.#requests, this.#responses, this.#packets, this.#lost,
    ].map((each) => each.family()); // prettier-ignore
  }

  #count(facts: EventFacts): void {
    switch (facts.kind) {
      case 'call.started':
        return this.#started.add([facts.direction]);
      case 'call.ended':
        return this.#ended.add([facts.reason.party, facts.reason.code]);
      case 'call.refused':
        return this.#refused.add([facts.reason]);
      case 'leg.media':
        (this.#packetsIn ??= this.#packets.of(['in'])).count += facts.packetsIn;
        (this.#packetsOut ??= this.#packets.of(['out'])).count += facts.packetsOut;
        (this.#lostIn ??= this.#lost.of(['in'])).count += facts.lost;
        if (facts.farLost === undefined) return;
        (this.#lostOut ??= this.#lost.of(['out'])).count += facts.farLost;
        return;
      default:
        return;
    }
  }
}

function counter(name: string, help: string, labels: readonly string[]): LabelledCounter {
  return new LabelledCounter(`seatgrid_node_${name}_total`, help, labels);
}
