/** The node as its own process, on a folder and ports of its own; its journal can be read while it runs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EventFacts, EventKind, JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import { nodeFlags } from '../src/node-flags.ts';
import { stepsApart } from '@seatgrid/contracts/journal/steps-apart.ts';
import { compiledBy } from './compiled.ts';
import type { FixtureConfig } from './fixture-config.ts';
import type { NetPlace } from './net-places.ts';
import { siteOfNodes, type NodeSeat } from './node-seats.ts';
import { until } from './until.ts';

export type EventOf<Kind extends EventKind> = JournalEvent & { readonly facts: EventFacts & { kind: Kind } };

export interface ReadyLine {
  readonly sip: string;
  readonly desk: string;
  readonly localApi: string;
  readonly generation: number;
  readonly startedInMs: number;
}

/** Where the node listens in tests; peers use other addresses of the same loopback. */
export const nodeAddress = '127.0.0.1';

/**
 * Five hundred ports for sound, below those the system gives away: of this test worker's own half, so that none of another's nodes has
 * them, and not those of this worker's last nodes.
 */
const mediaBlocks = { from: 6_000, each: 500, perWorker: 9 };
const firstOfWorker = mediaBlocks.perWorker * (Number(process.env['VITEST_POOL_ID'] ?? 1) % 2);
let mediaBlocksTaken = Math.floor(Math.random() * mediaBlocks.perWorker);

function nextMediaBlock(): number {
  const block = firstOfWorker + (mediaBlocksTaken++ % mediaBlocks.perWorker);
  return mediaBlocks.from + mediaBlocks.each * block;
}

export interface NodeWays {
  /** What runs the node, where that is not the product's own. */
  readonly program?: string | undefined;
  /** With a network of its own. */
  readonly place?: NetPlace;
}

export class NodeProcess {
  readonly folder: string;
  readonly fixture: FixtureConfig;
  readonly sipPort: number;
  ready!: ReadyLine;
  readonly #environment: Record<string, string>;
  readonly #program: string;
  readonly #place: NetPlace | undefined;
  readonly #seat: NodeSeat | null;
  #child: ChildProcess | null = null;
  stderr = '';

  private constructor(
    fixture: FixtureConfig,
    ports: { sip: number; media: number },
    environment: object,
    { program = mainPath, place }: NodeWays,
    seat: NodeSeat | null,
  ) {
    this.#seat = seat;
    this.fixture = fixture;
    this.#program = program;
    this.#place = place;
    this.sipPort = ports.sip;
    this.folder = mkdtempSync(join(tmpdir(), 'seatgrid-node-'));
    this.#environment = {
      SEATGRID_NODE_DATA: this.folder,
      SEATGRID_NODE_CONFIG_FILE: join(this.folder, 'config.json'),
      SEATGRID_SIP_ADDRESS: nodeAddress,
      SEATGRID_SIP_PORT: String(ports.sip),
      SEATGRID_RTP_PORTS: `${ports.media}-${ports.media + 399}`,
      SEATGRID_WEBRTC_PORTS: `${ports.media + 400}-${ports.media + 409}`,
      SEATGRID_DESK_PORT: '0',
      SEATGRID_LOCAL_API_PORT: '0',
      SEATGRID_MEDIA_WORKERS: '1',
      SEATGRID_DRAIN_SECONDS: '1',
      SEATGRID_REHEARSED_CALLS: '0',
      SEATGRID_CHECK_EVENTS: '1',
      ...(seat === null
        ? {}
        : {
            SEATGRID_NODE_CONFIG_FILE: '',
            SEATGRID_CENTRE_URL: seat.url,
            SEATGRID_ENROL_TOKEN: seat.token,
          }),
      ...environment,
    };
  }

  static async start(
    fixture: FixtureConfig,
    environment: Record<string, string> = {},
    ways: NodeWays = {},
  ): Promise<NodeProcess> {
    // A test with a centre of its own stands where it stands.
    const seatIn = 'SEATGRID_CENTRE_URL' in environment ? null : siteOfNodes();
    // SIP's is found by chance, and another test's process may take it in between: then others are tried.
    for (let attempt = 1; ; attempt++) {
      const media = nextMediaBlock();
      const ports = { sip: await freePort(), media };
      const seat = (await seatIn?.seat(fixture)) ?? null;
      const node = new NodeProcess(fixture, ports, environment, ways, seat);
      node.writeConfig();
      try {
        await node.boot();
        return node;
      } catch (error) {
        await node.kill();
        if (attempt === startAttemptsMax || !/taken|another program listens|could be bound/.test(node.stderr))
          throw error;
      }
    }
  }

  writeConfig(): void {
    writeFileSync(join(this.folder, 'config.json'), JSON.stringify(this.fixture.build()));
  }

  async boot(): Promise<void> {
    const words = [process.execPath, ...nodeFlags, this.#program];
    const [program, ...rest] = this.#place?.words(words) ?? words;
    const child = spawn(program!, rest, {
      env: { PATH: process.env['PATH'], ...compiledBy('node'), ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    let stdout = '';
    child.stdout!.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr!.on('data', (data: Buffer) => (this.stderr += data.toString()));
    const line = await until(
      'the ready line',
      () => {
        if (child.exitCode !== null) throw new Error(`the node ended with ${child.exitCode}: ${this.stderr}`);
        return stdout.split('\n').find((each) => each.startsWith('{"ready"'));
      },
      60_000,
    );
    this.ready = JSON.parse(line) as ReadyLine;
    await this.#seat?.isGiven();
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  /** Of a program that answers what is asked of it. */
  ask<Answer>(question: object): Promise<Answer> {
    const child = this.#child!;
    return new Promise((resolve) => {
      child.once('message', (answer) => resolve((answer as { answer: Answer }).answer));
      child.send(question);
    });
  }

  /** SIGHUP: the config file is read again. */
  reload(): void {
    if (this.#seat !== null) return this.#seat.give();
    this.#child?.kill('SIGHUP');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL').then(() => undefined);
  }

  /** SIGTERM; the exit code. */
  terminate(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async close(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * What the node has said until now is in its journal: it tells a desk at once, and commits some tenths of a second of events
   * together. One that has ended has written all.
   */
  async written(): Promise<void> {
    if (!this.#isRunning) return;
    await until('the journal to be written', async () => {
      const health = (await (await fetch(`${this.ready.localApi}/healthz`)).json()) as JournalHealth;
      return health.journal.waiting === 0;
    });
  }

  /** All committed events, in order. */
  events(): JournalEvent[] {
    const database = new DatabaseSync(join(this.folder, 'journal.sqlite'), { readOnly: true });
    try {
      const rows = database.prepare(
        'select sequence, id, at_ms, tenant_id, facts from event order by sequence',
      );
      return rows.all().map((row) => ({
        id: row['id'] as JournalEvent['id'],
        sequence: Number(row['sequence']),
        atMs: Number(row['at_ms']),
        tenantId: row['tenant_id'] as JournalEvent['tenantId'],
        facts: JSON.parse(String(row['facts'])) as EventFacts,
      }));
    } finally {
      database.close();
    }
  }

  /** Steps told together count one by one. */
  eventsOf<Kind extends EventKind>(kind: Kind): EventOf<Kind>[] {
    return this.events()
      .flatMap((event) => stepsApart(event.facts).map((facts): JournalEvent => ({ ...event, facts })))
      .filter((event): event is EventOf<Kind> => event.facts.kind === kind);
  }

  /** The event that fits, as soon as it is durable. */
  event<Kind extends EventKind>(
    kind: Kind,
    fits: (facts: EventFacts & { kind: Kind }) => boolean = () => true,
    deadlineMs = 10_000,
  ): Promise<EventOf<Kind>> {
    return until(`${kind}`, () => this.eventsOf(kind).find((event) => fits(event.facts)), deadlineMs);
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (!child || !this.#isRunning) return child?.exitCode ?? null;
    child.kill(signal);
    return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  }

  get #isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }
}

interface JournalHealth {
  readonly journal: { readonly waiting: number };
}

const mainPath = new URL('../src/main.ts', import.meta.url).pathname;

const startAttemptsMax = 4;

/** Free for TCP and for UDP. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, nodeAddress, () => {
      const { port } = server.address() as AddressInfo;
      const socket = createSocket('udp4');
      socket.once('error', () => server.close(() => resolve(freePort())));
      socket.bind(port, nodeAddress, () => socket.close(() => server.close(() => resolve(port))));
    });
  });
}
