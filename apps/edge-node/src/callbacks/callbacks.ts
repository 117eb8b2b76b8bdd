/**
 * The calls the queues of this node owe: taken on from callers and lists, put into the distribution in their old places when they are
 * due, tried as often as the queue says, and told of in the journal. A caller's is in the distribution all the time, a list's only when
 * its queue's duty lets it (F-15). Who rings and dials is `acd/callback-entry.ts`.
 */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { CallbackId, CallId, QueueId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import {
  afterAttempt,
  plainCallback,
  type AttemptOutcome,
  type CallbackEnd,
} from '@seatgrid/core/routing/callback.ts';
import type { CallServices } from '../calls/call-services.ts';
import type { Call } from '../calls/call.ts';
import { callbacksKeptMs, callbacksLookEveryMs, listedCallbacksPerQueueMax } from '../limits.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { KeptCallback, KeptCallbacks } from './kept-callbacks.ts';

export type CallbackRefusal = 'not-offered' | 'too-many' | 'barred' | 'inside';

export class Callbacks {
  /** Set once by the composition root, since calls and callbacks know each other. */
  services!: CallServices;
  readonly #kept: KeptCallbacks;
  /** Being dialled now. */
  readonly #made = new Set<CallbackId>();
  #cancelLook: Cancel = () => {};

  constructor(kept: KeptCallbacks) {
    this.#kept = kept;
  }

  /** What was owed before a restart is owed still. */
  start(): void {
    for (const path of this.#kept.unreadable)
      this.services.log.error({ path }, 'what is known of a callback cannot be read; it is not made');
    this.#look();
  }

  stop(): void {
    this.#cancelLook();
  }

  /** Why none could be had for this number now; undefined: it may be asked for. */
  refusal(tenant: TenantAtNode, queueId: QueueId, number: string): CallbackRefusal | undefined {
    const settings = tenant.queues.get(queueId)?.callback;
    if (!settings) return 'not-offered';
    const owed = this.#kept.ofQueue(tenant.id, queueId).filter(({ origin }) => origin === 'caller');
    if (owed.length >= settings.pendingMax) return 'too-many';
    return this.#numberRefusal(tenant, number);
  }

  /** Whoever asks twice is called once. */
  ask(call: Call, queueId: QueueId, facts: { readonly number: string; readonly sinceMs: number }): void {
    const { tenant } = call;
    if (this.#owes(tenant.id, queueId, facts.number)) return;
    const { language, path, collected, id: callId } = call;
    this.#take(tenant, queueId, {
      ...facts,
      origin: 'caller',
      callId,
      language,
      path: [...path],
      collected: { ...collected },
    });
  }

  /** Numbers for the list of a queue; those it owes already, or may not call, are passed over. */
  list(tenantId: TenantId, queueId: QueueId, numbers: readonly string[]): void {
    const tenant = this.services.directory.byId(tenantId);
    if (!tenant?.queues.has(queueId)) return;
    const sinceMs = this.#nowMs();
    for (const number of numbers) {
      const listed = this.#kept.ofQueue(tenant.id, queueId).filter(({ origin }) => origin === 'list');
      if (listed.length >= listedCallbacksPerQueueMax) return;
      if (this.#owes(tenant.id, queueId, number) || this.#numberRefusal(tenant, number)) continue;
      const told = { callId: null, language: tenant.locale, path: [], collected: {} };
      this.#take(tenant, queueId, { ...told, number, origin: 'list', sinceMs });
    }
  }

  /** One that is being made goes on. */
  cancel(tenantId: TenantId, id: CallbackId): void {
    const callback = this.#kept.get(id);
    const tenant = this.services.directory.byId(tenantId);
    if (!tenant || callback?.tenantId !== tenantId) return;
    if (this.services.acd(tenant).callbackCancelled(id)) this.#end(callback, 'cancelled');
  }

  isBeingMade(id: CallbackId): boolean {
    return this.#made.has(id);
  }

  /** Counted before anybody is dialled, so that a crash does not try for ever. */
  attemptBegins(id: CallbackId): void {
    const callback = this.#kept.get(id);
    if (!callback) return;
    const { pauseMs } = this.#settingsOf(callback);
    const nextAtMs = this.#nowMs() + pauseMs;
    this.#kept.keep({ ...callback, attempts: callback.attempts + 1, nextAtMs });
    this.#made.add(id);
  }

  attemptEnded(id: CallbackId, callId: CallId, outcome: AttemptOutcome): void {
    const callback = this.#kept.get(id);
    this.#made.delete(id);
    if (!callback) return;
    const { attempts, tenantId, queueId } = callback;
    const next = afterAttempt(this.#settingsOf(callback), attempts, outcome);
    const nextAtMs = 'againInMs' in next ? this.#nowMs() + next.againInMs : null;
    this.services.journal.record(tenantId, {
      kind: 'callback.tried',
      callbackId: id,
      queueId,
      callId,
      attempt: attempts,
      outcome,
      nextAtMs,
    });
    if ('end' in next) this.#end(callback, next.end);
    else this.#kept.keep({ ...callback, nextAtMs: nextAtMs! });
  }

  /** It could not be begun: no line, no room for one more call, or of a list and nobody took it. */
  postpone(id: CallbackId): void {
    const callback = this.#kept.get(id);
    if (callback)
      this.#kept.keep({ ...callback, nextAtMs: this.#nowMs() + this.#settingsOf(callback).pauseMs });
  }

  #take(
    tenant: TenantAtNode,
    queueId: QueueId,
    asked: Omit<KeptCallback, 'id' | 'tenantId' | 'queueId' | 'expiresAtMs' | 'attempts' | 'nextAtMs'>,
  ): void {
    const nowMs = this.#nowMs();
    const id = this.services.ids.next<'callback'>();
    const rest = { expiresAtMs: nowMs + callbacksKeptMs, attempts: 0, nextAtMs: nowMs };
    this.#kept.keep({ id, tenantId: tenant.id, queueId, ...asked, ...rest });
    const { number, origin, callId, sinceMs } = asked;
    this.services.journal.record(tenant.id, {
      kind: 'callback.asked',
      callbackId: id,
      queueId,
      number,
      origin,
      callId,
      sinceMs,
    });
    this.#place();
  }

  #look(): void {
    this.#place();
    this.#cancelLook = this.services.clock.after(callbacksLookEveryMs, () => this.#look());
  }

  /** Puts what is due into its queue, and lets go of what is too old or has no queue any more. */
  #place(): void {
    const nowMs = this.#nowMs();
    for (const callback of this.#kept.all()) {
      const tenant = this.services.directory.byId(callback.tenantId);
      // A tenant that is not served now may be again.
      if (!tenant?.isServed || callback.nextAtMs > nowMs || this.#made.has(callback.id)) continue;
      const acd = this.services.acd(tenant);
      if (!tenant.queues.has(callback.queueId)) {
        if (acd.callbackCancelled(callback.id)) this.#end(callback, 'queue-removed');
      } else if (callback.expiresAtMs <= nowMs) {
        if (acd.callbackCancelled(callback.id)) this.#end(callback, 'expired');
      } else acd.callbackDue(callback);
    }
  }

  #end(callback: KeptCallback, end: CallbackEnd): void {
    const { id: callbackId, tenantId, queueId } = callback;
    this.#kept.forget(callbackId);
    this.services.journal.record(tenantId, { kind: 'callback.ended', callbackId, queueId, end });
  }

  #owes(tenantId: TenantId, queueId: QueueId, number: string): boolean {
    return this.#kept.ofQueue(tenantId, queueId).some((one) => one.number === number);
  }

  #numberRefusal(tenant: TenantAtNode, number: string): CallbackRefusal | undefined {
    if (tenant.entry.lists.barredBy(number) !== undefined) return 'barred';
    return tenant.inside(number) === undefined ? undefined : 'inside';
  }

  #settingsOf({ tenantId, queueId }: KeptCallback) {
    return this.services.directory.byId(tenantId)?.queues.get(queueId)?.callback ?? plainCallback;
  }

  #nowMs(): number {
    return this.services.clock.nowMs();
  }
}
