/**
 * One call of one tenant, from the first message to `call.ended`: its parties, its sound, and the facts of its record. What
 * happens next is decided by the stage in charge; every stage acts through the verbs here. A mistake of ours inside any of
 * them ends this call with party `platform` and no other.
 */
import type { CallDirection } from '@seatgrid/core/calls/disposition.ts';
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId, CallId, DidId, TrunkId } from '@seatgrid/core/kernel/ids.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
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
import { BrowserLeg } from './browser-leg.ts';
import { type CallLeg, type LegListener, type ReleaseCause } from './call-leg.ts';
import type { CallServices } from './call-services.ts';
import { CallSound } from './call-sound.ts';
import { idleStage, type CallStage } from './call-stage.ts';
import { IncomingSipLeg } from './incoming-sip-leg.ts';
import { endLine } from './end-line.ts';
import { leaveCall } from './leave-call.ts';
import type { Party } from './party.ts';
import { followRefer } from './phone-refer.ts';
import { releaseOf } from './release-of.ts';

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
}

export class Call {
  readonly id: CallId;
  readonly facts: CallFacts;
  readonly services: CallServices;
  readonly startedAtMs: number;
  answeredAtMs: number | null = null;
  language: Locale;
  /** Labels of the menu choices taken. */
  path: readonly string[] = [];
  /** What the caller keyed, by variable. */
  readonly collected: Record<string, string> = {};
  variables: ReadonlyMap<string, string>;
  /** The one being served: the outside party, or the colleague who dialled. */
  customer: Party | null = null;
  /** The one who serves: an agent, or an outside number the call was handed to. */
  partner: Party | null = null;
  /** Whoever else: consulted, in the conference, kept out of it, or listening. */
  readonly others: Party[] = [];
  /** The customer has hung up, and those who served go on among themselves. */
  customerLeft: { readonly reason: EndReason; readonly atMs: number } | null = null;
  /** The queue it last waited in. */
  queue: Queue | null = null;
  flow: FlowRunner | null = null;
  waitMs = 0;
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
  #talkMs = 0;
  /** Since when somebody serves the customer. */
  #servedSinceMs: number | null = null;
  #handOvers = 0;

  constructor(
    services: CallServices,
    facts: CallFacts,
    onEnded: (call: Call) => void,
    id: CallId = services.ids.next<'call'>(),
  ) {
    this.id = id;
    this.services = services;
    this.facts = facts;
    this.startedAtMs = services.clock.nowMs();
    this.sinceMs = this.startedAtMs;
    this.language = facts.tenant.locale;
    this.variables = new Map([
      ['caller', facts.fromNumber],
      ['called', facts.toNumber],
      ['language', facts.tenant.locale],
    ]);
    this.#onEnded = onEnded;
    this.#legListener = {
      onHold: (leg) => this.run(() => this.#legHeld(leg)),
      onDigit: (leg, digit) => this.onDigit(leg.key, digit),
      onGone: (leg, by, why) => this.#legGone(leg, by, why),
      onRefer: (leg, request, referral) => followRefer(this, leg, request, referral),
    };
  }

  get tenant(): TenantAtNode {
    return this.facts.tenant;
  }

  get parties(): Party[] {
    return [this.customer, this.partner, ...this.others].filter((party) => party !== null);
  }

  /** Those who are heard by somebody. */
  get members(): Party[] {
    return this.parties.filter((party) => party.isMember);
  }

  get media(): MediaCall {
    return this.sound.media;
  }

  // Its record

  begin(): void {
    this.record({
      kind: 'call.started',
      callId: this.id,
      direction: this.facts.direction,
      fromNumber: this.facts.fromNumber,
      toNumber: this.facts.toNumber,
      didId: this.facts.didId,
      trunkId: this.facts.trunkId,
      agentId: this.facts.agentId,
      ruleName: this.facts.ruleName,
    });
    this.services.floor.changed(this.tenant);
  }

  record(facts: EventFacts): void {
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

  /** The two hear each other from now on. */
  join(partner: Party): void {
    const nowMs = this.services.clock.nowMs();
    const customer = this.customer!;
    this.sound.stopSpeech();
    this.answer();
    // A desk phone that dialled hears its own answer now.
    if (partner.leg instanceof IncomingSipLeg) partner.leg.answer();
    this.partner = partner;
    this.sound.silenceTones();
    this.listenTo(customer.leg);
    this.listenTo(partner.leg);
    customer.joinedAtMs ??= nowMs;
    partner.joinedAtMs = nowMs;
    this.#servedSinceMs = nowMs;
    this.sound.arrange();
    for (const party of [customer, partner]) if (party.agentId) this.sound.belongs(party.leg, party.agentId);
    this.#serves(partner, customer);
    this.tellReferrer(200);
  }

  #serves(partner: Party, customer: Party): void {
    this.record({
      kind: 'call.bridged',
      callId: this.id,
      agentId: partner.agentId ?? customer.agentId,
      queueId: this.queue?.id ?? null,
    });
    if ((partner.agentId || partner.supervisor) && !this.customerLeft)
      this.sound.recording.conversationBegan(partner.agentId, this.queue);
  }

  /** What a list of parties calls it. */
  nameOf(party: Party): string {
    const person = party.supervisor ?? (party.agentId && this.tenant.agents.get(party.agentId));
    if (person) return person.name;
    return (
      party.number ?? (this.facts.direction === 'outbound' ? this.facts.toNumber : this.facts.fromNumber)
    );
  }

  /** Every desk that shows this call draws it anew. */
  tellSeats(): void {
    for (const { seat } of this.parties) if (seat) this.services.hub.callChanged(seat);
  }

  /** One more party, where it stands already. */
  add(party: Party): void {
    this.others.push(party);
    this.listenTo(party.leg);
    if (party.agentId) this.sound.belongs(party.leg, party.agentId);
    this.sound.arrange();
  }

  /** One of several is out of the call; of those who stay, somebody takes the place that became empty. */
  letGo(
    party: Party,
    by: 'agent' | 'other' | 'transfer' | 'platform',
    reason: EndReason,
    successor = this.others.find((other) => other.isMember && other.agentId) ??
      this.others.find((other) => other.isMember),
  ): void {
    const nowMs = this.services.clock.nowMs();
    const isServing = party === this.partner;
    if (isServing || party === this.customer) {
      this.#remove(successor!);
      this.#admit(successor!, nowMs);
      if (isServing) {
        this.sound.recording.conversationEnded();
        this.partner = successor!;
      } else {
        this.sound.recording.end();
        this.#countTalk(nowMs);
        this.customerLeft = { reason, atMs: nowMs };
        this.customer = successor!;
      }
    } else this.#remove(party);
    this.#leave(party, by, nowMs);
    party.leg.release();
    this.#dropListenersOf(party);
    const { members } = this;
    if (members.length === 2) for (const member of members) this.#admit(member, nowMs);
    this.sound.arrange();
    if (isServing) this.#serves(this.partner!, this.customer!);
  }

  /** Whoever was kept out or aside talks with the others from now on. */
  #admit(party: Party, nowMs: number): void {
    party.place = 'talking';
    party.joinedAtMs ??= nowMs;
  }

  #countTalk(nowMs: number): void {
    if (this.#servedSinceMs !== null) this.#talkMs += nowMs - this.#servedSinceMs;
    this.#servedSinceMs = null;
  }

  #remove(party: Party): void {
    const index = this.others.indexOf(party);
    if (index >= 0) this.others.splice(index, 1);
  }

  #dropListenersOf(party: Party): void {
    const listeners = this.others.filter((other) => other.listensTo === party && !other.isMember);
    for (const listener of listeners) this.letGo(listener, 'platform', unsaid);
  }

  /** The partner is out of the call, which goes on without. */
  dropPartner(by: 'agent' | 'transfer' | 'platform'): void {
    const partner = this.partner;
    if (!partner) return;
    const nowMs = this.services.clock.nowMs();
    this.partner = null;
    this.#countTalk(nowMs);
    this.#leave(partner, by, nowMs);
    partner.leg.release();
    this.#dropListenersOf(partner);
    this.sound.recording.conversationEnded();
  }

  /** A browser that came back: the same party on a new line. */
  replaceLeg(party: Party, leg: CallLeg): void {
    const old = party.leg;
    party.leg = leg;
    old.release();
    this.listenTo(leg);
    if (party.agentId) this.sound.belongs(leg, party.agentId);
    this.sound.arrange();
  }

  /** An agent's browser did not come back: the caller returns to the queue, or the call is over. */
  lostAgent(party: Party): void {
    const reason: EndReason = { party: 'agent', code: 'media-lost' };
    if (this.members.length > 2) return leaveCall(this, party, reason);
    if (party !== this.partner || !this.queue || this.facts.direction !== 'inbound')
      return this.end(reason, null);
    this.stage.onCallEnded(reason);
    this.dropPartner('platform');
    this.services
      .acd(this.tenant)
      .enqueue(this, this.queue.id, { handlesFull: false, handlesTimeout: false });
  }

  #leave(party: Party, by: 'agent' | 'other' | 'transfer' | 'platform', nowMs: number): void {
    party.retrieve(nowMs);
    if (party.agentId) this.sound.recording.pause(party.agentId, false);
    if (party.agentId && party.joinedAtMs !== null)
      this.record({
        kind: 'agent.left-call',
        callId: this.id,
        agentId: party.agentId,
        talkMs: party.talkMs(nowMs),
        heldMs: party.heldMs,
        by,
      });
    if (party.seat) this.services.hub.callLeft(party.seat, this);
    party.onLeft();
  }

  /** An agent puts the other side on hold, or takes it back. */
  hold(party: Party, isHeld: boolean): void {
    if (party.isHolding === isHeld) return this.sound.arrange();
    const nowMs = this.services.clock.nowMs();
    if (isHeld) party.hold(nowMs);
    else party.retrieve(nowMs);
    this.sound.arrange();
    this.record({
      kind: isHeld ? 'call.held' : 'call.retrieved',
      callId: this.id,
      agentId: party.agentId!,
    });
    this.enter(this.stage);
    if (party.seat) this.services.hub.callChanged(party.seat);
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
    const nowMs = this.services.clock.nowMs();
    this.endReason = reason;
    this.endedAtMs = nowMs;
    try {
      this.sound.stopSpeech();
      this.stage.onCallEnded(reason);
      this.flow?.callLeft();
      const others = reason.party === 'platform' ? 'platform' : 'other';
      if (this.partner) {
        this.#countTalk(nowMs);
        this.#leave(this.partner, by === this.partner ? 'agent' : others, nowMs);
      }
      if (this.customer) this.#leave(this.customer, by === this.customer ? 'agent' : others, nowMs);
      for (const other of this.others) this.#leave(other, by === other ? 'agent' : others, nowMs);
      this.sound.recording.end();
    } catch (error) {
      this.services.log.error({ err: error, callId: this.id }, 'a call did not end cleanly');
    }
    try {
      this.#recordEnd(reason, nowMs);
    } finally {
      this.#onEnded(this);
      this.tellReferrer(releaseOf(reason).status);
      this.#releaseLegs(reason, by);
      this.services.ladders.ended(this.id);
      this.services.log.info(endLine(this, by), 'a call ended');
    }
  }

  #recordEnd(last: EndReason, nowMs: number): void {
    // For the record, and for who pays, a call is over when the customer has gone.
    const { reason, atMs } = this.customerLeft ?? { reason: last, atMs: nowMs };
    this.record({
      kind: 'call.ended',
      callId: this.id,
      reason,
      startedAtMs: this.startedAtMs,
      answeredAtMs: this.answeredAtMs,
      talkMs: this.#talkMs,
      waitMs: this.waitMs,
      billableSeconds: this.answeredAtMs === null ? 0 : Math.ceil((atMs - this.answeredAtMs) / 1_000),
      language: this.language,
      collected: this.collected,
    });
  }

  /**
   * A-01, D-01: whoever is left hears the release tone, then the line is closed. A desk phone makes its own and must be free at
   * once, and so must an outside number's line.
   */
  #releaseLegs(reason: EndReason, by: Party | null): void {
    const cause = this.releaseCause ?? releaseOf(reason);
    const isUsualEnd = reason.code === 'hung-up' || reason.code === 'flow-ended';
    let lingering = 1;
    const released = () => {
      if (--lingering === 0) this.sound.close();
    };
    for (const party of this.parties) {
      const isCaller = party === this.customer && party.agentId === null;
      if (
        isUsualEnd &&
        party !== by &&
        this.answeredAtMs !== null &&
        (isCaller || party.leg instanceof BrowserLeg)
      ) {
        lingering++;
        this.sound.releaseWithTone(party.leg, cause, released);
      } else party.leg.release(cause);
    }
    released();
  }

  // What its legs and the media engine report

  /** The hold key of a phone does what the desk's does; a carrier's hold is between the caller and the carrier. */
  #legHeld(leg: CallLeg): void {
    const party = this.#partyOf(leg);
    if (party?.agentId && party.joinedAtMs !== null) this.hold(party, leg.isHolding);
    else this.sound.arrange();
  }

  #partyOf(leg: CallLeg): Party | null {
    return this.parties.find((party) => party.leg === leg) ?? null;
  }

  #legGone(leg: CallLeg, by: 'remote' | 'timeout' | 'transport', why?: string): void {
    this.run(() => {
      const party = this.#partyOf(leg);
      if (party) leaveCall(this, party, this.#reasonOfGone(party, by, why));
    });
  }

  #reasonOfGone(party: Party, by: 'remote' | 'timeout' | 'transport', why: string = by): EndReason {
    // An outside number the call was handed to is neither the caller nor one of ours.
    const who = party.agentId || party.supervisor ? 'agent' : party === this.customer ? 'caller' : 'trunk';
    if (by !== 'remote') return { party: party.agentId ? 'agent' : 'trunk', code: 'media-lost', detail: why };
    if (this.partner?.joinedAtMs != null && this.customer?.joinedAtMs != null)
      return { party: who, code: 'hung-up' };
    return { party: who, code: this.facts.direction === 'inbound' ? 'abandoned' : 'cancelled' };
  }

  onDigit(key: string, digit: string): void {
    this.run(() => {
      if (key === this.customer?.leg.key) {
        if (this.stage.onDigit) this.stage.onDigit(digit);
        else this.partner?.leg.media.sendDigits(digit);
      } else if (key === this.partner?.leg.key) this.customer?.leg.media.sendDigits(digit);
    });
  }

  /** `wasHeard`: a line that never spoke cannot fall silent. */
  onSilent(key: string, cause: string, wasHeard: boolean): void {
    this.run(() => {
      for (const party of this.parties) {
        if (party.leg.key !== key) continue;
        if (party.leg instanceof BrowserLeg && party.seat) this.services.hub.soundLost(party.seat, this);
        else if (wasHeard && !party.leg.isHolding)
          leaveCall(this, party, {
            party: party.agentId ? 'agent' : 'trunk',
            code: 'media-lost',
            detail: cause,
          });
        return;
      }
    });
  }

  /** The media worker died, and every sound of this call with it. */
  soundLost(cause: string): void {
    this.sound.recording.lost();
    this.run(() => this.end({ party: 'platform', code: 'media-lost', detail: cause.slice(0, 200) }, null));
  }
}

/** Of a listener who goes nothing is told to the parties. */
const unsaid: EndReason = { party: 'platform', code: 'hung-up' };
