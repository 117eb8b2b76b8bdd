/** What happened at this node since it started, by kind: fed by the journal, once durable, and by the SIP stack. */
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import { LabelledCounter, type MetricFamily } from '@seatgrid/core/kernel/metrics.ts';
import type { EventJournal } from '../ledger/event-journal.ts';

const methods = new Set(['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'PRACK', 'UPDATE', 'INFO', 'REFER', 'NOTIFY', 'SUBSCRIBE', 'MESSAGE', 'PUBLISH']); // prettier-ignore

export class NodeCounters {
  readonly #started = counter('calls_started', 'Calls begun', ['direction']);
  readonly #ended = counter('calls_ended', 'Calls ended, by whose act or fault it was', ['party', 'code']);
  readonly #refused = counter('calls_refused', 'Calls never admitted', ['reason']);
  readonly #requests = counter('sip_requests', 'SIP requests, repeats included', ['direction', 'method']);
  readonly #responses = counter('sip_responses', 'SIP responses, repeats included', ['direction', 'status']);
  readonly #packets = counter('rtp_packets', 'RTP packets of lines that are closed', ['direction']);
  readonly #lost = counter('rtp_packets_lost', 'RTP packets lost on lines that are closed', ['direction']);

  constructor(journal: Pick<EventJournal, 'onCommitted'>) {
    journal.onCommitted((events) => {
      for (const { facts } of events) this.#count(facts);
    });
  }

  /** Counts at hand, by direction and status or method: a call is a dozen messages. */
  readonly #messages = {
    in: new Map<string, { count: number }>(),
    out: new Map<string, { count: number }>(),
  };

  /** A message by its first line. */
  readonly noteMessage = (direction: 'in' | 'out', startLine: string): void => {
    const isResponse = startLine.startsWith('SIP/2.0 ');
    const what = isResponse ? startLine.slice(8, 11) : startLine.slice(0, startLine.indexOf(' '));
    let count = this.#messages[direction].get(what);
    if (count === undefined) {
      if (isResponse) count = this.#responses.of([direction, what]);
      // Anybody may make up a method; nobody makes up a time series.
      else if (!methods.has(what)) return this.#requests.add([direction, 'other']);
      else count = this.#requests.of([direction, what]);
      this.#messages[direction].set(what, count);
    }
    count.count += 1;
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
        this.#packets.add(['in'], facts.packetsIn);
        this.#packets.add(['out'], facts.packetsOut);
        this.#lost.add(['in'], facts.lost);
        if (facts.farLost !== undefined) this.#lost.add(['out'], facts.farLost);
        return;
      default:
        return;
    }
  }
}

function counter(name: string, help: string, labels: readonly string[]): LabelledCounter {
  return new LabelledCounter(`seatgrid_node_${name}_total`, help, labels);
}
