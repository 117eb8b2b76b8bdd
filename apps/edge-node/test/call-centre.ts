/** A centre and its nodes, each a process of its own, with one tenant whose callers ring every node: what tests of the whole stand on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '@seatgrid/contracts/api/client.ts';
import type { NodeId, QueueId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { TrunkConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { ApiSession } from '@seatgrid/testkit/api-session.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { CentreProcess, operator, type Who } from './centre-process.ts';
import { CutLink } from './cut-link.ts';
import { FixtureConfig } from './fixture-config.ts';
import type { NetPlace } from './net-places.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { TestDesk } from './test-desk.ts';
import { callerHz, toneOf } from './tones.ts';
import { until } from './until.ts';

export const agentPassword = 'a-long-password';
export const administrator = { email: 'admin@acme.example', password: agentPassword };
export const hotline = '+864008001000';
const hangUp = { kind: 'hang-up' as const, say: [] };

/** What is said of a trunk where it is not as usual. */
export type TrunkWanted = { sources: string[] } & Partial<
  Pick<TrunkConfig, 'target' | 'account' | 'isProbed'>
>;

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
  platform!: ApiClient;
  tenant!: ApiClient;
  tenantId!: TenantId;
  queueId!: QueueId;
  phone!: TestPhone;
  centre!: CentreProcess;
  #channels = 100;

  /** `agents` of one queue, which every call to the hotline enters at once. */
  static async start(options: {
    readonly nodes: number;
    readonly agents: number;
    /** Of each node's line, and what the tenant may have at once, where that is more than usual. */
    readonly channels?: number;
    /** Of the centre, where that has a network of its own. */
    readonly place?: NetPlace;
  }): Promise<CallCentre> {
    const whole = new CallCentre();
    whole.#channels = options.channels ?? 100;
    const folder = join(whole.folder, 'centre');
    whole.centre = await CentreProcess.start({ folder, ...(options.place ? { place: options.place } : {}) });
    whole.platform = await whole.signIn(operator);
    await whole.#makeTenant(options.agents);
    for (let index = 0; index < options.nodes; index++) await whole.addNode(`Node ${index + 1}`);
    whole.phone = await TestPhone.open({ address: '127.0.0.2' });
    return whole;
  }

  async addNode(name: string): Promise<LinkedNode> {
    const { id, token } = await this.enrol(name, { sources: ['127.0.0.2', '127.0.0.12'] });
    const link = await CutLink.to(this.centre.url);
    const process = await NodeProcess.start(new FixtureConfig(), {
      SEATGRID_NODE_CONFIG_FILE: '',
      SEATGRID_CENTRE_URL: link.url,
      SEATGRID_ENROL_TOKEN: token,
    });
    const node = { id, name, process, link };
    this.nodes.push(node);
    await this.carriesTenant(node);
    return node;
  }

  /** A node that may come, at a site of its own, with its first trunk. */
  async enrol(name: string, trunk: TrunkWanted): Promise<{ readonly id: NodeId; readonly token: string }> {
    const { platform } = this;
    const site = await platform.call('POST /api/platform/sites', {
      body: { name: `Site of ${name}`, timeZone: 'UTC' },
    });
    const { id } = await platform.call('POST /api/platform/nodes', { body: { siteId: site.id, name } });
    const { token } = await platform.call('POST /api/platform/nodes/:id/enrolment-token', { params: { id } });
    await this.addTrunk(id, { name: `Line of ${name}`, ...trunk });
    return { id, token };
  }

  async addTrunk(nodeId: NodeId, trunk: TrunkWanted & { readonly name: string }): Promise<void> {
    await this.platform.call('POST /api/platform/trunks', {
      body: {
        nodeId,
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
        ...trunk,
      },
    });
  }

  async carriesTenant(node: { readonly id: NodeId }): Promise<void> {
    await until('the node to carry the tenant', async () => (await this.healthOf(node)).generation > 0);
  }

  async healthOf({ id }: { readonly id: NodeId }) {
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
  signIn(who: Who, url?: string): Promise<ApiSession> {
    return this.centre.signIn(who, url);
  }

  async close(): Promise<void> {
    await this.phone?.close();
    for (const { process, link } of this.nodes) {
      await process.close();
      await link.close();
    }
    await this.centre?.close();
    rmSync(this.folder, { recursive: true, force: true });
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
