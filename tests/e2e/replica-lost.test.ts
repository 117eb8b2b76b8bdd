/**
 * Two replicas of the centre behind a plain TCP balancer, one killed without a word: its links and portals are at the other within
 * five seconds, and no event is lost or counted twice.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '@seatgrid/adapters/postgres/embedded-postgres.ts';
import {
  hasRedisServer,
  startRedisTestServer,
  type RedisTestServer,
} from '@seatgrid/adapters/redis/redis-test-server.ts';
import { createIdSource, type TenantId } from '@seatgrid/core/kernel/ids.ts';
import { systemRandom } from '@seatgrid/media/call/runtime/system-random.ts';
import { openApiSession } from '@seatgrid/testkit/api-session.ts';
import { wallClock } from '@seatgrid/testkit/wall-clock.ts';
import { isSynced, openLightNode, type LightNode } from '../../apps/edge-node/test/light-node.ts';

const isRedisHere = hasRedisServer();
if (!isRedisHere)
  console.warn(
    'SKIPPED: a replica that dies, because redis-server is not installed (apt install redis-server)',
  );

const movedWithinMs = 5_000;
const nodes = 12;
const portals = 6;
const centreMain = new URL('../../apps/centre/src/main.ts', import.meta.url).pathname;
const operator = { email: 'operator@seatgrid.example', password: 'operator-password' };
const ids = createIdSource(wallClock, systemRandom);
let folder: string;
let postgres: EmbeddedPostgres | undefined;
let redis: RedisTestServer | undefined;
let balancer: Balancer;
const replicas: { readonly child: ChildProcess; readonly port: number }[] = [];
const light: LightNode[] = [];
const watching: Portal[] = [];

/** To each in turn, to the next where nobody answers: all that a balancer of TCP knows. */
class Balancer {
  readonly #ports: readonly number[];
  readonly #server = createServer((near) => this.#lead(near, 0));
  readonly #sockets = new Set<Socket>();
  #turn = 0;

  constructor(ports: readonly number[]) {
    this.#ports = ports;
  }

  async listen(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((closed) => this.#server.close(closed));
  }

  #lead(near: Socket, tries: number): void {
    const far = connect(this.#ports[this.#turn++ % this.#ports.length]!, '127.0.0.1');
    this.#sockets.add(near.on('error', () => {}));
    far.once('connect', () => {
      near.pipe(far).pipe(near);
      near.once('close', () => (this.#sockets.delete(near), far.destroy()));
      far.once('close', () => near.destroy());
    });
    far.on('error', () => {
      if (tries < this.#ports.length) this.#lead(near, tries + 1);
      else near.destroy();
    });
  }
}

/** A page's live connection: opened anew whenever it ends. */
class Portal {
  framesSinceOpened = 0;
  #socket: WebSocket | undefined;
  #isClosed = false;

  constructor(url: string, cookie: string) {
    const open = () => {
      if (this.#isClosed) return;
      this.framesSinceOpened = 0;
      this.#socket = new WebSocket(`${url.replace('http', 'ws')}/api/realtime`, { headers: { cookie } });
      this.#socket.on('message', () => this.framesSinceOpened++);
      this.#socket.on('error', () => {});
      this.#socket.on('close', () => {
        this.framesSinceOpened = 0;
        wallClock.after(500, open);
      });
    };
    open();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.close();
  }
}

async function startReplica(name: string, shared: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, [centreMain], {
    env: {
      PATH: process.env['PATH'],
      CENTRE_PORT: '0',
      CENTRE_DATA: join(folder, name),
      CENTRE_OPERATOR_EMAIL: operator.email,
      CENTRE_OPERATOR_PASSWORD: operator.password,
      ...shared,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const port = await new Promise<number>((found, fail) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        output = (output + String(part)).slice(-100_000);
        const told = /"url":"([^"]+)".*"listening"/.exec(output)?.[1];
        if (told !== undefined) found(Number(new URL(told).port));
      });
    child.once('exit', () => fail(new Error(output)));
  });
  replicas.push({ child, port });
}

beforeAll(async () => {
  if (!isRedisHere) return;
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-replica-lost-'));
  postgres = await startEmbeddedPostgres({ dataFolder: folder, clock: wallClock, random: systemRandom });
  redis = await startRedisTestServer();
  const shared = { DATABASE_URL: postgres.ownerUrl, REDIS_URL: redis.url, SESSION_KEY: '5e'.repeat(32) };
  await startReplica('first', shared);
  await startReplica('second', shared);
  balancer = new Balancer(replicas.map(({ port }) => port));
}, 120_000);
afterAll(async () => {
  for (const portal of watching) portal.close();
  await Promise.all(light.map(({ uplink }) => uplink.close()));
  await balancer?.close();
  for (const { child } of replicas.filter(
    (one) => one.child.exitCode === null && one.child.signalCode === null,
  )) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  await redis?.stop();
  await postgres?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function until(what: string, isSo: () => boolean, limitMs: number): Promise<void> {
  const beganMs = Date.now();
  for (; !isSo(); await new Promise((wake) => setTimeout(wake, 20)))
    if (Date.now() > beganMs + limitMs) throw new Error(`never: ${what}`);
}

test.runIf(isRedisHere)(
  'a replica killed without a word: links and portals are at the other within five seconds, every event is stored once',
  async () => {
    const url = await balancer.listen();
    const platform = await openApiSession(url).signIn(operator);
    const site = await platform.call('POST /api/platform/sites', { body: { name: 'Here', timeZone: 'UTC' } });
    const administrator = { email: 'admin@acme.example', password: 'a-long-password' };
    const tenant = await platform.call('POST /api/platform/tenants', {
      body: {
        slug: 'acme',
        name: 'Acme',
        locale: 'en',
        timeZone: 'Asia/Shanghai',
        quotas: { agentsSignedIn: 3, concurrentCalls: 3, flows: 3 },
        administrator: { ...administrator, name: 'Ada' },
      },
    });
    const tenantId = tenant.id as TenantId;
    for (let index = 0; index < nodes; index++)
      light.push(await openLightNode(platform, { url, folder, siteId: site.id, name: `node-${index}` }));
    for (let index = 0; index < portals; index++) watching.push(new Portal(url, platform.cookie()));
    await until('all are linked', () => light.every(isSynced), 60_000);
    await until('all portals look on', () => watching.every((one) => one.framesSinceOpened > 0), 20_000);

    let recorded = 0;
    const record = () => {
      for (const { journal } of light) {
        const callId = ids.next<'call'>();
        journal.record(tenantId, { kind: 'call.started', callId, direction: 'inbound', fromNumber: '13800138000', toNumber: '+864008001000', didId: null, trunkId: null, agentId: null, ruleName: null }); // prettier-ignore
        journal.record(tenantId, { kind: 'call.answered', callId });
        recorded++;
      }
    };
    const recorder = { isOn: true };
    const recording = (async () => {
      for (; recorder.isOn; await new Promise((wake) => setTimeout(wake, 100))) record();
    })();
    await until('some are told', () => light.every(({ journal }) => journal.acknowledged > 10), 20_000);

    const [killed] = replicas;
    const gone = once(killed!.child, 'exit');
    killed!.child.kill('SIGKILL');
    const killedAtMs = Date.now();
    await gone;
    // Whose line it was hears of its end a moment later: before that all would look as if they had moved.
    const isDown = ({ uplink }: LightNode) => uplink.state() === 'down';
    await until('its links to be lost', () => light.some(isDown), 20_000);
    const lost = light.filter(isDown).length;
    await until(
      'all links and portals are at the other',
      () =>
        light.every(({ uplink }) => uplink.state() === 'up') &&
        watching.every((one) => one.framesSinceOpened > 0),
      60_000,
    );
    const movedMs = Date.now() - killedAtMs;
    recorder.isOn = false;
    await recording;
    await until('all is told', () => light.every(isSynced), 60_000);
    console.log(
      `of ${nodes} links ${lost} were seen to be lost; all links and portals moved within ${movedMs} ms`,
    );
    expect(movedMs).toBeLessThan(movedWithinMs);

    const acme = await openApiSession(url).signIn(administrator);
    const seen: string[] = [];
    for (let before: string | undefined; ;) {
      const query = { limit: 200, ...(before ? { before } : {}) };
      const page = await acme.call('GET /api/calls', { query });
      seen.push(...page.items.map(({ id }) => id));
      if (page.next === null) break;
      before = page.next;
    }
    expect([seen.length, new Set(seen).size]).toEqual([recorded, recorded]);
  },
  240_000,
);
