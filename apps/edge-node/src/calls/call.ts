/**
 * One call of one tenant, from the first message to `call.ended`: its parties, its sound, and the facts of its record. What
 * happens next is decided by the stage in charge. The verbs a call is changed by stand beside it, a file each; a mistake of
 * ours inside any of them ends this call with party `platform` and no other.
 */
import type { CallDirection } from '@seatgrid/core/calls/disposition.ts';
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { FlowValue } from '@seatgrid/core/flows/flow-value.ts';
import type { AgentId, CallId, DidId, NodeId, TrunkId } from '@seatgrid/core/kernel/ids.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { CallerFacts } from '@seatgrid/core/numbers/caller-lists.ts';
import type { WebButton } from '@seatgrid/core/numbers/web-button.ts';
import type { Callback } from '@seatgrid/core/routing/callback.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import type { LegKey, MediaCall } from '@seatgrid/media/call/media-engine.ts';
import type {
  OutgoingInvite,
  OutgoingInviteListener,
  OutgoingInviteRequest,
  Referral,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { FlowRunner } from '../flows/flow-runner.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import { writtenAtHome, type CallHome } from './call-home.ts';
import type { CallLeg, LegListener, ReleaseCause } from './call-leg.ts';
import type { CallServices } from './call-services.ts';
import { CallSound } from './call-sound.ts';
import { idleStage, type CallStage } from './call-stage.ts';
import { endCall } from './end-call.ts';
import { IncomingSipLeg } from './incoming-sip-leg.ts';
import { legReports } from './leg-reports.ts';
import type { Party } from './party.ts';
import { TalkClock } from './talk-clock.ts';

export interface CallFacts {
  readonly tenant: TenantAtNode;
  readonly direction: CallDirection;
  readonly fromNumber: string;
  readonly toNumber: string;
  readonly didId: DidId | null;
  readonly trunkId: TrunkId | null;
  /** Who placed it, for outbound and internal calls. */
  readonly agentId: AgentId | null;
  readonly ruleName: string | null;
  /** What the tenant's lists say of the caller; absent where nobody outside calls. */
  readonly caller?: CallerFacts;
  /** It calls back whoever asked for it, or a number of the list. */
  readonly callback?: Pick<Callback, 'id' | 'origin' | 'sinceMs'>;
  /** of a visitor's call. */
  readonly webButton?: WebButton;
  /** B-02: the node whose call it is; absent where that is this one. */
  readonly homeNodeId?: NodeId;
}

export class Call {
  readonly id: CallId;
  /** Its own among the calls in progress: the id, but for a call of another node that rings a second agent here (F-22). */
  readonly key: CallId;
  readonly facts: CallFacts;
  readonly services: CallServices;
  readonly startedAtMs: number;
  answeredAtMs: number | null = null;
  language: Locale;
  /** Labels of the menu choices taken. */
  path: readonly string[] = [];
  /** What the caller keyed and agents attached, by variable. */
  readonly collected: Record<string, string> = {};
  variables: Map<string, FlowValue>;
  /** The one being served: the outside party, or the colleague who dialled. */
  customer: Party | null = null;
  /** The one who serves: an agent, or an outside number the call was handed to. */
  partner: Party | null = null;
  /** Whoever else: consulted, in the conference, kept out of it, or listening. */
  readonly others: Party[] = [];
  /** The customer has hung up, and those who served go on among themselves. */
  customerLeft: { readonly reason: EndReason; readonly atMs: number } | null = null;
  /** The way to the node whose call it is, while it is served here. */
  home: CallHome | null = null;
  /** The queue it last waited in. */
  queue: Queue | null = null;
  flow: FlowRunner | null = null;
  waitMs = 0;
  readonly talk = new TalkClock();
  /** The phone that sent this call elsewhere, and wants to hear how that goes. */
  referral: Referral | null = null;
  stage: CallStage = idleStage;
  sinceMs: number;
  isEnded = false;
  endReason: EndReason | null = null;
  endedAtMs: number | null = null;
  readonly sound = new CallSound(this);
  /** What an unanswered caller is told at the end, where somebody outside has said so. */
  releaseCause: ReleaseCause | null = null;
  readonly #onEnded: (call: Call) => void;
  readonly #legListener: LegListener;
  #handOvers = 0;

  constructor(
    services: CallServices,
    facts: CallFacts,
    onEnded: (call: Call) => void,
    id: CallId = services.ids.next<'call'>(),
    key: CallId = id,
  ) {
    this.id = id;
    this.key = key;
    this.services = services;
    this.facts = facts;
    this.startedAtMs = services.clock.nowMs();
    this.sinceMs = this.startedAtMs;
    this.language = facts.tenant.locale;
    this.variables = startingVariables(facts);
    this.#onEnded = onEnded;
    this.#legListener = legReports(this);
  }

  get tenant(): TenantAtNode {
    return this.facts.tenant;
  }

  get parties(): Party[] {
    const parties: Party[] = [];
    if (this.customer) parties.push(this.customer);
    if (this.partner) parties.push(this.partner);
    for (const other of this.others) parties.push(other);
    return parties;
  }

  /** Those who are heard by somebody. */
  get members(): Party[] {
    return this.parties.filter((party) => party.isMember);
  }

  /** How many of them stay when this party goes. */
  membersBeside(party: Party): number {
    const { customer, partner } = this;
    let staying = 0;
    if (customer?.isMember && customer !== party) staying++;
    if (partner?.isMember && partner !== party) staying++;
    for (const other of this.others) if (other.isMember && other !== party) staying++;
    return staying;
  }

  partyOf(leg: CallLeg): Party | null {
    if (this.customer?.leg === leg) return this.customer;
    if (this.partner?.leg === leg) return this.partner;
    return this.others.find((party) => party.leg === leg) ?? null;
  }

  get media(): MediaCall {
    return this.sound.media;
  }

  // Its record

  begin(): void {
    const { direction, fromNumber, toNumber, didId, trunkId, agentId, ruleName } = this.facts;
    const { webButton, callback, caller } = this.facts;
    const started: EventFacts & { kind: 'call.started' } = {
      kind: 'call.started',
      callId: this.id,
      direction,
      fromNumber,
      toNumber,
      didId,
      trunkId,
      agentId,
      ruleName,
    };
    if (webButton) started.webButtonId = webButton.id;
    if (callback) started.callbackId = callback.id;
    if (caller?.level) started.customerLevel = caller.level;
    if (caller?.department) started.department = caller.department;
    this.record(started);
    this.services.floor.changed(this.tenant);
  }

  record(facts: EventFacts): void {
    if (this.facts.homeNodeId !== undefined && writtenAtHome.has(facts.kind)) return;
    this.services.journal.record(this.tenant.id, facts, this.services.clock.nowMs());
  }

  /** Runs what the world asks of this call; a mistake of ours costs this call only. */
  run(work: () => void): void {
    if (this.isEnded) return;
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.services.log.error({ err: error, callId: this.id }, 'a call failed by our own mistake');
    this.end({ party: 'platform', code: 'fault', detail: String(error).slice(0, 200) }, null);
  }

  after(delayMs: number, wake: () => void): Cancel {
    return this.services.clock.after(delayMs, () => this.run(wake));
  }

  enter(stage: CallStage): void {
    this.stage = stage;
    this.sinceMs = this.services.clock.nowMs();
    this.services.floor.changed(this.tenant);
  }

  /** A status from 200 on is the last. */
  tellReferrer(status: number): void {
    const { referral } = this;
    if (status >= 200) this.referral = null;
    referral?.progress(status);
  }

  /** How often it was handed on: a circle of queues and flows that never wait is found by it. */
  countHandOver(): number {
    return ++this.#handOvers;
  }

  // Its parties

  /** The platform picks up for the customer. */
  answer(): void {
    const leg = this.customer?.leg;
    if (leg instanceof IncomingSipLeg) leg.answer();
    this.markAnswered();
  }

  markAnswered(): void {
    if (this.answeredAtMs !== null) return;
    this.answeredAtMs = this.services.clock.nowMs();
    this.record({ kind: 'call.answered', callId: this.id });
  }

  /** For its legs: an INVITE whose messages belong to this call's ladder. */
  invite(
    request: OutgoingInviteRequest,
    leg: OutgoingInviteListener & { readonly key: LegKey },
  ): OutgoingInvite {
    const invite = this.services.sip.invite(request, leg);
    this.services.ladders.claim(invite.sipCallId, this.id, leg.key);
    return invite;
  }

  listenTo(leg: CallLeg): void {
    leg.listener = this.#legListener;
  }

  /** What a list of parties calls it. */
  nameOf(party: Party): string {
    const person = party.supervisor ?? (party.agentId && this.tenant.agents.get(party.agentId));
    if (person) return person.name;
    return (
      party.name ??
      party.number ??
      (this.facts.direction === 'outbound' ? this.facts.toNumber : this.facts.fromNumber)
    );
  }

  /** Every desk that shows this call draws it anew. */
  tellSeats(): void {
    for (const { seat, leg } of this.parties) {
      if (seat) this.services.hub.callChanged(seat);
      leg.partiesChanged?.();
    }
  }

  /** What is known of it has changed: all who serve it learn so, but the node that said it. */
  dataChanged(saidBy?: CallLeg): void {
    for (const { leg } of this.parties) if (leg !== saidBy) leg.dataChanged?.();
    this.tellSeats();
  }

  swapParties(): void {
    const { customer, partner } = this;
    this.customer = partner;
    this.partner = customer;
  }

  // Its end

  /** Never began: the INVITE is refused instead. */
  discard(): void {
    this.isEnded = true;
    this.sound.close();
    this.#onEnded(this);
  }

  /** Exactly once. `by` is the party whose leg ended it, where one did. */
  end(reason: EndReason, by: Party | null): void {
    if (this.isEnded) return;
    this.isEnded = true;
    endCall(this, reason, by, this.#onEnded);
  }

  /** The media worker died, and every sound of this call with it. */
  soundLost(cause: string): void {
    this.sound.recording.lost();
    this.services.messages.lost(this.id);
    this.run(() => this.end({ party: 'platform', code: 'media-lost', detail: cause.slice(0, 200) }, null));
  }
}

/** Of `startingVariables`: nobody attaches others in their place. */
export const factsOfTheCall: ReadonlySet<string> = new Set([
  'caller',
  'called',
  'customerLevel',
  'department',
]);

/** What a flow may ask for from the start. */
function startingVariables({ fromNumber, toNumber, tenant, caller }: CallFacts): Map<string, FlowValue> {
  const variables = new Map<string, FlowValue>();
  variables.set('caller', fromNumber);
  variables.set('called', toNumber);
  variables.set('language', tenant.locale);
  variables.set('customerLevel', caller?.level ? String(caller.level) : '');
  variables.set('department', caller?.department ?? '');
  return variables;
}
