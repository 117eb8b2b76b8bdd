/**
 * One tenant as this node serves it: its present configuration, looked up by id, and what it uses of its quotas. Calls and
 * seats keep the object for life; a new generation changes its contents, so that it acts on the next step of every call.
 */
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type {
  AgentId,
  FlowId,
  GroupId,
  FaxBoxId,
  MailboxId,
  QueueId,
  RingGroupId,
  TenantId,
} from '@seatgrid/core/kernel/ids.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import { calendarDates, type CalendarDates, type CalendarId } from '@seatgrid/core/numbers/calendar.ts';
import { EntryRules } from '@seatgrid/core/numbers/entry-rules.ts';
import { startOfDayMs } from '@seatgrid/core/numbers/working-time.ts';
import { AnsweredBefore } from '@seatgrid/core/routing/answered-before.ts';
import type { FaxBox } from '@seatgrid/core/faxes/fax-box.ts';
import { boxesOpenTo, type Mailbox } from '@seatgrid/core/messages/mailbox.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { RingGroup } from '@seatgrid/core/routing/ring-group.ts';
import { mannerOf } from '@seatgrid/core/spoken/speech-settings.ts';
import type { SpokenManner } from '@seatgrid/core/spoken/spoken-form.ts';
import { sipDomain, type Tenant } from '@seatgrid/core/tenancy/tenant.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { Group } from '@seatgrid/core/workforce/group.ts';
import type { PauseReason, PauseReasonId } from '@seatgrid/core/workforce/presence.ts';
import type { PhoneSecret, TenantConfig } from '@seatgrid/contracts/link/node-config.ts';
import { insideNumbers, type InsideNumber } from './inside-numbers.ts';

export class TenantAtNode {
  readonly id: TenantId;
  config: TenantConfig;
  /** How values are spoken (D-18). */
  manner: SpokenManner;
  /** Still in the node's configuration. */
  isPresent = true;
  /** Calls in progress, of all directions: what the quota is compared with. */
  callsNow = 0;
  flows: ReadonlyMap<FlowId, CallFlow> = new Map();
  queues: ReadonlyMap<QueueId, Queue> = new Map();
  agents: ReadonlyMap<AgentId, Agent> = new Map();
  agentsByExtension: ReadonlyMap<string, Agent> = new Map();
  groups: ReadonlyMap<GroupId, Group> = new Map();
  leaders: readonly Agent[] = [];
  ringGroups: ReadonlyMap<RingGroupId, RingGroup> = new Map();
  calendars: ReadonlyMap<CalendarId, CalendarDates> = new Map();
  readonly answeredBefore = new AnsweredBefore();
  mailboxes: ReadonlyMap<MailboxId, Mailbox> = new Map();
  faxBoxes: ReadonlyMap<FaxBoxId, FaxBox> = new Map();
  pauseReasons: ReadonlyMap<PauseReasonId, PauseReason> = new Map();
  secrets: ReadonlyMap<string, PhoneSecret> = new Map();
  entry: EntryRules;
  #inside: ReadonlyMap<string, InsideNumber> = new Map();
  #dayStartsMs = 0;
  #dayCheckedUntilMs = 0;

  constructor(config: TenantConfig) {
    this.id = config.tenant.id;
    this.config = config;
    this.manner = spokenManner(config);
    this.entry = entryRules(config);
    this.apply(config);
  }

  apply(config: TenantConfig): void {
    this.config = config;
    this.manner = spokenManner(config);
    this.isPresent = true;
    this.flows = new Map(config.flows.map((flow) => [flow.id, flow]));
    this.queues = new Map(config.queues.map((queue) => [queue.id, queue]));
    this.agents = new Map(config.agents.map((agent) => [agent.id, agent]));
    this.agentsByExtension = new Map(config.agents.map((agent) => [agent.extension, agent]));
    this.groups = new Map(config.groups.map((group) => [group.id, group]));
    this.ringGroups = new Map(config.ringGroups.map((group) => [group.id, group]));
    this.calendars = new Map(config.calendars.map((one) => [one.id, calendarDates(one)]));
    this.leaders = config.agents.filter((agent) => agent.kind === 'leader');
    this.mailboxes = new Map(config.mailboxes.map((box) => [box.id, box]));
    this.faxBoxes = new Map(config.faxBoxes.map((box) => [box.id, box]));
    this.#inside = insideNumbers(config);
    this.entry = entryRules(config, this.entry);
    this.pauseReasons = new Map(config.pauseReasons.map((reason) => [reason.id, reason]));
    this.secrets = new Map(config.phoneSecrets.map((secret) => [secret.extension, secret]));
    this.#dayCheckedUntilMs = 0;
  }

  /** E-10: whom a number inside the tenant means; undefined: the outside, or nobody. */
  inside(number: string): InsideNumber | undefined {
    return this.#inside.get(number);
  }

  /** D-11: whose messages this agent may hear; the agent's own box first. */
  boxesOf(agent: Agent): readonly Mailbox[] {
    return boxesOpenTo(agent, this.config.mailboxes, (queueId) => this.queues.get(queueId));
  }

  /** What a desk calls a number inside the tenant. */
  nameOfInside(number: string): string | null {
    const meant = this.#inside.get(number);
    return meant ? (meant.kind === 'agent' ? meant.agent.name : meant.group.name) : null;
  }

  get tenant(): Tenant {
    return this.config.tenant;
  }

  get locale(): Locale {
    return this.config.tenant.locale;
  }

  get sipDomain(): string {
    return sipDomain(this.config.tenant.slug);
  }

  get isServed(): boolean {
    return this.isPresent && this.config.tenant.state === 'active';
  }

  /** Where today began in the tenant's zone; looked up at most once a minute. */
  dayStartsMs(nowMs: number): number {
    if (nowMs >= this.#dayCheckedUntilMs) {
      this.#dayStartsMs = startOfDayMs(this.config.tenant.timeZone, nowMs);
      this.#dayCheckedUntilMs = nowMs - (nowMs % 60_000) + 60_000;
    }
    return this.#dayStartsMs;
  }
}

function spokenManner({ speech, tenant: { timeZone } }: TenantConfig): SpokenManner {
  return { ...mannerOf(speech), timeZone };
}

function entryRules(config: TenantConfig, last?: EntryRules): EntryRules {
  return new EntryRules({ ...config, timeZone: config.tenant.timeZone }, last?.lists);
}
