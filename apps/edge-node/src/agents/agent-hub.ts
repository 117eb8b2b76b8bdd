/**
 * Every agent signed in at this node: the only place where presence changes, where rings begin and end, and where desks are
 * told. Calls and queues ask it; desks command it through `desk-commands.ts`.
 */
import type { CallDirection } from '@seatgrid/core/calls/disposition.ts';
import type { AgentId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import type { PresenceChange, PresenceInput } from '@seatgrid/core/workforce/presence-machine.ts';
import type { AgentDevice } from '@seatgrid/core/workforce/presence.ts';
import type { AgentRing, RingOutcome } from '../calls/agent-ring.ts';
import type { CallServices } from '../calls/call-services.ts';
import type { Call } from '../calls/call.ts';
import { BrowserLeg } from '../calls/browser-leg.ts';
import type { Exchange } from '../calls/exchange.ts';
import { loseAgent } from '../calls/leave-call.ts';
import { outsidePosition } from '../calls/outside-position.ts';
import type { Party } from '../calls/party.ts';
import { replaceLeg } from '../calls/replace-leg.ts';
import {
  browserLostMaxMs,
  browserSilenceCheckMs,
  deskGraceMs,
  deskGoneMaxMs,
  desksPerAgentMax,
  releasedWrapUpMs,
} from '../limits.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { VisitAsked } from '../visits/visit-terms.ts';
import { AgentSeat, pauseFacts } from './agent-seat.ts';
import type { DeskConnection } from './desk-connection.ts';
import { DeskNews } from './desk-news.ts';
import { SeatInteraction } from './seat-interaction.ts';

export type SignInRefusal =
  'quota-agents' | 'suspended' | 'wrong-state' | 'phone-not-registered' | 'no-route';

export interface RecountedChange {
  readonly direction: CallDirection | null;
  readonly atMs: number;
}

export class AgentHub {
  /** Set once by the composition root, since calls and agents know each other. */
  services!: CallServices;
  exchange!: Exchange;
  readonly news: DeskNews;
  readonly #seats = new Map<AgentId, AgentSeat>();
  /** Of whoever has a desk open: where hundreds speak by telephone alone, few. */
  readonly #withDesks = new Set<AgentSeat>();
  readonly #signedIn = new Map<TenantId, number>();

  constructor() {
    this.news = new DeskNews(this);
  }

  seat(agentId: AgentId): AgentSeat | undefined {
    return this.#seats.get(agentId);
  }

  /** The seat of an agent who can be offered a call just now. */
  readySeat(agentId: AgentId): AgentSeat | undefined {
    const seat = this.#seats.get(agentId);
    return seat && isOfferable(seat) && seat.presence.state === 'ready' ? seat : undefined;
  }

  /** For colleagues: a paused agent at the desk can be rung too. */
  ringableSeat(agentId: AgentId): AgentSeat | undefined {
    const seat = this.#seats.get(agentId);
    const isReachable = seat?.presence.state === 'ready' || seat?.presence.state === 'paused';
    return seat && isReachable && isOfferable(seat) ? seat : undefined;
  }

  seatsOf(tenant: TenantAtNode): AgentSeat[] {
    return [...this.#seats.values()].filter((seat) => seat.tenant === tenant && seat.isSignedIn);
  }

  seatsWithDesks(tenant: TenantAtNode): AgentSeat[] {
    return [...this.#withDesks].filter((seat) => seat.tenant === tenant);
  }

  signedInAt(tenant: Pick<TenantAtNode, 'id'>): number {
    return this.#signedIn.get(tenant.id) ?? 0;
  }

  get signedIn(): number {
    let sum = 0;
    for (const count of this.#signedIn.values()) sum += count;
    return sum;
  }

  // Desks

  /** A desk has said hello. False when this agent has too many open. */
  attach(tenant: TenantAtNode, agentId: AgentId, desk: DeskConnection): AgentSeat | undefined {
    const seat = this.#seatOf(tenant, agentId);
    if (seat.desks.size >= desksPerAgentMax) return undefined;
    seat.desks.add(desk);
    this.#withDesks.add(seat);
    seat.owner ??= desk;
    seat.cancelDeskGrace();
    this.news.seatChanged(seat);
    return seat;
  }

  /** Kept for as long as the agent is configured: the day's figures are in it. */
  #seatOf(tenant: TenantAtNode, agentId: AgentId): AgentSeat {
    let seat = this.#seats.get(agentId);
    if (!seat) this.#seats.set(agentId, (seat = new AgentSeat(tenant, agentId, this.#nowMs())));
    return seat;
  }

  /** At start-up: what the journal says an agent did earlier today. */
  recount(tenant: TenantAtNode, agentId: AgentId, change: PresenceChange, what: RecountedChange): void {
    this.#seatOf(tenant, agentId).figures.onPresence(change, what.direction, what.atMs);
  }

  /** At start-up: the journal says a supervisor listened today. */
  recountMonitored(tenant: TenantAtNode, agentId: AgentId, atMs: number): void {
    this.#seatOf(tenant, agentId).monitoredAtMs = atMs;
  }

  detach(seat: AgentSeat, desk: DeskConnection): void {
    if (!seat.desks.delete(desk)) return;
    if (seat.desks.size === 0) this.#withDesks.delete(seat);
    if (seat.owner === desk) {
      // The youngest of the other tabs goes on; it reconnects the sound where there is any.
      seat.owner = [...seat.desks].at(-1) ?? null;
      this.news.seatChanged(seat);
      this.#listenForBrowser(seat);
    }
    // B-05: an expert on the way answers by telephone, and needs no desk for it.
    if (seat.desks.size > 0 || !seat.isSignedIn || seat.presence.device === 'outside') return;
    seat.cancelDeskGrace();
    seat.cancelDeskGrace = this.services.clock.after(deskGraceMs, () => this.#deskLost(seat));
  }

  takeOver(seat: AgentSeat, desk: DeskConnection): void {
    if (seat.owner === desk) return;
    seat.owner = desk;
    this.news.seatChanged(seat);
  }

  #deskLost(seat: AgentSeat): void {
    seat.ring?.giveUp();
    this.apply(seat, { kind: 'desk-lost' });
    seat.cancelDeskGrace = this.services.clock.after(deskGoneMaxMs, () => {
      if (seat.isFree) this.signOut(seat);
      else this.#deskLost(seat);
    });
  }

  // Signing in and out

  /** `number`: where the agent is who speaks through a number outside. */
  signIn(seat: AgentSeat, device: AgentDevice, number = ''): SignInRefusal | null {
    const { tenant } = seat;
    const refuse = (reason: 'quota-agents' | 'suspended'): SignInRefusal => {
      this.services.journal.record(tenant.id, {
        kind: 'agent.sign-in-refused',
        agentId: seat.agentId,
        reason,
      });
      if (reason === 'quota-agents') this.services.floor.notice(tenant, 'quota-agents', seat.agentId, null);
      return reason;
    };
    if (!tenant.isServed) return refuse('suspended');
    if (device === 'phone' && !this.isPhoneRegistered(seat)) return 'phone-not-registered';
    if (device === 'outside' && !outsidePosition(this.services, seat, number)) return 'no-route';
    if (!seat.isSignedIn && !this.services.shares.maySignIn(tenant)) {
      this.services.shares.refused(tenant);
      return refuse('quota-agents');
    }
    if (!this.apply(seat, { kind: 'sign-in', device })) return 'wrong-state';
    seat.outsideNumber = device === 'outside' ? number : null;
    this.news.seatChanged(seat);
    return null;
  }

  signOut(seat: AgentSeat): boolean {
    if (seat.ring || seat.call) return false;
    this.closeInteraction(seat, null, '');
    seat.interaction = null;
    return this.apply(seat, { kind: 'sign-out' });
  }

  /** The node stops: everybody's time is accounted for. */
  signOutAll(): void {
    for (const seat of this.#seats.values()) {
      seat.cancelDeskGrace();
      if (seat.isSignedIn) this.signOut(seat);
    }
  }

  isPhoneRegistered(seat: AgentSeat): boolean {
    const extension = seat.agent?.extension;
    return extension !== undefined && this.services.phones.isRegistered(seat.tenant, extension);
  }

  /** After every generation: agents of a suspended or removed tenant, and removed agents, leave when they are free. */
  configured(tenant: TenantAtNode): void {
    for (const seat of this.#seats.values())
      if (seat.tenant === tenant) {
        this.#dismissIfNotServed(seat);
        this.news.seatChanged(seat);
      }
    this.news.surroundingsChanged(tenant);
  }

  #dismissIfNotServed(seat: AgentSeat): void {
    const why =
      !seat.agent || !seat.tenant.isPresent ? 'agent-removed' : !seat.tenant.isServed ? 'suspended' : null;
    if (!why || !seat.isFree) return;
    if (seat.isSignedIn) this.signOut(seat);
    for (const desk of seat.desks) desk.close(why);
    seat.cancelDeskGrace();
    if (why === 'agent-removed') this.#seats.delete(seat.agentId);
  }

  // Presence

  /** Every change of presence goes through here: journal, figures, distribution, floor and desks hear of it in this order. */
  apply(seat: AgentSeat, input: PresenceInput, direction: CallDirection | null = null): boolean {
    const outcome = seat.presence.handle(input, this.#nowMs());
    if (!outcome.ok) return false;
    if (outcome.change) this.#changed(seat, outcome.change, direction);
    else this.news.seatChanged(seat);
    return true;
  }

  #changed(seat: AgentSeat, change: PresenceChange, direction: CallDirection | null): void {
    const { tenant, agentId } = seat;
    const nowMs = this.#nowMs();
    seat.figures.startDay(tenant.dayStartsMs(nowMs));
    seat.figures.onPresence(change, direction, nowMs);
    const { pauseCause, pauseReasonId } = pauseFacts(change.pause);
    const facts: EventFacts & { kind: 'agent.presence' } = {
      kind: 'agent.presence',
      agentId,
      from: change.from,
      to: change.to,
      lastedMs: Math.max(0, change.lastedMs),
      pauseCause,
      pauseReasonId,
      device: change.device,
      callId: change.callId,
    };
    if (direction !== null) facts.direction = direction;
    this.services.journal.record(tenant.id, facts, nowMs);
    if (change.from === 'offline') this.#signedIn.set(tenant.id, this.signedInAt(tenant) + 1);
    if (change.to === 'offline') this.#signedIn.set(tenant.id, this.signedInAt(tenant) - 1);
    if (change.from === 'offline' || change.to === 'offline') this.services.shares.changed(tenant);
    if (change.from === 'wrapping') this.#wrapUpOver(seat);
    this.news.seatChanged(seat);
    this.services.floor.changed(tenant);
    this.services.acd(tenant).agentChanged(agentId, change.from, change.to);
  }

  // Kept for calls of other nodes

  /** B-02: nobody of this node rings the agent until the call is here, or the agent is let go. False: not free. */
  keepFor(tenant: TenantAtNode, { agentId, matchId, isNamed }: VisitAsked): boolean {
    const seat = isNamed ? this.ringableSeat(agentId) : this.readySeat(agentId);
    if (seat?.tenant !== tenant) return false;
    seat.keptFor = matchId;
    this.services.acd(tenant).agentKept(agentId);
    return true;
  }

  letGo(agentId: AgentId, matchId: string): void {
    const seat = this.#seats.get(agentId);
    if (seat?.keptFor !== matchId) return;
    seat.keptFor = null;
    if (this.readySeat(agentId)) this.services.acd(seat.tenant).agentLetGo(agentId);
  }

  // Rings

  /** True when the agent could be reserved: a paused one is rung only for a named call, and stays paused meanwhile. */
  beginRing(seat: AgentSeat, ring: AgentRing): boolean {
    const { call, queue } = ring.request;
    if (!seat.isFree || (seat.presence.device === 'phone' && !this.isPhoneRegistered(seat))) {
      if (seat.isFree && seat.presence.state === 'ready') this.apply(seat, { kind: 'desk-lost' });
      return false;
    }
    if (seat.presence.state !== 'ready' && (queue !== null || seat.presence.state !== 'paused')) return false;
    seat.ring = ring;
    seat.keptFor = null;
    this.closeInteraction(seat, null, '');
    seat.interaction = new SeatInteraction({
      call,
      state: 'ringing',
      ring,
      isDialler: false,
      nowMs: this.#nowMs(),
    });
    if (seat.presence.state === 'ready') this.apply(seat, { kind: 'reserve', callId: call.id });
    else this.news.seatChanged(seat);
    return true;
  }

  endRing(seat: AgentSeat, ring: AgentRing, outcome: RingOutcome['kind'] | 'withdrawn'): void {
    if (seat.ring !== ring) return;
    const { call } = ring.request;
    seat.ring = null;
    if (outcome === 'accepted') {
      seat.call = call;
      seat.interaction!.state = 'talking';
      seat.interaction!.sinceMs = this.#nowMs();
      seat.interaction!.answeredAtMs = this.#nowMs();
      // Giving advice is talk among colleagues (E-05).
      const direction = ring.request.consultedBy ? 'internal' : call.facts.direction;
      this.apply(seat, { kind: 'talk', callId: call.id }, direction);
      return;
    }
    this.#endInteraction(seat, call);
    if (outcome === 'expired')
      this.services.floor.notice(seat.tenant, 'ring-no-answer', seat.agentId, call.id);
    if (seat.presence.state !== 'reserved') return this.news.seatChanged(seat);
    // Declining by hand is being not ready: otherwise the same call would come straight back.
    if (outcome === 'declined') this.apply(seat, { kind: 'not-ready', reasonId: null });
    if (outcome === 'withdrawn' || outcome === 'declined') this.apply(seat, { kind: 'release' });
    else this.apply(seat, { kind: outcome === 'expired' ? 'ring-no-answer' : 'desk-lost' });
    this.#dismissIfNotServed(seat);
  }

  // Calls

  /** The agent has placed a call, and hears it ring. */
  dialling(seat: AgentSeat, call: Call, party: Party | null): void {
    this.closeInteraction(seat, null, '');
    seat.call = call;
    seat.interaction = new SeatInteraction({
      call,
      state: 'dialling',
      ring: null,
      isDialler: true,
      nowMs: this.#nowMs(),
    });
    seat.interaction.party = party;
    this.apply(seat, { kind: 'talk', callId: call.id }, call.facts.direction);
  }

  /** The agent's phone has answered a call that rang a colleague's. */
  pickedUp(seat: AgentSeat, call: Call): void {
    this.closeInteraction(seat, null, '');
    seat.call = call;
    const nowMs = this.#nowMs();
    seat.interaction = new SeatInteraction({ call, state: 'ringing', ring: null, isDialler: false, nowMs });
    seat.interaction.answeredAtMs = nowMs;
    this.apply(seat, { kind: 'talk', callId: call.id }, call.facts.direction);
  }

  /** The agent's own line is up; the other side is being called. */
  dialled(seat: AgentSeat, call: Call, party: Party): void {
    if (seat.interaction?.call === call) seat.interaction.party = party;
  }

  /** The agent has taken a callback: the number is dialled, and the agent hears it. */
  callsBack(seat: AgentSeat, call: Call, party: Party): void {
    const { interaction } = seat;
    if (interaction?.call !== call) return;
    interaction.party = party;
    interaction.state = 'dialling';
    interaction.answeredAtMs = null;
    this.callChanged(seat);
  }

  talking(seat: AgentSeat, call: Call, party: Party): void {
    const { interaction } = seat;
    seat.call = call;
    if (!interaction || interaction.call !== call) return;
    interaction.party = party;
    if (interaction.state !== 'talking') {
      interaction.state = 'talking';
      interaction.sinceMs = this.#nowMs();
    }
    interaction.answeredAtMs ??= this.#nowMs();
    this.news.seatChanged(seat);
  }

  /** Hold, mute and the like: nothing of presence, all of the picture. */
  callChanged(seat: AgentSeat): void {
    this.news.seatChanged(seat);
    this.services.floor.changed(seat.tenant);
  }

  /** This agent is out of the call, which may go on without. */
  callLeft(seat: AgentSeat, call: Call): void {
    if (seat.call !== call) return;
    seat.call = null;
    this.#soundFound(seat);
    this.#endInteraction(seat, call);
    const interaction = seat.interaction;
    const hasTalked = interaction?.answeredAtMs != null && interaction.party?.joinedAtMs != null;
    const wrapUpMs = hasTalked && call.facts.direction !== 'internal' ? this.#wrapUpMs(seat, call) : 0;
    if (interaction && wrapUpMs > 0) {
      interaction.wrapStartedAtMs = this.#nowMs();
      interaction.wrapEndsAtMs = this.#nowMs() + wrapUpMs;
      seat.cancelWrapUp = this.services.clock.after(wrapUpMs, () => this.apply(seat, { kind: 'wrap-ended' }));
    }
    this.apply(seat, { kind: 'call-ended', wrapUpMs });
    this.#dismissIfNotServed(seat);
  }

  /** The queue's own time; a call without a queue takes the longest of the agent's queues. */
  #wrapUpMs(seat: AgentSeat, call: Call): number {
    const grantedMs = this.#grantedWrapUpMs(seat, call);
    // H-20: whose call was cut is not given the next one on the spot.
    return call.endReason?.code === 'force-released' ? Math.max(grantedMs, releasedWrapUpMs) : grantedMs;
  }

  #grantedWrapUpMs(seat: AgentSeat, call: Call): number {
    if (call.queue) return call.tenant.queues.get(call.queue.id)?.wrapUpMs ?? call.queue.wrapUpMs;
    const queues = this.services.acd(seat.tenant).queuesOf(seat.agentId);
    return Math.max(0, ...queues.map((queueId) => seat.tenant.queues.get(queueId)?.wrapUpMs ?? 0));
  }

  #endInteraction(seat: AgentSeat, call: Call): void {
    const { interaction } = seat;
    if (interaction?.call !== call || interaction.endedAtMs !== null) return;
    interaction.endedAtMs = this.#nowMs();
    interaction.sinceMs = this.#nowMs();
    interaction.endReason = call.endReason;
    // A ring that came to nothing leaves nothing on the desk.
    if (interaction.answeredAtMs === null && interaction.ring) seat.interaction = null;
  }

  // After-call work

  /** Stays until the agent says otherwise. */
  stayInWrapUp(seat: AgentSeat): boolean {
    if (seat.presence.state !== 'wrapping') return this.apply(seat, { kind: 'wrap-up' });
    seat.cancelWrapUp();
    if (seat.interaction) seat.interaction.wrapEndsAtMs = null;
    this.news.seatChanged(seat);
    return true;
  }

  #wrapUpOver(seat: AgentSeat): void {
    seat.cancelWrapUp();
    this.closeInteraction(seat, null, '');
  }

  /** The interaction is closed exactly once: by the agent's word, or without one when its time is over. */
  closeInteraction(seat: AgentSeat, dispositionId: string | null, notes: string): void {
    const { interaction } = seat;
    if (!interaction || interaction.wrapStartedAtMs === null) return;
    const startedAtMs = interaction.wrapStartedAtMs;
    interaction.wrapStartedAtMs = null;
    interaction.wrapEndsAtMs = null;
    this.services.journal.record(seat.tenant.id, {
      kind: 'interaction.closed',
      callId: interaction.call.id,
      agentId: seat.agentId,
      dispositionId: dispositionId as never,
      notes,
      wrapMs: this.#nowMs() - startedAtMs,
    });
  }

  // A browser that vanished

  /** The socket is gone; the sound may not be. It is looked at before the caller is given music. */
  #listenForBrowser(seat: AgentSeat): void {
    const { call } = seat;
    const leg = seat.interaction?.party?.leg;
    if (!call || !(leg instanceof BrowserLeg)) return;
    void leg.media.statistics().then((before) =>
      this.services.clock.after(browserSilenceCheckMs, () => {
        if (call.isEnded || seat.interaction?.party?.leg !== leg) return;
        void leg.media.statistics().then((after) => {
          if (after.packetsIn === before.packetsIn && seat.interaction?.party?.leg === leg)
            this.soundLost(seat, call);
        });
      }),
    );
  }

  /** The caller hears music while the browser may come back; then the call goes on without this agent. */
  soundLost(seat: AgentSeat, call: Call): void {
    const { interaction } = seat;
    if (seat.call !== call || seat.cancelSoundLost || !interaction?.party) return;
    const { party } = interaction;
    if (call.members.length > 1)
      call.services.log.info({ callId: call.id, agentId: seat.agentId }, 'a browser was lost');
    party.isLost = true;
    call.sound.arrange();
    seat.cancelSoundLost = call.after(browserLostMaxMs, () => {
      seat.cancelSoundLost = null;
      this.apply(seat, { kind: 'desk-lost' });
      loseAgent(call, party);
    });
    this.callChanged(seat);
  }

  #soundFound(seat: AgentSeat): void {
    seat.cancelSoundLost?.();
    seat.cancelSoundLost = null;
  }

  /** A new browser leg for the call in hand. */
  reconnected(seat: AgentSeat, call: Call, leg: BrowserLeg): void {
    const party = seat.interaction?.party;
    if (!party) return leg.release();
    this.#soundFound(seat);
    party.isLost = false;
    replaceLeg(call, party, leg);
    this.callChanged(seat);
  }

  #nowMs(): number {
    return this.services.clock.nowMs();
  }
}

function isOfferable(seat: AgentSeat): boolean {
  return seat.isFree && seat.keptFor === null;
}
