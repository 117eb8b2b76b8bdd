/**
 * Many nodes and one true centre, which is killed and comes back: all are told what they have to be and have told what happened,
 * and the centre bears it. `SEATGRID_LINKS` says how many; the nodes are their real lines to the centre, with journals in memory.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiClient, type ApiClient } from '@seatgrid/contracts/api/client.ts';
import { createIdSource, type TenantId } from '@seatgrid/core/kernel/ids.ts';
import { systemRandom } from '@seatgrid/media/call/runtime/system-random.ts';
import { realClock } from '../src/runtime/real-clock.ts';
import { isSynced, openLightNode, type LightNode } from './light-node.ts';

const nodes = Number(process.env['SEATGRID_LINKS'] ?? 60);
const resyncedWithinMs = 60_000;
const centreMegabytesMax = 1_024;
const centreMain = new URL('../../centre/src/main.ts', import.meta.url).pathname;
const operator = { email: 'operator@seatgrid.example', password: 'operator-password' };
const ids = createIdSource(realClock, systemRandom);
let folder: string;
let centre: { readonly child: ChildProcess; readonly url: string };

const light: LightNode[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-many-links-'));
  centre = await startCentre(0);
}, 120_000);
afterAll(async () => {
  await Promise.all(light.map((one) => one.uplink.close()));
  const gone = once(centre.child, 'exit');
  centre.child.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function startCentre(port: number): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [centreMain], {
    env: {
      PATH: process.env['PATH'],
      CENTRE_PORT: String(port),
      CENTRE_DATA: join(folder, 'centre'),
      CENTRE_OPERATOR_EMAIL: operator.email,
      CENTRE_OPERATOR_PASSWORD: operator.password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise<string>((found, fail) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        output = (output + String(part)).slice(-100_000);
        const told = /"url":"([^"]+)".*"listening"/.exec(output)?.[1];
        if (told !== undefined) found(told);
      });
    child.once('exit', () => fail(new Error(output)));
  });
  return { child, url };
}

async function signIn(): Promise<ApiClient> {
  let cookie = '';
  const client = createApiClient(
    async (address, init) => {
      const reply = await fetch(address, init);
      cookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
      return reply;
    },
    centre.url,
    () => ({ cookie }),
  );
  await client.call('POST /api/auth/login', { body: operator });
  return client;
}

async function until(what: string, isSo: () => boolean, limitMs: number): Promise<void> {
  for (const deadlineMs = Date.now() + limitMs; !isSo(); await new Promise((wake) => setTimeout(wake, 50)))
    if (Date.now() > deadlineMs) throw new Error(`never: ${what}`);
}

function megabytesOf(child: ChildProcess, what: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024;
}

test(`${nodes} nodes lose their centre and find it again: all resynced within a minute, the centre below 1 GiB`, async () => {
  const platform = await signIn();
  const site = await platform.call('POST /api/platform/sites', { body: { name: 'Here', timeZone: 'UTC' } });
  const tenant = await platform.call('POST /api/platform/tenants', {
    body: {
      slug: 'acme',
      name: 'Acme',
      locale: 'en',
      timeZone: 'Asia/Shanghai',
      quotas: { agentsSignedIn: 3, concurrentCalls: 3, flows: 3 },
      administrator: { email: 'admin@acme.example', password: 'a-long-password', name: 'Ada' },
    },
  });
  const beganMs = Date.now();
  for (let from = 0; from < nodes; from += 10)
    light.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(10, nodes - from) }, (_, index) =>
          openLightNode(platform, { url: centre.url, folder, siteId: site.id, name: `node-${from + index}` }),
        ),
      )),
    );
  await until('all are linked', () => light.every(isSynced), 180_000);
  console.log(
    `${nodes} nodes enrolled and configured in ${((Date.now() - beganMs) / 1_000).toFixed(1)} s; centre ${Math.round(megabytesOf(centre.child, 'VmRSS'))} MiB`,
  );

  const port = Number(new URL(centre.url).port);
  const gone = once(centre.child, 'exit');
  centre.child.kill('SIGKILL');
  await gone;
  await until('all notice', () => light.every(({ uplink }) => uplink.state() === 'down'), 30_000);
  const tenantId = tenant.id as TenantId;
  for (const { journal } of light) {
    const callId = ids.next<'call'>();
    for (let event = 0; event < 20; event++) journal.record(tenantId, { kind: 'call.answered', callId });
  }
  centre = await startCentre(port);
  const backMs = Date.now();
  await until('all are resynced', () => light.every(isSynced), resyncedWithinMs);
  const tookMs = Date.now() - backMs;
  const megabytes = megabytesOf(centre.child, 'VmHWM');
  console.log(
    `${nodes} nodes resynced ${(tookMs / 1_000).toFixed(1)} s after the centre was back; its memory at most ${Math.round(megabytes)} MiB`,
  );
  expect(megabytes).toBeLessThan(centreMegabytesMax);
  const calls = await (await signIn()).call('GET /api/platform/nodes');
  expect(calls.items.filter(({ health }) => health.link === 'up')).toHaveLength(nodes);
}, 600_000);
