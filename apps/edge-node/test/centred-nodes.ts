/** A true centre and nodes enrolled with it, each a process of its own: callers on the trunk of any node, agents at any node. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { ApiClient } from '@seatgrid/contracts/api/client.ts';
import type { Floor, FloorAgent } from '@seatgrid/contracts/realtime/floor.ts';
import type { RealtimeFrame } from '@seatgrid/contracts/realtime/frames.ts';
import type { AgentId, FlowId, NodeId, QueueId, SiteId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import type { RingGroup } from '@seatgrid/core/routing/ring-group.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { CentreProcess, operator, type Who } from './centre-process.ts';
import { FixtureConfig } from './fixture-config.ts';
import { NodeProcess } from './node-process.ts';
import { TestDesk } from './test-desk.ts';
import { callerHz, toneOf } from './tones.ts';
import { until } from './until.ts';

const password = 'a-long-password';
/** Who watches the floor, once asked for. */
export const susan = { email: 'supervisor@acme.example', password };
export const ada = { email: 'admin@acme.example', password };
const hangUp = { kind: 'hang-up' as const, say: [] };
const callersAddress = '127.0.0.2';

/** What a node is told besides, by its address. */
export type EnvironmentOf = (address: string) => Record<string, string>;

export interface CentredNode {
  readonly nodeId: NodeId;
  readonly siteId: SiteId;
  readonly address: string;
  readonly process: NodeProcess;
}

export interface CentredAgent {
  readonly agentId: AgentId;
  /** Where the agent may open a desk. */
  readonly desks: () => Promise<readonly { readonly nodeName: string }[]>;
  readonly token: () => Promise<string>;
}

export class CentredNodes {
  readonly folder = mkdtempSync(join(tmpdir(), 'seatgrid-centred-'));
  readonly nodes: CentredNode[] = [];
  readonly agents: CentredAgent[] = [];
  platform!: ApiClient;
  tenantId!: TenantId;
  administrator!: ApiClient;
  phone!: TestPhone;
  #centre!: CentreProcess;
  readonly #desks: TestDesk[] = [];
  readonly #calls: PhoneCall[] = [];
  #numbers = 0;
  #queues = 0;
  #lasts = 0;
  /** Of the administrator. */
  #cookie = '';

  /** `addresses`: of the nodes, each at a site of its own. */
  static async start(
    addresses: readonly string[],
    agents: number,
    have: { readonly phonePassword?: string; readonly environment?: EnvironmentOf } = {},
  ): Promise<CentredNodes> {
    const all = new CentredNodes();
    all.#centre = await CentreProcess.start({ folder: join(all.folder, 'centre') });
    all.phone = await TestPhone.open({ address: callersAddress });
    all.platform = await all.#centre.signIn(operator);
    for (const address of addresses)
      all.nodes.push(await all.#node(address, have.environment?.(address) ?? {}));
    await all.#tenant(agents, have.phonePassword ?? null);
    return all;
  }

  get centrePort(): number {
    return this.#centre.port;
  }

  get centreUrl(): string {
    return this.#centre.url;
  }

  /** A number that leads to a queue of its own; local to the site, where one is named. */
  async queue(
    settings: Partial<Queue> = {},
    siteId: SiteId | null = null,
  ): Promise<{ number: string; queueId: QueueId }> {
    const { id: queueId } = await this.makeQueue(settings.name ?? `Queue ${++this.#queues}`, settings);
    return { number: await this.number({ kind: 'queue', queueId }, siteId), queueId };
  }

  /** A number that leads there. */
  async number(onDuty: NextStep, siteId: SiteId | null = null): Promise<string> {
    const number = `+86400800${String(2_000 + this.#numbers++)}`;
    const did = await this.platform.call('POST /api/platform/dids', {
      body: { tenantId: this.tenantId, number, label: number, siteId },
    });
    await this.administrator.call('POST /api/inbound-rules', {
      body: { name: number, didIds: [did.id], workingTime: [], onDuty: onDuty as never, offDuty: hangUp },
    });
    await this.isEverywhere();
    return number;
  }

  /** What was made before is at every node: what is made now is at a node when all before it is. */
  async isEverywhere(): Promise<void> {
    const last = await this.makeQueue(`the last of ${++this.#lasts}`, {});
    for (const { process } of this.nodes)
      await until('the number to be known', async () => (await inspected(process)).includes(last.id), 20_000);
  }

  /** Published. */
  async flow(name: string, start: string, steps: Record<string, FlowStep>): Promise<FlowId> {
    const { call } = this.administrator;
    const { id } = await call('POST /api/flows', { body: { name, start, steps } as never });
    await call('POST /api/flows/:id/publish', { params: { id } });
    return id;
  }

  /** A number that rings those agents’ positions. */
  async ringGroup(agents: readonly CentredAgent[], settings: Partial<RingGroup> = {}): Promise<string> {
    const { id: ringGroupId } = await this.administrator.call('POST /api/ring-groups', {
      body: {
        name: `Group ${++this.#queues}`,
        strategy: 'all',
        ringTimeoutMs: 30_000,
        ringEachMs: 5_000,
        onNoAnswer: hangUp,
        ...(settings as object),
        agentIds: agents.map(({ agentId }) => agentId),
      },
    });
    return this.number({ kind: 'ring-group', ringGroupId });
  }

  makeQueue(name: string, settings: Partial<Queue>) {
    return this.administrator.call('POST /api/queues', {
      body: {
        name,
        requires: [],
        ringTimeoutMs: 20_000,
        wrapUpMs: 0,
        waitingMax: 50,
        waitMaxMs: 120_000,
        onFull: hangUp,
        onTimeout: hangUp,
        entry: [],
        music: [],
        announcePositionEveryMs: null,
        isRecorded: false,
        ...(settings as object),
      },
    });
  }

  async ring(node: CentredNode, number: string, from = '13800138000'): Promise<PhoneCall> {
    const { address: host, process } = node;
    const call = await this.phone.ring({ host, port: process.sipPort, number, from });
    call.rtp.speak(toneOf(callerHz));
    this.#calls.push(call);
    return call;
  }

  /** Signed in at this node, and ready. */
  async ready(node: CentredNode, agent: CentredAgent): Promise<TestDesk> {
    return this.readyWith(node, await agent.token());
  }

  /** Not signed in. */
  async open(node: CentredNode, token: string): Promise<TestDesk> {
    const desk = await TestDesk.openWith(node.process.ready.desk, token);
    this.#desks.push(desk);
    await until('the first state', () => desk.state);
    return desk;
  }

  async readyWith(node: CentredNode, token: string): Promise<TestDesk> {
    const desk = await this.open(node, token);
    await desk.done({ kind: 'sign-in', device: 'browser' });
    await desk.done({ kind: 'ready' });
    await until('the agent to be ready', () => ['ready', 'reserved'].includes(desk.state!.presence.state));
    return desk;
  }

  async supervisor(): Promise<ApiClient> {
    return this.#supervisor(this.administrator, { ...susan, name: 'Susan' });
  }

  /** Of another tenant, served at the same nodes. */
  async strangeSupervisor(): Promise<ApiClient> {
    const administrator = { email: 'admin@strange.example', name: 'Otto', password };
    await this.platform.call('POST /api/platform/tenants', {
      body: {
        slug: 'strange',
        name: 'Strange',
        locale: 'en',
        timeZone: 'Asia/Shanghai',
        quotas: { agentsSignedIn: 5, concurrentCalls: 5, flows: 5 },
        administrator,
      },
    });
    for (const { process } of this.nodes)
      await until(
        'the tenant to be served',
        async () => (await inspected(process)).includes('"strange"'),
        20_000,
      );
    const sam = { email: 'supervisor@strange.example', password, name: 'Sam' };
    return this.#supervisor(await this.#centre.signIn(administrator), sam);
  }

  async #supervisor(administrator: ApiClient, who: Who & { readonly name: string }) {
    await administrator.call('POST /api/users', { body: { ...who, role: 'supervisor' } });
    return this.#centre.signIn({ email: who.email, password: who.password });
  }

  /** What a supervisor's page is told: every node's newest floor. */
  async floor(): Promise<{ agent(agentId: AgentId): FloorAgent | undefined; close(): void }> {
    const floors = new Map<NodeId, Floor>();
    const { url } = this.#centre;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/realtime`, {
      headers: { cookie: this.#cookie },
      origin: url,
    });
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as RealtimeFrame;
      if (frame.kind === 'floor') floors.set(frame.nodeId, frame.floor);
    });
    await once(socket, 'open');
    return {
      agent: (agentId) =>
        [...floors.values()]
          .flatMap(({ agents }) => agents)
          .find((one) => one.agentId === agentId && one.state !== 'offline'),
      close: () => socket.terminate(),
    };
  }

  /** Where a node's site is, on one parallel. */
  async place(
    { siteId, address: name }: CentredNode,
    at: { longitude: number; weight?: number },
  ): Promise<void> {
    const { longitude, weight = 100 } = at;
    const body = { name, timeZone: 'UTC', place: { latitude: 31.2, longitude }, weight };
    await this.platform.call('PUT /api/platform/sites/:id', { params: { id: siteId }, body });
  }

  killCentre(): Promise<void> {
    return this.#centre.kill();
  }

  async settle(): Promise<void> {
    for (const call of this.#calls.splice(0)) call.hangUp();
    for (const desk of this.#desks.splice(0)) {
      // Dismissed by its node.
      if (desk.closedWhy !== null) {
        desk.close();
        continue;
      }
      await until(
        'the agent to be free',
        () => !['reserved', 'talking'].includes(desk.state!.presence.state),
      );
      await desk.command({ kind: 'sign-out' });
      desk.close();
    }
  }

  async close(): Promise<void> {
    for (const { process } of this.nodes) await process.close();
    await this.phone?.close();
    await this.#centre?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #node(address: string, environment: Record<string, string>): Promise<CentredNode> {
    const { call } = this.platform;
    const site = await call('POST /api/platform/sites', { body: { name: address, timeZone: 'UTC' } });
    const { id: nodeId } = await call('POST /api/platform/nodes', {
      body: { siteId: site.id, name: address },
    });
    const { token } = await call('POST /api/platform/nodes/:id/enrolment-token', { params: { id: nodeId } });
    await call('POST /api/platform/trunks', {
      body: {
        nodeId,
        name: 'Callers',
        sources: [callersAddress],
        target: null,
        account: null,
        channelsMax: 30,
        inboundChannelsMax: null,
        outboundChannelsMax: null,
      },
    });
    const process = await NodeProcess.start(new FixtureConfig(), {
      SEATGRID_NODE_CONFIG_FILE: '',
      SEATGRID_CENTRE_URL: this.#centre.url,
      SEATGRID_ENROL_TOKEN: token,
      SEATGRID_SIP_ADDRESS: address,
      ...environment,
    });
    return { nodeId, siteId: site.id, address, process };
  }

  async #tenant(agents: number, phonePassword: string | null): Promise<void> {
    const tenant = await this.platform.call('POST /api/platform/tenants', {
      body: {
        slug: 'acme',
        name: 'Acme',
        locale: 'en',
        timeZone: 'Asia/Shanghai',
        quotas: { agentsSignedIn: 20, concurrentCalls: 50, flows: 20 },
        administrator: { ...ada, name: 'Ada' },
      },
    });
    this.tenantId = tenant.id;
    const signedIn = await this.#centre.signIn(ada);
    this.administrator = signedIn;
    this.#cookie = signedIn.cookie();
    for (let index = 0; index < agents; index++) {
      const email = `agent${index}@acme.example`;
      const { id: agentId } = await this.administrator.call('POST /api/agents', {
        body: {
          name: `Agent ${index}`,
          staffId: String(1001 + index),
          extension: String(8001 + index),
          locale: 'en',
          kind: 'general',
          groupId: null,
          skills: [],
          isAutoAnswer: false,
          email,
          password,
          phonePassword,
        },
      });
      const pass = async () => (await this.#centre.signIn({ email, password })).call('POST /api/desk-token');
      const desks = async () => (await pass()).desks;
      this.agents.push({ agentId, desks, token: async () => (await pass()).token });
    }
  }
}

async function inspected({ ready }: NodeProcess): Promise<string> {
  return (await fetch(`${ready.localApi}/inspect`)).text();
}
