/** A node's configuration for tests: two tenants with equal internal names and extensions, small flows, quick timers. */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import {
  createIdSource,
  type AgentId,
  type GroupId,
  type Id,
  type SiteId,
  type TenantId,
} from '@seatgrid/core/kernel/ids.ts';
import type { Role } from '@seatgrid/core/context/access.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import { plainRouting, type Queue } from '@seatgrid/core/routing/queue.ts';
import type { RingGroup } from '@seatgrid/core/routing/ring-group.ts';
import { plainCallOrder } from '@seatgrid/core/routing/strategy.ts';
import { plainSpeech } from '@seatgrid/core/spoken/speech-settings.ts';
import type { AgentKind } from '@seatgrid/core/workforce/agent.ts';
import type { NodeConfig, TenantConfig, TrunkConfig } from '@seatgrid/contracts/link/node-config.ts';
import { systemRandom } from '@seatgrid/testkit/system-random.ts';
import { wallClock } from '@seatgrid/testkit/wall-clock.ts';

const ids = createIdSource(wallClock, systemRandom);
export const newId = <Noun extends string>(): Id<Noun> => ids.next<Noun>();

export type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

export interface FixtureTenant {
  config: Mutable<TenantConfig>;
  readonly agents: readonly TenantConfig['agents'][number][];
  /** Of its prompts, by hash. */
  readonly audio: Map<string, Uint8Array>;
}

/** A rule that looks at nothing but the number. */
export const plainRule = {
  order: 100,
  trunkIds: [],
  callers: [],
  levels: [],
  workingTime: [],
  calendarId: null,
};

/** What the fixture's phones use as password. */
export const phonePassword = 'a-phone-password';

export class FixtureConfig {
  readonly tenants: FixtureTenant[] = [];
  readonly trunks: Mutable<TrunkConfig>[] = [];
  readonly #privateKey: KeyObject;
  readonly #publicJwk: Record<string, unknown>;
  nodeId = newId<'node'>();
  generation = 1;
  siteId: SiteId | null = null;
  isDraining = false;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.#privateKey = privateKey;
    this.#publicJwk = { ...publicKey.export({ format: 'jwk' }), kid: 'test', alg: 'EdDSA', use: 'sig' };
  }

  /** Callers from `source`; outgoing calls to `target` where given. */
  trunk(options: {
    readonly sources: readonly string[];
    readonly target?: Pick<NonNullable<TrunkConfig['target']>, 'host' | 'port'>;
    readonly channelsMax?: number;
    readonly inboundChannelsMax?: number;
    readonly outboundChannelsMax?: number;
    /** Off at first: carriers of tests expect calls alone. */
    readonly isProbed?: boolean;
    readonly followsRedirects?: boolean;
  }): Mutable<TrunkConfig> {
    const trunk: Mutable<TrunkConfig> = {
      id: newId<'trunk'>(),
      name: `Trunk ${this.trunks.length + 1}`,
      sources: [...options.sources],
      target: options.target ? { ...options.target, protocol: 'udp' } : null,
      account: null,
      isProbed: options.isProbed ?? false,
      followsRedirects: options.followsRedirects ?? false,
      channelsMax: options.channelsMax ?? 100,
      inboundChannelsMax: options.inboundChannelsMax ?? null,
      outboundChannelsMax: options.outboundChannelsMax ?? null,
      srtp: 'accept',
      toneCountry: null,
      tenantIds: null,
      numberFormat: null,
    };
    this.trunks.push(trunk);
    return trunk;
  }

  tenant(options: {
    readonly slug: string;
    readonly number: string;
    readonly agents: number;
    readonly locale?: Locale;
    readonly quotas?: Partial<TenantConfig['tenant']['quotas']>;
  }): FixtureTenant {
    const slug = options.slug;
    const extensions = Array.from({ length: options.agents }, (_, index) => String(1001 + index));
    const agents = extensions.map((extension, index) => ({
      id: newId<'agent'>(),
      userId: newId<'user'>(),
      name: `Agent ${index + 1}`,
      staffId: String(8001 + index),
      extension,
      locale: options.locale ?? 'en',
      kind: 'general' as AgentKind,
      groupId: null as GroupId | null,
      skills: [],
      isAutoAnswer: false,
    }));
    const config: TenantConfig = {
      tenant: {
        id: newId<'tenant'>(),
        slug,
        name: slug.toUpperCase(),
        locale: options.locale ?? 'en',
        timeZone: 'Asia/Shanghai',
        state: 'active',
        quotas: { agentsSignedIn: 10, concurrentCalls: 20, flows: 10, ...options.quotas },
      },
      dids: [{ id: newId<'did'>(), number: options.number, siteId: null }],
      rules: [],
      calendars: [],
      barredNumbers: [],
      customerLevels: [],
      numberSegments: [],
      dedicatedAgents: [],
      outboundRules: [],
      toneCountry: null,
      forcedHandling: null,
      flows: [],
      queues: [],
      callOrder: [...plainCallOrder],
      skills: [],
      agents,
      logins: [],
      groups: [],
      ringGroups: [],
      webButtons: [],
      mailboxes: [],
      faxBoxes: [],
      connectors: [],
      extensions: [],
      innerHosts: [],
      phoneSecrets: extensions.map((extension) => ({
        extension,
        md5: hash('md5', `${extension}:${slug}.seatgrid:${phonePassword}`),
        sha256: hash('sha256', `${extension}:${slug}.seatgrid:${phonePassword}`),
        srtp: 'accept',
      })),
      prompts: [],
      speech: plainSpeech,
      spoken: [],
      music: [],
      dispositions: [{ id: newId<'disposition'>(), code: '101', name: { en: 'Settled' } }],
      pauseReasons: [{ id: newId<'pause-reason'>(), kind: 'break', name: { en: 'Tea' } }],
    };
    const tenant = { config, agents, audio: new Map<string, Uint8Array>() };
    this.tenants.push(tenant);
    return tenant;
  }

  queue(tenant: FixtureTenant, queue: Partial<Queue> = {}): Queue {
    const whole: Queue = {
      id: newId<'queue'>(),
      name: 'Service',
      requires: [],
      ...plainRouting,
      ringing: 'one-by-one',
      ringTimeoutMs: 5_000,
      wrapUpMs: 0,
      waitingMax: 10,
      waitMaxMs: 60_000,
      onFull: { kind: 'hang-up', say: [] },
      onTimeout: { kind: 'hang-up', say: [] },
      entry: [],
      music: [],
      announcePositionEveryMs: null,
      isRecorded: false,
      ...queue,
    };
    tenant.config.queues.push(whole as Mutable<TenantConfig>['queues'][number]);
    return whole;
  }

  /** Of the agents at these places. */
  ringGroup(
    tenant: FixtureTenant,
    places: readonly number[],
    group: Partial<Omit<RingGroup, 'agentIds'>> = {},
  ): RingGroup {
    const whole: RingGroup = {
      id: newId<'ring-group'>(),
      name: 'Ring group',
      agentIds: places.map((place) => tenant.agents[place]!.id),
      strategy: 'in-order',
      ringTimeoutMs: 30_000,
      ringEachMs: 10_000,
      onNoAnswer: { kind: 'hang-up', say: [] },
      ...group,
    };
    tenant.config.ringGroups.push(whole as Mutable<TenantConfig>['ringGroups'][number]);
    return whole;
  }

  flow(tenant: FixtureTenant, start: string, steps: Record<string, FlowStep>, name = 'Main'): CallFlow {
    const flow: CallFlow = { id: newId<'flow'>(), name, version: 1, start, steps };
    tenant.config.flows.push(flow as Mutable<TenantConfig>['flows'][number]);
    return flow;
  }

  /** Every call to the tenant's numbers takes this step. */
  route(tenant: FixtureTenant, step: NextStep): void {
    tenant.config.rules = [
      {
        id: newId<'inbound-rule'>(),
        name: 'All day',
        ...plainRule,
        didIds: tenant.config.dids.map((did) => did.id),
        onDuty: step as never,
        offDuty: step as never,
      },
    ];
  }

  build(): NodeConfig {
    return {
      schema: 1,
      nodeId: this.nodeId,
      siteId: this.siteId,
      generation: this.generation,
      issuedAtMs: wallClock.nowMs(),
      isDraining: this.isDraining,
      deskTokenKeys: [this.#publicJwk],
      recordingUpload: null,
      trunks: this.trunks,
      neighbours: [],
      reservedNumbers: [],
      publicNumbersUse: 'unreached',
      tenants: this.tenants.map((tenant) => tenant.config),
    };
  }

  supervisionToken(tenantId: TenantId, role: Role = 'supervisor', name = 'Supervisor'): Promise<string> {
    return new SignJWT({ tenantId, name, role })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
      .setSubject(newId<'user'>())
      .setAudience('seatgrid-supervision')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(this.#privateKey);
  }

  deskToken(tenantId: TenantId, agentId: AgentId): Promise<string> {
    return new SignJWT({ tenantId, userId: newId<'user'>() })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
      .setSubject(agentId)
      .setAudience('seatgrid-desk')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(this.#privateKey);
  }
}

function hash(algorithm: 'md5' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}
