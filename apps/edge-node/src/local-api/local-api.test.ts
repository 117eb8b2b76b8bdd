import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { metric } from '@seatgrid/core/kernel/metrics.ts';
import { createIdSource, type TenantId } from '@seatgrid/core/kernel/ids.ts';
import { readMetrics } from '@seatgrid/testkit/read-metrics.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { openConfigLedger } from '../ledger/config-ledger.ts';
import { openEventJournal } from '../ledger/event-journal.ts';
import { exampleTenantId, minimalConfig } from '../ledger/minimal-config.ts';
import { realClock } from '../runtime/real-clock.ts';
import { createUplink } from '../uplink/uplink.ts';
import { startLocalApi } from './local-api.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function served(port = 0) {
  const random = createSeededRandom(3);
  const ids = createIdSource(realClock, random);
  const journal = openEventJournal({ path: null, ids, clock: realClock });
  const ledger = openConfigLedger({ path: ':memory:', clock: realClock, key: random.bytes(32), random });
  const prompts = {
    pathOf: () => undefined,
    spokenOf: () => undefined,
    defaultMusic: () => [],
    missing: () => 1,
    settled: () => Promise.resolve(),
    close: () => {},
  };
  const ladders = { find: () => Promise.resolve(undefined) };
  const uplink = createUplink({ centre: null, ladders, product: '', deskUrl: '', sipAddress: '', ledger, journal, prompts, recordingsFolder: '', matches: { hear: () => {} }, siteFlows: { hear: () => {} }, visits: { hear: () => {} }, ears: { hear: () => {} }, phonesElsewhere: { hear: () => {}, up: () => {}, down: () => {} }, shares: { hear: () => {}, up: () => {}, down: () => {} }, routes: { hear: () => {} }, onUp: () => {}, onDown: () => {}, tryConnector: () => Promise.reject(new Error('no')), messages: { act: () => false }, faxes: { act: () => false }, receivesFaxes: false, callbacks: { list: () => {}, cancel: () => {} }, places: { keep: () => {} }, vitals: () => ({ load: { main: 0, media: 0 }, calls: 0, agentsSignedIn: 0 }), clock: realClock, random }); // prettier-ignore
  const api = await startLocalApi({ port, ledger, journal, uplink, prompts, ladders, inspect: () => ({ calls: ['one'] }), metrics: () => [metric('seatgrid_node_calls', 'gauge', 'Calls', 2)], clock: realClock }); // prettier-ignore
  closing.push(
    () => ledger.close(),
    () => journal.close(),
    () => api.close(),
  );
  const get = async (path: string) => {
    const reply = await fetch(`http://127.0.0.1:${api.port}${path}`);
    const text = await reply.text();
    return { status: reply.status, text, json: () => JSON.parse(text) as unknown };
  };
  return { api, journal, ledger, ids, get };
}

test('health is 503 until there is a config, and needs no centre', async () => {
  const { get, ledger } = await served();
  expect(await get('/healthz')).toMatchObject({ status: 503 });
  ledger.apply(minimalConfig({ generation: 9 }));
  const health = await get('/healthz');
  expect(health.status).toBe(200);
  expect(health.json()).toMatchObject({
    isServing: true,
    generation: 9,
    link: 'down',
    linkTrouble: null,
    promptsMissing: 1,
    journal: { pending: 0, waiting: 0, trouble: null },
  });
});

test('a call’s timeline is read from the journal; an unknown call is 404', async () => {
  const { get, journal, ids } = await served();
  const callId = ids.next<'call'>();
  journal.record(exampleTenantId as TenantId, { kind: 'call.answered', callId }, 5_000);
  await journal.flush();
  expect((await get(`/calls/${callId}`)).json()).toMatchObject({
    callId,
    events: [{ sequence: 1, atMs: 5_000, facts: { kind: 'call.answered' } }],
  });
  for (const unknown of [`/calls/${ids.next()}`, '/calls/x', '/calls/', '/', '/metrics/'])
    expect((await get(unknown)).status).toBe(404);
});

test('metrics are in Prometheus’ text format, each with its type, and inspect shows what is alive', async () => {
  const { get } = await served();
  expect((await get('/inspect')).json()).toEqual({ calls: ['one'] });
  const { text } = await get('/metrics');
  expect(readMetrics(text).values).toEqual(new Map([['seatgrid_node_calls', 2]]));
});

test('only loopback is listened on, by its own name, for reading', async () => {
  const { api } = await served();
  const statusOf = (options: { method?: string; host?: string }) =>
    new Promise((resolve, reject) => {
      const headers = options.host === undefined ? {} : { host: options.host };
      request({ port: api.port, host: '127.0.0.1', path: '/inspect', method: options.method ?? 'GET', headers }, (reply) => {
        reply.resume();
        resolve(reply.statusCode);
      }).on('error', reject).end();
    }); // prettier-ignore
  expect(await statusOf({ host: 'rebound.example' })).toBe(403);
  expect(await statusOf({ method: 'POST' })).toBe(405);
  expect(await statusOf({ host: `localhost:${api.port}` })).toBe(200);
  await expect(fetch(`http://127.0.0.2:${api.port}/healthz`)).rejects.toThrow();
});

test('a taken port is named with the cure', async () => {
  const { api } = await served();
  await expect(served(api.port)).rejects.toThrow(
    `port ${api.port} on 127.0.0.1 is taken; set SEATGRID_LOCAL_API_PORT`,
  );
});
