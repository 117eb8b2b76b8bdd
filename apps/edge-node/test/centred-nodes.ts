/** A true centre and nodes enrolled with it, each a process of its own: callers on the trunk of any node, agents at any node. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient, ApiReply } from '@seatgrid/contracts/api/client.ts';
import type { TrunkConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { AgentId, FlowId, NodeId, QueueId, SiteId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import type { RingGroup } from '@seatgrid/core/routing/ring-group.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { Who } from '@seatgrid/testkit/api-session.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { CentreProcess, operator } from './centre-process.ts';
import { CutLink } from './cut-link.ts';
import { FixtureConfig } from './fixture-config.ts';
import type { NetPlace } from './net-places.ts';
import { NodeProcess } from './node-process.ts';
import { TestDesk } from './test-desk.ts';
import { callerHz, toneOf } from './tones.ts';
import { until } from './until.ts';
import { watchFloor, type WatchedFloor } from './watched-floor.ts';

/** Of everybody. */
export const password = 'a-long-password';
/** Who watches the floor, once asked for. */
export const susan = { email: 'supervisor@acme.example', password };
/** Who administers the tenant. */
export const ada = { email: 'admin@acme.example', password };
const hangUp = { kind: 'hang-up' as const, say: [] };
const callersAddress = '127.0.0.2';

/** What a node is told besides, by its address. */
export type EnvironmentOf = (address: string) => Record<string, string>;

/** What is said of a trunk where it is not as usual. */
type TrunkWanted = { readonly name: string; readonly sources: readonly string[] } & Partial<
  Pick<TrunkConfig, 'target' | 'account' | 'isProbed'>
>;

interface CentredWays {
  readonly phonePassword?: string;
  readonly environment?: EnvironmentOf;
  /** Of each trunk, and what the tenant may have at once, where that is more than usual. */
  readonly channels?: number;
  /** Of the centre, where that has a network of its own. */
  readonly place?: NetPlace;
}

export interface CentredNode {
  readonly nodeId: NodeId;
  readonly siteId: SiteId;
  readonly address: string;
  readonly process: NodeProcess;
  /** Its line to the centre. */
  readonly link: CutLink;
}

export interface CentredAgent {
  readonly agentId: AgentId;
  readonly email: string;
  /** Into a desk, as the centre gives it. `url`: as the centre is reached from where the agent sits. */
  readonly pass: (url?: string) => Promise<ApiReply<'POST /api/desk-token'>>;
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
  readonly #ways: CentredWays;
  #numbers = 0;
  #queues = 0;
  #lasts = 0;
  /** Of the administrator. */
  #cookie = '';

  private constructor(ways: CentredWays) {
    this.#ways = ways;
  }

  /** `addresses`: of the nodes, each at a site of its own. */
  static async start(
    addresses: readonly string[],
    agents: number,
    have: CentredWays = {},
  ): Promise<CentredNodes> {
    const all = new CentredNodes(have);
    const { place } = have;
    all.#centre = await CentreProcess.start({
      folder: join(all.folder, 'centre'),
      ...(place ? { place } : {}),
    });
    all.phone = await TestPhone.open({ address: callersAddress });
    all.platform = await all.#centre.signIn(operator);
    for (const address of addresses) await all.addNode(address);
    await all.#tenant(agents);
    return all;
  }

  get centre(): CentreProcess {
    return this.#centre;
  }

  /** Linked, at a site of its own. */
  async addNode(address: string): Promise<CentredNode> {
    const { nodeId, siteId, token } = await this.enrol(address, {
      name: 'Callers',
      sources: [callersAddress],
    });
    const link = await CutLink.to(this.#centre.url);
    const process = await NodeProcess.start(new FixtureConfig(), {
      SEATGRID_NODE_CONFIG_FILE: '',
      SEATGRID_CENTRE_URL: link.url,
      SEATGRID_ENROL_TOKEN: token,
      SEATGRID_SIP_ADDRESS: address,
      ...this.#ways.environment?.(address),
    });
    const node = { nodeId, siteId, address, process, link };
    this.nodes.push(node);
    return node;
  }

  /** A node that may come, at a site of its own, with its first trunk. */
  async enrol(
    name: string,
    trunk: TrunkWanted,
  ): Promise<{ readonly nodeId: NodeId; readonly siteId: SiteId; readonly token: string }> {
    const { call } = this.platform;
    const { id: siteId } = await call('POST /api/platform/sites', { body: { name, timeZone: 'UTC' } });
    const { id: nodeId } = await call('POST /api/platform/nodes', { body: { siteId, name } });
    const { token } = await call('POST /api/platform/nodes/:id/enrolment-token', { params: { id: nodeId } });
    await this.addTrunk(nodeId, trunk);
    return { nodeId, siteId, token };
  }

  async addTrunk(nodeId: NodeId, trunk: TrunkWanted): Promise<void> {
    await this.platform.call('POST /api/platform/trunks', {
      body: {
        nodeId,
        target: null,
        account: null,
        isProbed: false,
        channelsMax: this.#ways.channels ?? 30,
        inboundChannelsMax: null,
        outboundChannelsMax: null,
        ...trunk,
        sources: [...trunk.sources],
      },
    });
  }

  /** It runs what the centre told it. */
  async isTold(nodeId: NodeId): Promise<void> {
    await until('the node to be told', async () => (await this.healthOf(nodeId)).generation > 0);
  }

  async healthOf(nodeId: NodeId) {
    const { items } = await this.platform.call('GET /api/platform/nodes');
    return items.find(({ id }) => id === nodeId)!.health;
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

  floor(): Promise<WatchedFloor> {
    return watchFloor(this.#centre.url, this.#cookie);
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

  startCentreAgain(): Promise<void> {
    return this.#centre.startAgain();
  }

  async settle(): Promise<void> {
    for (const call of this.#calls.splice(0)) call.hangUp();
    for (const desk of this.#desks.splice(0)) {
      // Dismissed by its node, or that is gone.
      if (desk.closedWhy !== null || desk.isCut) {
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
    for (const { process, link } of this.nodes) {
      await process.close();
      await link.close();
    }
    await this.phone?.close();
    await this.#centre?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #tenant(agents: number): Promise<void> {
    const { channels = 50, phonePassword = null } = this.#ways;
    const tenant = await this.platform.call('POST /api/platform/tenants', {
      body: {
        slug: 'acme',
        name: 'Acme',
        locale: 'en',
        timeZone: 'Asia/Shanghai',
        quotas: { agentsSignedIn: 20, concurrentCalls: Math.max(50, channels), flows: 20 },
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
      const pass = async (url?: string) =>
        (await this.#centre.signIn({ email, password }, url)).call('POST /api/desk-token');
      const desks = async () => (await pass()).desks;
      this.agents.push({ agentId, email, pass, desks, token: async () => (await pass()).token });
    }
  }
}

async function inspected({ ready }: NodeProcess): Promise<string> {
  return (await fetch(`${ready.localApi}/inspect`)).text();
}
