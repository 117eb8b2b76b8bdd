/** What a node tells Prometheus: in its format, and true. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readMetrics, type ReadMetrics } from '@seatgrid/testkit/read-metrics.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, toneOf } from './tones.ts';
import { until } from './until.ts';

const queued = '+864008000001';
let side: TelephoneSide;
let tenant: FixtureTenant;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'secretive', number: '+864008000000', agents: 1 });
    numberWith(tenant, queued, { kind: 'queue', queueId: fixture.queue(tenant).id });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

const textNow = async () => (await fetch(`${side.node.ready.localApi}/metrics`)).text();
const scrape = async () => readMetrics(await textNow());

/** By how much each number has grown, where it has. */
function growth(before: ReadMetrics, after: ReadMetrics): Record<string, number> {
  const grown = [...after.values].map(([name, value]) => [name, value - (before.values.get(name) ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, by]) => by !== 0));
} // prettier-ignore

test('a call moves the figures it should: calls, SIP by method and status, RTP, the trunk’s channels', async () => {
  const before = await scrape();
  const desk = await side.ready(tenant);
  const call = await side.ring(queued);
  const { callId } = await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  await call.rtp.listen(1_000);
  const during = growth(before, await scrape());
  expect(during).toMatchObject({
    'seatgrid_node_calls{state="talking"}': 1,
    'seatgrid_node_calls_started_total{direction="inbound"}': 1,
    seatgrid_node_sip_dialogs: 1,
    seatgrid_node_agents_signed_in: 1,
    'seatgrid_node_trunk_calls{trunk="Trunk 1",direction="inbound"}': 1,
    'seatgrid_node_sip_requests_total{direction="in",method="INVITE"}': 1,
    'seatgrid_node_sip_requests_total{direction="in",method="ACK"}': 1,
    'seatgrid_node_sip_responses_total{direction="out",status="200"}': 1,
  });
  call.hangUp();
  await side.node.event('call.ended', (facts) => facts.callId === callId);
  const after = await until('both lines to be closed', async () => {
    const grown = growth(before, await scrape());
    return (grown['seatgrid_node_rtp_packets_total{direction="in"}'] ?? 0) > 60 && grown;
  });
  expect(after).toMatchObject({
    'seatgrid_node_calls_ended_total{party="caller",code="hung-up"}': 1,
    'seatgrid_node_sip_requests_total{direction="in",method="BYE"}': 1,
    'seatgrid_node_sip_responses_total{direction="out",status="200"}': 2,
  });
  expect(after['seatgrid_node_rtp_packets_total{direction="out"}']).toBeGreaterThan(20);
  expect(after).not.toHaveProperty(['seatgrid_node_calls{state="talking"}']);
}); // prettier-ignore

test('a call that is refused is counted by its reason', async () => {
  const before = await scrape();
  const call = await side.ring('+864009999999');
  await call.until(['failed'], 5_000);
  await until('the refusal', async () => growth(before, await scrape())['seatgrid_node_calls_refused_total{reason="unknown-number"}'] === 1); // prettier-ignore
});

test('what an operator watches is there, and no tenant is named', async () => {
  const text = await textNow();
  const { values, kinds } = readMetrics(text);
  for (const name of ['link_up', 'journal_pending_events', 'journal_trouble', 'rtp_ports_free', 'media_workers_by_ring', 'sip_transactions', 'sip_registrations', 'config_generation'])
    expect(values.has(`seatgrid_node_${name}`), name).toBe(true);
  expect(values.get('seatgrid_node_media_worker_utilisation_ratio{worker="0"}')).toBeLessThanOrEqual(1);
  const lags = ['0.5', '0.9', '0.99', '0.999'].map((quantile) => values.get(`seatgrid_node_event_loop_lag_seconds{quantile="${quantile}"}`)!);
  expect(lags).toEqual(lags.toSorted((a, b) => a - b));
  expect(kinds.get('seatgrid_node_event_loop_lag_seconds')).toBe('summary');
  for (const secret of [tenant.config.tenant.id, tenant.config.tenant.slug, '13800138000', queued]) expect(text).not.toContain(secret);
}); // prettier-ignore
