/**
 * A tenant's queues at all its nodes, as far as they are known here: what a caller is told of the wait, and what overflow is judged by.
 * While the centre is away, or the tenant lives here alone, it is this node's queues and costs nothing. Figures of other nodes are a
 * second old, so that whoever becomes free there meanwhile is found by the matchmaker, not by these.
 */
import type { AgentId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { AcdMachine } from '@seatgrid/core/routing/acd-machine.ts';
import { expectedWait } from '@seatgrid/core/routing/expected-wait.ts';
import { expectedWaitAcross, type Beside } from '@seatgrid/core/routing/expected-wait-across.ts';
import type { Outlook } from '@seatgrid/core/routing/outlook.ts';
import { isAtWork } from '@seatgrid/core/workforce/presence.ts';
import type { CallServices } from '../calls/call-services.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';

export class Everywhere {
  readonly #services: Pick<CallServices, 'hub' | 'matches'>;
  readonly #tenant: TenantAtNode;
  readonly #machine: AcdMachine;

  constructor(services: Pick<CallServices, 'hub' | 'matches'>, tenant: TenantAtNode, machine: AcdMachine) {
    this.#services = services;
    this.#tenant = tenant;
    this.#machine = machine;
  }

  /** Ready for a call that comes now: of those elsewhere, whom nobody who waits already is given. */
  readyIn(queueId: QueueId): number {
    const here = this.#machine.readyIn(queueId);
    const elsewhere = this.#elsewhere;
    if (here > 0 || !elsewhere) return here;
    let ready = 0;
    for (const agentId of this.#machine.serversOf(queueId))
      if (elsewhere.stateOf(agentId) === 'ready') ready++;
    return Math.max(0, ready - this.#machine.waitingIn(queueId) - elsewhere.waitingIn(queueId));
  }

  /** Calls of the queue that wait or ring here, and that wait elsewhere. */
  load(queueId: QueueId): number {
    return this.#machine.load(queueId) + this.waitingElsewhere(queueId);
  }

  waitingElsewhere(queueId: QueueId): number {
    return this.#elsewhere?.waitingIn(queueId) ?? 0;
  }

  /** Since when each of those who are ready there is so, as far as it was told. */
  idleElsewhereMs(queueId: QueueId, nowMs: number): number[] {
    const elsewhere = this.#elsewhere;
    if (!elsewhere) return [];
    return this.#machine
      .serversOf(queueId)
      .filter((agentId) => elsewhere.stateOf(agentId) === 'ready')
      .map((agentId) => nowMs - elsewhere.sinceMs(agentId));
  }

  isAtWork(agentId: AgentId): boolean {
    return this.#isAtWorkHere(agentId) || isAtWork(this.#elsewhere?.stateOf(agentId));
  }

  /** Of those elsewhere who came before, how many stand between a caller of this node and an agent. */
  ahead(queueId: QueueId, cameBefore: number): number {
    const waiting = Math.min(cameBefore, this.waitingElsewhere(queueId));
    return waiting > 0 && !this.#hasOwnHere(queueId) ? waiting : 0;
  }

  /** F-25. `cameBefore`: how many waited elsewhere when the call came; null: it would come now. */
  expectedWait(
    here: Outlook,
    { pace, cameBefore }: Pick<Beside, 'pace' | 'cameBefore'>,
    nowMs: number,
  ): number | null {
    const around = {
      isAtWork: (agentId: AgentId) => this.isAtWork(agentId),
      serversOf: (queueId: QueueId) => this.#machine.serversOf(queueId),
    };
    const elsewhere = this.#elsewhere;
    if (!elsewhere) return expectedWait(here, { ...around, pace }, nowMs);
    const isHere = (agentId: AgentId) => this.#isAtWorkHere(agentId);
    const servesOwnFirst = (agentId: AgentId) => this.#servesOwnFirst(agentId);
    const { waiting } = elsewhere;
    return expectedWaitAcross(here, around, { pace, cameBefore, waiting, isHere, servesOwnFirst }, nowMs);
  }

  /** By queue. */
  get waiting(): ReadonlyMap<QueueId, number> {
    return new Map(this.#elsewhere?.waiting);
  }

  /** Whether agents of this node serve its callers before those of others. */
  #hasOwnHere(queueId: QueueId): boolean {
    return this.#machine
      .serversOf(queueId)
      .some((agentId) => this.#isAtWorkHere(agentId) && this.#servesOwnFirst(agentId));
  }

  #servesOwnFirst(agentId: AgentId): boolean {
    const { queues } = this.#tenant;
    return !this.#machine.queuesOf(agentId).some((id) => queues.get(id)?.reach === 'strict-order');
  }

  #isAtWorkHere(agentId: AgentId): boolean {
    return isAtWork(this.#services.hub.seat(agentId)?.presence.state);
  }

  get #elsewhere() {
    return this.#services.matches.elsewhere(this.#tenant);
  }
}
