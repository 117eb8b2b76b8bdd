/**
 * B-15: a far site for tests that know one node by its file. The node is enrolled with a true centre and linked to it over a thin line;
 * what the test's fixture says comes to it as the centre's own configuration, and all it tells is stored by the centre.
 */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { startTestCluster, type TestCluster } from '@seatgrid/adapters/postgres/test-cluster.ts';
import { jsonb } from '@seatgrid/adapters/postgres/jsonb.ts';
import type { ApiClient } from '@seatgrid/contracts/api/client.ts';
import type { CentreToNode, NodeToCentre } from '@seatgrid/contracts/link/link-messages.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { ThinLine } from '@seatgrid/testkit/thin-line.ts';
import { CentreProcess, operator } from '../../apps/edge-node/test/centre-process.ts';
import type { NodeSeat } from '../../apps/edge-node/test/node-seats.ts';
import type { FixtureConfig } from '../../apps/edge-node/test/fixture-config.ts';
import { until } from '../../apps/edge-node/test/until.ts';

/** An ADSL line as the requirements name it (B-10). */
const adsl = { upOctetsPerSecond: 64_000, downOctetsPerSecond: 256_000, latencyMs: 30 };

export class Branch {
  readonly #cluster: TestCluster;
  readonly #centre: CentreProcess;
  readonly #line: ThinLine;
  readonly #platform: ApiClient;
  readonly #seats: BranchSeat[] = [];
  readonly #tenants = new Set<TenantId>();
  #siteId = '';

  private constructor(cluster: TestCluster, centre: CentreProcess, line: ThinLine, platform: ApiClient) {
    this.#cluster = cluster;
    this.#centre = centre;
    this.#line = line;
    this.#platform = platform;
  }

  static async open(): Promise<Branch> {
    const cluster = await startTestCluster();
    const centre = await CentreProcess.start({
      folder: `${cluster.folder}/centre`,
      databaseUrl: cluster.postgres.ownerUrl,
    });
    const line = await ThinLine.open({ targetPort: centre.port, ...adsl });
    const branch = new Branch(cluster, centre, line, await centre.signIn(operator));
    branch.#siteId = (
      await branch.#platform.call('POST /api/platform/sites', { body: { name: 'Branch', timeZone: 'UTC' } })
    ).id;
    return branch;
  }

  /** A place for a node of this fixture; from here on the fixture's node is the one enrolled. */
  async seat(fixture: FixtureConfig): Promise<BranchSeat> {
    await this.#know(fixture);
    const { call } = this.#platform;
    const { id } = await call('POST /api/platform/nodes', {
      body: { siteId: this.#siteId, name: `Node ${this.#seats.length + 1}` },
    });
    fixture.nodeId = id;
    const { token } = await call('POST /api/platform/nodes/:id/enrolment-token', { params: { id } });
    const seat = await BranchSeat.open({ fixture, token, centrePort: this.#line.port });
    this.#seats.push(seat);
    return seat;
  }

  /** What the centre did not understand of all that the branch's nodes told it. */
  async setAside(): Promise<string[]> {
    const rows = await inPlatform(this.#cluster.database.platform, (trx) =>
      trx.selectFrom('node_event_rejected').select(['why', 'raw']).execute(),
    );
    return rows.map(({ why, raw }) => `${why}: ${JSON.stringify(raw)}`);
  }

  /** Calls that are over, of all tenants that were ever here. */
  async callsStored(): Promise<number> {
    let calls = 0;
    for (const tenantId of this.#tenants) {
      const { count } = await inTenant(this.#cluster.database.tenants, tenantId, (trx) =>
        trx
          .selectFrom('call')
          .select(({ fn }) => fn.countAll<string>().as('count'))
          .where('ended_at', 'is not', null)
          .executeTakeFirstOrThrow(),
      );
      calls += Number(count);
    }
    return calls;
  }

  async close(): Promise<void> {
    for (const seat of this.#seats) await seat.close();
    await this.#centre.close();
    await this.#line.close();
    await this.#cluster.stop();
  }

  /** The tenants of a fixture, with what their events point at. */
  async #know(fixture: FixtureConfig): Promise<void> {
    for (const { config, audio } of fixture.tenants) {
      const { id, slug, name, locale, timeZone, quotas } = config.tenant;
      this.#tenants.add(id);
      await inPlatform(this.#cluster.database.platform, (trx) =>
        trx
          .insertInto('tenant')
          .values({
            id,
            slug: `${slug}-${id}`.slice(0, 60),
            name,
            locale,
            time_zone: timeZone,
            suspended_reason: null,
            forced_handling: null,
            agents_signed_in_max: quotas.agentsSignedIn,
            concurrent_calls_max: quotas.concurrentCalls,
            flows_max: quotas.flows,
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      );
      await inTenant(this.#cluster.database.tenants, id, async (trx) => {
        for (const [table, things] of [
          ['queue', config.queues],
          ['mailbox', config.mailboxes],
          ['fax_box', config.faxBoxes],
        ] as const)
          for (const { id: thing, ...body } of things)
            await trx
              .insertInto(table)
              .values({ id: thing, name: `${body.name} ${thing}`, body: jsonb(body) } as never)
              .onConflict((conflict) => conflict.doNothing())
              .execute();
        for (const [sha256, wav] of audio)
          await trx
            .insertInto('prompt_audio')
            .values({ sha256, audio: Buffer.from(wav) })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
      });
    }
  }
}

/** Stands between one node and the centre's line, and gives the node what the fixture says whenever the centre gives it something. */
class BranchSeat implements NodeSeat {
  readonly token: string;
  readonly #fixture: FixtureConfig;
  readonly #centrePort: number;
  readonly #server: Server;
  readonly #sockets = new Set<WebSocket>();
  /** The node's end of the link that stands. */
  #node: WebSocket | null = null;
  #generationOfCentre = 0;
  applied = 0;
  refused: string | null = null;

  private constructor(fixture: FixtureConfig, token: string, centrePort: number, server: Server) {
    this.#fixture = fixture;
    this.token = token;
    this.#centrePort = centrePort;
    this.#server = server;
  }

  static async open(parts: {
    fixture: FixtureConfig;
    token: string;
    centrePort: number;
  }): Promise<BranchSeat> {
    const server = createServer();
    const seat = new BranchSeat(parts.fixture, parts.token, parts.centrePort, server);
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
    server.on('request', (asked, reply) => seat.#pass(asked, reply));
    server.on('upgrade', (asked, socket, head) =>
      sockets.handleUpgrade(asked, socket, head, (node) => seat.#join(node, asked)),
    );
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return seat;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What the fixture says now. */
  give(): void {
    this.#node?.send(JSON.stringify({ kind: 'config', config: this.#fixture.build() }));
  }

  /** The node runs what the fixture says. */
  async isGiven(): Promise<void> {
    await until(
      'the branch’s node to run its configuration',
      () => {
        if (this.refused !== null) throw new Error(this.refused);
        return this.applied >= this.#fixture.generation;
      },
      20_000,
    );
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  #join(node: WebSocket, { url, headers: { authorization } }: IncomingMessage): void {
    const centre = new WebSocket(`ws://127.0.0.1:${this.#centrePort}${url}`, {
      headers: { authorization: authorization! },
      perMessageDeflate: true,
    });
    this.#node = node;
    const waiting: string[] = [];
    centre.on('open', () => {
      for (const text of waiting.splice(0)) centre.send(text);
    });
    node.on('message', (data) => {
      const text = this.#up(String(data));
      if (text === null) return;
      if (centre.readyState === WebSocket.OPEN) centre.send(text);
      else waiting.push(text);
    });
    centre.on('message', (data) => node.send(this.#down(String(data))));
    for (const [one, other] of [
      [node, centre],
      [centre, node],
    ] as const) {
      // prettier-ignore
      this.#sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        this.#sockets.delete(one);
        other.terminate();
      });
    }
  }

  /** The centre hears of its own configurations alone. */
  #up(text: string): string | null {
    const message = JSON.parse(text) as NodeToCentre;
    if (message.kind === 'hello') return JSON.stringify({ ...message, generation: 0 });
    if (message.kind === 'config-refused') this.refused = message.why;
    if (message.kind !== 'config-applied') return text;
    this.applied = message.generation;
    return JSON.stringify({ ...message, generation: this.#generationOfCentre });
  }

  #down(text: string): string {
    const message = JSON.parse(text) as CentreToNode;
    if (message.kind !== 'config') return text;
    this.#generationOfCentre = (message.config as { generation: number }).generation;
    return JSON.stringify({ kind: 'config', config: this.#fixture.build() });
  }

  #pass(asked: IncomingMessage, reply: ServerResponse): void {
    const { method, url, headers } = asked;
    const passed = request(
      { host: '127.0.0.1', port: this.#centrePort, method, path: url, headers },
      (answer) => {
        reply.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(reply);
      },
    );
    passed.on('error', () => reply.destroy());
    asked.pipe(passed);
  }
}
