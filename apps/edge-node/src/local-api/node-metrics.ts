/** Everything a node tells Prometheus, in one list. Documented for operators in `docs/operators-guide.md`. */
import { metric, type MetricFamily } from '@seatgrid/core/kernel/metrics.ts';
import type { ConfigLedger } from '../ledger/config-ledger.ts';
import type { EventJournal } from '../ledger/event-journal.ts';
import type { EdgeNode } from '../node.ts';
import type { PromptFiles } from '../prompts/prompt-files.ts';
import type { LoopLag } from '../runtime/loop-lag.ts';
import { trunkMetrics } from '../trunks/trunk-metrics.ts';
import type { LinkTraffic } from '../uplink/link-traffic.ts';
import type { Uplink } from '../uplink/uplink.ts';
import type { NodeCounters } from './node-counters.ts';

export interface MeasuredNode {
  readonly node: EdgeNode;
  readonly counters: NodeCounters;
  readonly ledger: ConfigLedger;
  readonly journal: EventJournal;
  readonly uplink: Uplink;
  readonly prompts: PromptFiles;
  readonly lag: LoopLag;
}

const quantiles = [0.5, 0.9, 0.99, 0.999];

export function nodeMetrics({
  node,
  counters,
  ledger,
  journal,
  uplink,
  prompts,
  lag,
}: MeasuredNode): MetricFamily[] {
  const sip = node.sip.statistics();
  const media = node.media.load();
  const traffic = uplink.traffic();
  const gauge = (name: string, help: string, value: number) =>
    metric(`seatgrid_node_${name}`, 'gauge', help, value);
  const counter = (name: string, help: string, value: number) =>
    metric(`seatgrid_node_${name}_total`, 'counter', help, value);
  return [
    callsByState(node),
    gauge('agents_signed_in', 'Agents signed in here', node.hub.signedIn),
    ...counters.families(),
    counter('calls_refused_for_load', 'Calls refused before they were looked at, as the node was full', node.admission.refused),
    counter('sip_malformed', 'SIP messages that were none', sip.malformedIn),
    counter('sip_unheard', 'SIP requests of strangers and guessers that were not answered', sip.unheard),
    gauge('sip_transactions', 'SIP transactions alive', sip.transactions),
    gauge('sip_dialogs', 'SIP dialogs alive', sip.dialogs),
    gauge('sip_registrations', 'Phones registered', node.phones.count),
    ...trunkMetrics(node.trunks.all()),
    {
      name: 'seatgrid_node_media_worker_utilisation_ratio', kind: 'gauge', help: 'Share of its time a media worker used over the last second',
      samples: media.workers.map((value, index) => ({ labels: { worker: String(index) }, value })),
    },
    gauge('media_workers_by_ring', 'Media workers whose packets travel in company, through io_uring', media.datagrams.filter((kind) => kind === 'ring').length),
    gauge('rtp_ports_free', 'Ports for further lines', media.portsFree),
    {
      name: 'seatgrid_node_event_loop_lag_seconds', kind: 'summary', help: 'How late the main thread is for its timers, over the last whole minute',
      samples: lag.quantiles(quantiles).map(({ quantile, seconds }) => ({ labels: { quantile: String(quantile) }, value: seconds })),
    },
    gauge('config_generation', 'Generation of the config in force', ledger.current()?.generation ?? 0),
    gauge('link_up', 'Whether the centre is reached', uplink.state() === 'up' ? 1 : 0),
    counter('link_sent_bytes', 'Sent to the centre by the link', traffic.wireOctetsSent),
    sentByKind(traffic.sent),
    counter('link_received_bytes', 'Received from the centre by the link', traffic.wireOctetsReceived),
    gauge('journal_committed_events', 'Sequence of the last durable event', journal.committed),
    gauge('journal_pending_events', 'Events the centre has not acknowledged', journal.pending()),
    gauge('journal_trouble', 'Whether the disk refuses the journal', journal.trouble() === null ? 0 : 1),
    gauge('prompts_missing', 'Prompt files the config names that are not here yet', prompts.missing()),
  ]; // prettier-ignore
}

function sentByKind(sent: LinkTraffic['sent']): MetricFamily {
  const samples = Object.entries(sent).map(([kind, { octets }]) => ({ labels: { kind }, value: octets }));
  const help = 'The same by what was told';
  const none = { labels: { kind: 'events' }, value: 0 };
  return { name: 'seatgrid_node_link_kind_sent_bytes_total', kind: 'counter', help, samples: samples.length > 0 ? samples : [none] };
} // prettier-ignore

function callsByState({ calls }: EdgeNode): MetricFamily {
  const states = Map.groupBy(calls.values(), ({ stage }) => stage.state);
  const samples = [...states].map(([state, all]) => ({ labels: { state }, value: all.length }));
  const help = 'Calls in progress, by what is happening to them';
  // A sum over no sample is nothing, not zero.
  const none = { labels: { state: 'in-flow' }, value: 0 };
  return { name: 'seatgrid_node_calls', kind: 'gauge', help, samples: samples.length > 0 ? samples : [none] };
}
