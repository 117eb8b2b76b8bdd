/** A centre and its nodes, each a process of its own, with one tenant whose callers ring every node: what tests of the whole stand on. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient, type ApiClient } from '@seatgrid/contracts/api/client.ts';
import type { NodeId, QueueId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { CutLink } from './cut-link.ts';
import { FixtureConfig } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { TestDesk } from './test-desk.ts';
import { callerHz, toneOf } from './tones.ts';
import { until } from './until.ts';

const centreMain = new URL('../../centre/src/main.ts', import.meta.url).pathname;
export const operator = { email: 'operator@seatgrid.example', password: 'operator-password' };
export const agentPassword = 'a-long-password';
export const administrator = { email: 'admin@acme.example', password: agentPassword };
export const hotline = '+864008001000';
const hangUp = { kind: 'hang-up' as const, say: [] };

export interface LinkedNode {
  readonly id: NodeId;
  readonly name: string;
  readonly process: NodeProcess;
  readonly link: CutLink;
}

export class CallCentre {
  readonly folder = mkdtempSync(join(tmpdir(), 'seatgrid-call-centre-'));
  readonly nodes: LinkedNode[] = [];
  readonly agents: { readonly id: string; readonly email: string }[] = [];
  url!: string;
  platform!: ApiClient;
  tenant!: ApiClient;
  tenantId!: TenantId;
  queueId!: QueueId;
  phone!: TestPhone;
  #centre!: ChildProcess;
  #channels = 100;

  /** `agents` of one queue, which every call to the hotline enters at once. */
  static async start(options: {
    readonly nodes: number;
    readonly agents: number;
    /** Of each node's line, and what the tenant may have at once, where that is more than usual. */
    readonly channels?: number;
  }): Promise<CallCentre> {
    const whole = new CallCentre();
    whole.#channels = options.channels ?? 100;
    await whole.#startCentre();
    whole.platform = await whole.signIn(operator);
    await whole.#makeTenant(options.agents);
    for (let index = 0; index < options.nodes; index++) await whole.addNode(`Node ${index + 1}`);
    whole.phone = await TestPhone.open({ address: '127.0.0.2' });
    return whole;
  }

  async addNode(name: string): Promise<LinkedNode> {
    const { platform } = this;
    const site = await platform.call('POST /api/platform/sites', {
      body: { name: `Site of ${name}`, timeZone: 'UTC' },
    });
    const { id } = await platform.call('POST /api/platform/nodes', { body: { siteId: site.id, name } });
    const { token } = await platform.call('POST /api/platform/nodes/:id/enrolment-token', { params: { id } });
    await platform.call('POST /api/platform/trunks', {
      body: {
        nodeId: id,
        name: `Line of ${name}`,
        sources: ['127.0.0.2', '127.0.0.12'],
        target: null,
        account: null,
        isProbed: false,
        channelsMax: this.#channels,
        inboundChannelsMax: null,
        outboundChannelsMax: null,
        srtp: 'accept',
        toneCountry: null,
        tenantIds: null,
        numberFormat: null,
      },
    });
    const link = await CutLink.to(this.url);
    const process = await NodeProcess.start(new FixtureConfig(), {
      SEATGRID_NODE_CONFIG_FILE: '',
      SEATGRID_CENTRE_URL: link.url,
      SEATGRID_ENROL_TOKEN: token,
    });
    const node = { id, name, process, link };
    this.nodes.push(node);
    await until('the node to carry the tenant', async () => (await this.healthOf(node)).generation > 0);
    return node;
  }

  async healthOf({ id }: LinkedNode) {
    const { items } = await this.platform.call('GET /api/platform/nodes');
    return items.find((one) => one.id === id)!.health;
  }

  /** A caller who sounds like a caller, at that node. */
  async ring(node: LinkedNode, from: string): Promise<PhoneCall> {
    const call = await this.phone.ring({
      host: nodeAddress,
      port: node.process.sipPort,
      number: hotline,
      from,
    });
    call.rtp.speak(toneOf(callerHz));
    return call;
  }

  async deskPass(agentIndex: number) {
    const { email } = this.agents[agentIndex]!;
    const agent = await this.signIn({ email, password: administrator.password });
    return agent.call('POST /api/desk-token');
  }

  /** Signed in at that node, with a browser, and ready where asked. */
  async desk(
    node: LinkedNode,
    agentIndex: number,
    { isReady }: { readonly isReady: boolean },
  ): Promise<TestDesk> {
    const { token } = await this.deskPass(agentIndex);
    const desk = await TestDesk.openWith(node.process.ready.desk, token);
    await until('the first state', () => desk.state);
    await desk.done({ kind: 'sign-in', device: 'browser' });
    if (isReady) await desk.done({ kind: 'ready' });
    return desk;
  }

  /** `url`: as the centre is reached from a site. */
  async signIn(
    who: { readonly email: string; readonly password: string },
    url = this.url,
  ): Promise<ApiClient> {
    let cookie = '';
    const client = createApiClient(
      async (address, init) => {
        const reply = await fetch(address, init);
        cookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
        return reply;
      },
      url,
      () => ({ cookie }),
    );
    await client.call('POST /api/auth/login', { body: who });
    return client;
  }

  async close(): Promise<void> {
    await this.phone?.close();
    for (const { process, link } of this.nodes) {
      await process.close();
      await link.close();
    }
    if (this.#centre.exitCode === null) {
      const gone = once(this.#centre, 'exit');
      this.#centre.kill('SIGTERM');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #startCentre(): Promise<void> {
    const child = spawn(process.execPath, [centreMain], {
      env: {
        PATH: process.env['PATH'],
        CENTRE_PORT: '0',
        CENTRE_DATA: join(this.folder, 'centre'),
        CENTRE_OPERATOR_EMAIL: operator.email,
        CENTRE_OPERATOR_PASSWORD: operator.password,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#centre = child;
    let output = '';
    this.url = await new Promise<string>((found, fail) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (part: Buffer) => {
          output += String(part);
          const told = /"url":"([^"]+)".*"listening"/.exec(output)?.[1];
          if (told !== undefined) found(told);
        });
      child.once('exit', () => fail(new Error(output)));
    });
  }

  async #makeTenant(agents: number): Promise<void> {
    const { platform } = this;
    const tenant = await platform.call('POST /api/platform/tenants', {
      body: {
        slug: 'acme',
        name: 'Acme',
        locale: 'en',
        timeZone: 'Asia/Shanghai',
        quotas: { agentsSignedIn: 50, concurrentCalls: Math.max(100, this.#channels), flows: 3 },
        administrator: { ...administrator, name: 'Ada' },
      },
    });
    this.tenantId = tenant.id;
    const did = await platform.call('POST /api/platform/dids', {
      body: { tenantId: tenant.id, number: hotline, label: 'Hotline' },
    });
    this.tenant = await this.signIn(administrator);
    const queue = await this.tenant.call('POST /api/queues', {
      body: {
        name: 'Service',
        requires: [],
        ringTimeoutMs: 20_000,
        wrapUpMs: 0,
        waitingMax: Math.max(50, this.#channels),
        waitMaxMs: 600_000,
        onFull: hangUp,
        onTimeout: hangUp,
        entry: [],
        music: [],
        announcePositionEveryMs: null,
        isRecorded: true,
      },
    });
    this.queueId = queue.id;
    await this.tenant.call('POST /api/inbound-rules', {
      body: {
        name: 'Always',
        didIds: [did.id],
        workingTime: [],
        onDuty: { kind: 'queue', queueId: queue.id },
        offDuty: hangUp,
      },
    });
    for (let index = 0; index < agents; index++) {
      const email = `agent${index}@acme.example`;
      const { id } = await this.tenant.call('POST /api/agents', {
        body: {
          name: `Agent ${index}`,
          staffId: String(8001 + index),
          extension: String(1001 + index),
          locale: 'en',
          kind: 'general',
          groupId: null,
          skills: [],
          isAutoAnswer: false,
          email,
          password: administrator.password,
          phonePassword: 'a-phone-password',
        },
      });
      this.agents.push({ id, email });
    }
  }
}
