/**
 * `/metrics`, for who runs the platform: with the token where one is set, else from this machine alone and by its own name. What
 * came through a proxy came from elsewhere, whatever its address says. Everybody else finds nothing there.
 */
import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { metric, metricsContentType, metricsText, type MetricFamily } from '@seatgrid/core/kernel/metrics.ts';
import type { Centre } from '../centre.ts';

export interface MetricsVisitor {
  readonly remoteAddress: string | undefined;
  readonly headers: Headers;
}

/** Undefined: not for this one. */
export function serveMetrics(
  centre: Centre,
  token: string | undefined,
  visitor: MetricsVisitor,
): Response | undefined {
  if (!isAdmitted(token, visitor)) return undefined;
  const headers = { 'content-type': metricsContentType, 'cache-control': 'no-store' };
  return new Response(metricsText(centreMetrics(centre)), { headers });
}

function isAdmitted(token: string | undefined, { remoteAddress, headers }: MetricsVisitor): boolean {
  if (token !== undefined) {
    const given = Buffer.from(/^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '');
    const wanted = Buffer.from(token);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers.has(name));
  const host = (headers.get('host') ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return !isForwarded && isLoopback(remoteAddress ?? '') && (host === 'localhost' || isLoopback(host));
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

function centreMetrics({ live, counters, facts }: Centre): MetricFamily[] {
  const pulses = live.pulses();
  const nodes = (name: string, help: string, valueOf: (pulse: (typeof pulses)[number]) => number): MetricFamily => ({
    name: `seatgrid_centre_node_${name}`,
    kind: 'gauge',
    help,
    samples: pulses.map((pulse) => ({ labels: { node: pulse.nodeId }, value: valueOf(pulse) })),
  }); // prettier-ignore
  return [
    metric('seatgrid_centre_start_time_seconds', 'gauge', 'When this replica started, since the epoch', facts.startedAtMs / 1_000),
    nodes('link_up', 'Whether a node is linked', ({ nodeId }) => (live.isLinkUp(nodeId) ? 1 : 0)),
    nodes('calls', 'Calls in progress at a node, as it last said', ({ calls }) => calls),
    nodes('agents_signed_in', 'Agents signed in at a node, as it last said', ({ agentsSignedIn }) => agentsSignedIn),
    nodes('main_utilisation_ratio', 'Share of its time the main thread of a node was busy', ({ load }) => load.main),
    nodes('media_utilisation_ratio', 'Share of its time the busiest media worker of a node was busy', ({ load }) => load.media),
    nodes('journal_pending_events', 'Events a node has that are not stored here yet', ({ journalPending }) => journalPending),
    ...counters.families(),
  ]; // prettier-ignore
}
