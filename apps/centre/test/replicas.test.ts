/** Two centres over one PostgreSQL and one Redis: what is done at one is known at the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '@seatgrid/adapters/postgres/embedded-postgres.ts';
import {
  hasRedisServer,
  startRedisTestServer,
  type RedisTestServer,
} from '@seatgrid/adapters/redis/redis-test-server.ts';
import { realClock } from '../src/runtime/real-clock.ts';
import { realRandom } from '../src/runtime/real-random.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { enrolNode, ids, TestLink } from './test-node.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';

const isRedisHere = hasRedisServer();
if (!isRedisHere)
  console.warn('SKIPPED: two replicas, because redis-server is not installed (apt install redis-server)');

let folder: string;
let postgres: EmbeddedPostgres | undefined;
let redis: RedisTestServer | undefined;
let first: TestCentre;
let second: TestCentre;
let alpha: TestTenant;

beforeAll(async () => {
  if (!isRedisHere) return;
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-replicas-'));
  postgres = await startEmbeddedPostgres({ dataFolder: folder, clock: realClock, random: realRandom });
  redis = await startRedisTestServer();
  const shared = { DATABASE_URL: postgres.ownerUrl, REDIS_URL: redis.url, SESSION_KEY: '5e'.repeat(32) };
  [first, second] = await Promise.all([startTestCentre(shared), startTestCentre(shared)]);
  alpha = await makeTenant(first, 'alpha');
});
afterAll(async () => {
  await first?.stop();
  await second?.stop();
  await redis?.stop();
  await postgres?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test.runIf(isRedisHere)(
  'started at once on an empty database, both run, and a session of one is a session of the other',
  async () => {
    const response = await fetch(`${second.url}/api/auth/me`, {
      headers: { cookie: alpha.supervisor.cookie() },
    });
    expect(await response.json()).toMatchObject({ name: 'Sue', tenant: { slug: 'alpha' } });
    const staff = await second.operator();
    expect(await staff.call('GET /api/platform/system')).toMatchObject({
      bus: 'redis',
      database: { kind: 'external' },
    });
  },
);

test.runIf(isRedisHere)(
  'a node linked to one is configured by a change at the other, and seen by portals at the other',
  async () => {
    const node = await enrolNode(second, 'hq');
    const link = await TestLink.greet(first, node);
    const { generation } = (await link.hear('config')).config;
    const administrator = await second
      .browser()
      .signIn({ email: 'admin@alpha.example', password: 'a-long-password' });
    await administrator.call('POST /api/skills', { body: { name: 'Support' } });
    const next = await link.hear('config', ({ config }) => config.generation > generation);
    expect(next.config.tenants[0]!.skills).toHaveLength(2);

    const frames: { kind: string; isStale?: boolean }[] = [];
    const socket = new WebSocket(`${second.url.replace('http', 'ws')}/api/realtime`, {
      headers: { cookie: alpha.supervisor.cookie() },
    });
    socket.on('message', (data) => frames.push(JSON.parse(data.toString()) as { kind: string }));
    await new Promise((open) => socket.once('open', open));
    const floor = { atMs: Date.now(), queues: [], agents: [], calls: [], notices: [] };
    link.send({ kind: 'floor', tenantId: alpha.tenant.id, floor });
    await vi.waitFor(
      () => expect(frames).toContainEqual(expect.objectContaining({ kind: 'floor', isStale: false })),
      5_000,
    );
    socket.close();
    await link.close();
  },
);

test.runIf(isRedisHere)(
  'a recording is heard at one while its node, linked to the other, answers there',
  async () => {
    const node = await enrolNode(second, 'branch');
    const link = await TestLink.greet(first, node);
    const callId = ids.next<'call'>();
    const recordingId = ids.next<'recording'>();
    const file = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 253));
    const facts = {
      path: 'one.wav',
      format: 'wav',
      octets: file.length,
      sha256: '',
      isRecovered: false,
    } as const;
    const when = { startedAtMs: Date.now(), durationMs: 1, queueId: null, agentIds: [] };
    await link.tell([
      link.event(alpha.tenant.id, { kind: 'recording.finished', recordingId, callId, ...when, ...facts }),
    ]);
    const play = () =>
      fetch(`${second.url}/api/recordings/${recordingId}/audio`, {
        headers: { cookie: alpha.supervisor.cookie() },
      });
    // The link's news travels by the bus as well.
    await vi.waitFor(() => expect(second.running.centre.live.isLinkUp(node.nodeId)).toBe(true), 5_000);

    const playing = play();
    const { requestId } = await link.hear('fetch-recording');
    const sent = await fetch(`${first.url}/api/node/recordings/${requestId}`, {
      method: 'POST',
      body: file,
      headers: { authorization: await node.bearer() },
    });
    expect(sent.status).toBe(204);
    expect(Buffer.from(await (await playing).arrayBuffer())).toEqual(file);

    const missed = play();
    const asked = await link.hear('fetch-recording');
    link.send({ kind: 'recording-missing', requestId: asked.requestId, why: 'gone' });
    expect((await missed).status).toBe(503);
    await link.close();
  },
);
