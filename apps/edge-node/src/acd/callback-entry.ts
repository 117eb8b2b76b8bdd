/**
 * A callback's stay in its queue: a place without a caller. When its turn comes an agent is rung with what the caller had told; then
 * the number is called over the agent's own way out, and the two talk. Its call begins when somebody is rung, not before.
 */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId, CallId } from '@seatgrid/core/kernel/ids.ts';
import { plainCallback, type AttemptOutcome } from '@seatgrid/core/routing/callback.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import type { KeptCallback } from '../callbacks/kept-callbacks.ts';
import type { AgentRing } from '../calls/agent-ring.ts';
import type { CallLeg } from '../calls/call-leg.ts';
import type { CallServices } from '../calls/call-services.ts';
import type { CallStage } from '../calls/call-stage.ts';
import type { Call } from '../calls/call.ts';
import { converseWith } from '../calls/converse.ts';
import { OutsideDial } from '../calls/outside-dial.ts';
import { Party } from '../calls/party.ts';
import { releaseOf } from '../calls/release-of.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { VisitRing } from '../visits/visit-ring.ts';
import type { AcdRunner } from './acd-runner.ts';

export class CallbackEntry implements CallStage {
  readonly callback: KeptCallback;
  readonly callId: CallId;
  queue: Queue;
  readonly enteredAtMs: number;
  readonly rings = new Set<AgentRing | VisitRing>();
  readonly expectedMs = null;
  readonly isOverdue = false;
  readonly #acd: AcdRunner;
  readonly #services: CallServices;
  readonly #tenant: TenantAtNode;
  #call: Call | null = null;
  #cancelWidenings: readonly Cancel[] = [];

  constructor(
    acd: AcdRunner,
    services: CallServices,
    tenant: TenantAtNode,
    callback: KeptCallback,
    queue: Queue,
  ) {
    this.#acd = acd;
    this.#services = services;
    this.#tenant = tenant;
    this.callback = callback;
    this.queue = queue;
    this.callId = services.ids.next<'call'>();
    this.enteredAtMs = callback.sinceMs;
    this.#startTimers();
  }

  get state(): 'queued' | 'ringing' {
    return this.rings.size > 0 ? 'ringing' : 'queued';
  }

  get call(): Call {
    assert(this.#call, 'a callback has a call once somebody is rung for it');
    return this.#call;
  }

  /** Nobody was rung for it yet. */
  get isFresh(): boolean {
    return this.#call === null;
  }

  /** Before the first ring; false where there is no room for one more call. */
  open(): boolean {
    this.#call ??= this.#opened() ?? null;
    return this.#call !== null;
  }

  configured(queue: Queue | undefined): void {
    if (!queue) return;
    this.queue = queue;
    if (this.#call) this.#call.queue = queue;
    this.#startTimers();
  }

  finish(): void {
    for (const cancel of this.#cancelWidenings) cancel();
  }

  onCallEnded(reason: EndReason): void {
    this.#acd.callEnded(this, reason);
    this.#services.callbacks.postpone(this.callback.id);
  }

  /** The agent hears the number ring, then whoever answers. */
  taken(leg: CallLeg, agent: { readonly id: AgentId; readonly seat: AgentSeat | null }): void {
    const { call } = this;
    const { callbacks, hub, waysOut } = this.#services;
    const { callback, queue } = this;
    const party = new Party(leg, agent);
    call.listenTo(leg);
    call.partner = party;
    if (agent.seat) hub.callsBack(agent.seat, call, party);
    callbacks.attemptBegins(callback.id);
    const ended = (outcome: AttemptOutcome) => callbacks.attemptEnded(callback.id, call.id, outcome);
    const way = waysOut.of(this.#tenant, agent.id);
    const ringTimeoutMs = (queue.callback ?? plainCallback).ringTimeoutMs;
    const dial = new OutsideDial(
      { call, number: callback.number, callerNumber: call.facts.fromNumber, way, ringTimeoutMs },
      {
        onRinging: (ringing, hasSound) => {
          if (hasSound) call.media.setHears([{ leg: leg.key, hears: [ringing.key] }]);
          else call.sound.tone(leg, 'ringback');
        },
        onAnswered: (answered) => {
          call.sound.tone(leg, 'none');
          call.customer = new Party(answered, null);
          ended('reached');
          converseWith(call, party);
        },
        onFailed: (outcome, status) => {
          const code =
            outcome === 'busy' ? 'rejected' : outcome === 'no-answer' ? 'no-answer' : 'unreachable';
          const reason = {
            party: outcome === 'failed' ? 'trunk' : 'caller',
            code,
            detail: String(status),
          } as const;
          call.releaseCause = { ...releaseOf(reason), status };
          ended(outcome);
          call.enter({ state: 'dialling', onCallEnded: () => {} });
          call.end(reason, null);
        },
      },
    );
    call.enter({
      state: 'dialling',
      onCallEnded: () => {
        dial.cancel();
        ended('agent-left');
      },
    });
    dial.start();
  }

  #opened(): Call | undefined {
    const { callback, queue } = this;
    const { exchange } = this.#services.hub;
    const tenant = this.#tenant;
    const way = this.#services.waysOut.of(tenant, null);
    const numbers = { fromNumber: way.callerNumber, toNumber: callback.number };
    const refusal = exchange.refusal(tenant);
    if (refusal) exchange.countRefusal(tenant, refusal, numbers);
    if (refusal || tenant.entry.lists.barredBy(callback.number) !== undefined) return undefined;
    const call = exchange.open(
      {
        tenant,
        direction: 'outbound',
        ...numbers,
        didId: null,
        trunkId: null,
        agentId: null,
        ruleName: null,
        caller: tenant.entry.lists.factsOf(callback.number),
        callback: { id: callback.id, origin: callback.origin, sinceMs: callback.sinceMs },
      },
      null,
      this.callId,
    );
    if (call.sound.open().kind === 'refused') {
      call.discard();
      return undefined;
    }
    call.language = callback.language;
    call.path = callback.path;
    Object.assign(call.collected, callback.collected);
    call.queue = queue;
    call.begin();
    call.record({
      kind: 'queue.entered',
      callId: call.id,
      queueId: queue.id,
      queueName: queue.name,
      position: 1,
    });
    return call;
  }

  #startTimers(): void {
    const { clock } = this.#services;
    const waitedMs = clock.nowMs() - this.enteredAtMs;
    for (const cancel of this.#cancelWidenings) cancel();
    this.#cancelWidenings = this.queue.widenings.flatMap(({ afterMs }) =>
      afterMs !== null && afterMs > waitedMs
        ? [clock.after(afterMs - waitedMs, () => this.#acd.aged(this.callId, afterMs))]
        : [],
    );
  }
}
