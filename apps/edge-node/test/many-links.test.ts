/**
 * Many nodes and one true centre, which is killed and comes back: all are told what they have to be and have told what happened,
 * and the centre bears it. `SEATGRID_LINKS` says how many; the nodes are their real lines to the centre, with journals in memory.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIdSource, type TenantId } from '@seatgrid/core/kernel/ids.ts';
import { systemRandom } from '@seatgrid/media/call/runtime/system-random.ts';
import { realClock } from '../src/runtime/real-clock.ts';
import { CentreProcess, operator } from './centre-process.ts';
import { isSynced, openLightNode, type LightNode } from './light-node.ts';
import { until } from './until.ts';

const nodes = Number(process.env['SEATGRID_LINKS'] ?? 60);
const resyncedWithinMs = 60_000;
const centreMegabytesMax = 1_024;
const ids = createIdSource(realClock, systemRandom);
let folder: string;
let centre: CentreProcess;

const light: LightNode[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-many-links-'));
  centre = await CentreProcess.start({ folder: join(folder, 'centre') });
}, 120_000);
afterAll(async () => {
  await Promise.all(light.map((one) => one.uplink.close()));
  await centre?.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function megabytesOf(pid: number, what: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024;
}

test(`${nodes} nodes lose their centre and find it again: all resynced within a minute, the centre below 1 GiB`, async () => {
  const platform = await centre.signIn(operator);
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
    `${nodes} nodes enrolled and configured in ${((Date.now() - beganMs) / 1_000).toFixed(1)} s; centre ${Math.round(megabytesOf(centre.pid, 'VmRSS'))} MiB`,
  );

  await centre.kill();
  await until('all notice', () => light.every(({ uplink }) => uplink.state() === 'down'), 30_000);
  const tenantId = tenant.id as TenantId;
  for (const { journal } of light) {
    const callId = ids.next<'call'>();
    for (let event = 0; event < 20; event++) journal.record(tenantId, { kind: 'call.answered', callId });
  }
  await centre.startAgain();
  const backMs = Date.now();
  await until('all are resynced', () => light.every(isSynced), resyncedWithinMs);
  const tookMs = Date.now() - backMs;
  const megabytes = megabytesOf(centre.pid, 'VmHWM');
  console.log(
    `${nodes} nodes resynced ${(tookMs / 1_000).toFixed(1)} s after the centre was back; its memory at most ${Math.round(megabytes)} MiB`,
  );
  expect(megabytes).toBeLessThan(centreMegabytesMax);
  const calls = await (await centre.signIn(operator)).call('GET /api/platform/nodes');
  expect(calls.items.filter(({ health }) => health.link === 'up')).toHaveLength(nodes);
}, 600_000);
