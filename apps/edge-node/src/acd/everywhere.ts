/**
 * A tenant's queues at all its nodes, as far as they are known here: what a caller is told of the wait, and what overflow is judged by.
 * While the centre is away, or the tenant lives here alone, it is this node's queues and costs nothing. Figures of other nodes are a
 * second old, so that whoever becomes free there meanwhile is found by the matchmaker, not by these.
 */
import type { AgentId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { AcdMachine } from '@seatgrid/core/routing/acd-machine.ts';
import type { Outlook } from '@seatgrid/core/routing/outlook.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
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
    const state = this.#services.hub.seat(agentId)?.presence.state;
    return isAtWork(state) || isAtWork(this.#elsewhere?.stateOf(agentId));
  }

  /** Of those elsewhere who came before, how many stand between a caller of this node and an agent. */
  ahead({ id, reach }: Queue, cameBefore: number): number {
    const waiting = Math.min(cameBefore, this.waitingElsewhere(id));
    return waiting > 0 && (reach === 'strict-order' || !this.#isServedHere(id)) ? waiting : 0;
  }

  /** With the callers of other nodes who are served before. */
  outlook(here: Outlook, ahead: number): Outlook {
    if (ahead === 0) return here;
    const before = new Map(here.before);
    before.set(here.queueId, (before.get(here.queueId) ?? 0) + ahead);
    return { ...here, before };
  }

  #isServedHere(queueId: QueueId): boolean {
    const { hub } = this.#services;
    return this.#machine.serversOf(queueId).some((agentId) => isAtWork(hub.seat(agentId)?.presence.state));
  }

  get #elsewhere() {
    return this.#services.matches.elsewhere(this.#tenant);
  }
}
