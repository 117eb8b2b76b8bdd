/**
 * Automatic call distribution of one tenant at one node: who is offered to whom. First come first served among callers
 * (F-02), longest idle first among agents (F-03). Told of calls and agents, it answers with reservations; it rings nobody.
 *
 * A `reserve` takes both out: the call waits no more, the agent is ready no more, until told otherwise. A queue that rings all
 * (F-22) reserves every ready agent for one call, and whoever becomes ready while it rings; whose answer is first is seen by
 * the one who rings them.
 */
import { assert } from '../kernel/assert.ts';
import type { AgentId, CallId, QueueId } from '../kernel/ids.ts';
import type { Queue } from './queue.ts';
import type { Agent } from '../workforce/agent.ts';

export type AcdInput =
  | { readonly kind: 'call-queued'; readonly callId: CallId; readonly queueId: QueueId }
  /** Rang in vain: back at the place its arrival gives it, before everyone who came later. */
  | { readonly kind: 'call-returned'; readonly callId: CallId }
  | { readonly kind: 'call-left'; readonly callId: CallId }
  | { readonly kind: 'agent-ready'; readonly agentId: AgentId }
  | { readonly kind: 'agent-unready'; readonly agentId: AgentId };

export interface AcdEffect {
  readonly kind: 'reserve';
  readonly callId: CallId;
  readonly agentId: AgentId;
  readonly queueId: QueueId;
}

export interface WaitingCall {
  readonly callId: CallId;
  readonly queueId: QueueId;
  readonly sinceMs: number;
  /** Arrival at this node, to tell equal milliseconds apart. */
  readonly order: number;
}

interface QueueState {
  /** Waiting calls, oldest first. */
  readonly waiting: WaitingCall[];
  /** Ready agents who serve this queue, longest idle first: a Map keeps the order in which they became ready. */
  readonly ready: Map<AgentId, number>;
  /** Calls that wait or ring. */
  calls: number;
  ringsAll: boolean;
  /** Calls that ring all, oldest first: whoever becomes ready rings too. */
  readonly open: WaitingCall[];
}

export class AcdMachine {
  readonly #queues = new Map<QueueId, QueueState>();
  #queuesOfAgent = new Map<AgentId, readonly QueueId[]>();
  readonly #readySince = new Map<AgentId, number>();
  /** Every call between `call-queued` and `call-left`, ringing ones too. */
  readonly #calls = new Map<CallId, WaitingCall>();
  #order = 0;

  /** Takes changed queues and skills at once, for calls already waiting too. Returns the matches that became possible. */
  configure(queues: readonly Queue[], agents: readonly Agent[]): readonly AcdEffect[] {
    this.#queuesOfAgent = new Map(
      agents.map((agent) => [
        agent.id,
        queues.filter((queue) => serves(agent, queue)).map((queue) => queue.id),
      ]),
    );
    const kept = new Set(queues.map((queue) => queue.id));
    for (const queue of queues) this.#state(queue.id).ringsAll = queue.ringing === 'all';
    for (const [queueId, state] of this.#queues) {
      state.ready.clear();
      if (!kept.has(queueId) && state.calls === 0) this.#queues.delete(queueId);
    }
    const idle = [...this.#readySince].sort((a, b) => a[1] - b[1]);
    const effects: AcdEffect[] = [];
    for (const [agentId, sinceMs] of idle) this.#offerAgent(agentId, sinceMs, effects);
    return effects;
  }

  handle(input: AcdInput, nowMs: number): readonly AcdEffect[] {
    const effects: AcdEffect[] = [];
    switch (input.kind) {
      case 'call-queued': {
        assert(!this.#calls.has(input.callId), 'a call waits in one queue');
        const call: WaitingCall = {
          callId: input.callId,
          queueId: input.queueId,
          sinceMs: nowMs,
          order: this.#order++,
        };
        this.#calls.set(call.callId, call);
        this.#state(call.queueId).calls++;
        this.#offerCall(call, effects);
        break;
      }
      case 'call-returned': {
        const call = this.#calls.get(input.callId);
        if (!call) break;
        remove(this.#state(call.queueId).open, call);
        this.#offerCall(call, effects);
        break;
      }
      case 'call-left': {
        const call = this.#calls.get(input.callId);
        if (!call) break;
        this.#calls.delete(input.callId);
        const state = this.#state(call.queueId);
        state.calls--;
        remove(state.waiting, call);
        remove(state.open, call);
        break;
      }
      case 'agent-ready':
        this.#readySince.set(input.agentId, nowMs);
        this.#offerAgent(input.agentId, nowMs, effects);
        break;
      case 'agent-unready':
        this.#takeAgentOut(input.agentId);
        break;
    }
    return effects;
  }

  /** 1 for the next to be served; 0 when it does not wait (it rings, or is unknown). */
  position(callId: CallId): number {
    const call = this.#calls.get(callId);
    return call ? this.#state(call.queueId).waiting.indexOf(call) + 1 : 0;
  }

  /** Calls waiting in a queue, oldest first; those that ring an agent are not among them. */
  waiting(queueId: QueueId): readonly WaitingCall[] {
    return this.#queues.get(queueId)?.waiting ?? [];
  }

  /** Calls of the queue that wait or ring: what `waitingMax` is compared with. */
  load(queueId: QueueId): number {
    return this.#queues.get(queueId)?.calls ?? 0;
  }

  readyIn(queueId: QueueId): number {
    return this.#queues.get(queueId)?.ready.size ?? 0;
  }

  queuesOf(agentId: AgentId): readonly QueueId[] {
    return this.#queuesOfAgent.get(agentId) ?? [];
  }

  #offerCall(call: WaitingCall, effects: AcdEffect[]): void {
    const state = this.#state(call.queueId);
    const first = state.ready.keys().next();
    if (!first.done && state.waiting.length === 0) return this.#serve(call, first.value, effects);
    let place = state.waiting.length;
    while (place > 0 && state.waiting[place - 1]!.order > call.order) place--;
    state.waiting.splice(place, 0, call);
    // Somebody ready while others wait is possible only for a returned call in front of them.
    if (!first.done) this.#serveFirst(call.queueId, first.value, effects);
  }

  #offerAgent(agentId: AgentId, sinceMs: number, effects: AcdEffect[]): void {
    const waiting = this.#oldest(agentId, 'waiting');
    if (waiting) return this.#serveFirst(waiting.queueId, agentId, effects);
    const open = this.#oldest(agentId, 'open');
    if (open) return this.#reserve(open, agentId, effects);
    for (const queueId of this.queuesOf(agentId)) this.#state(queueId).ready.set(agentId, sinceMs);
  }

  #serveFirst(queueId: QueueId, agentId: AgentId, effects: AcdEffect[]): void {
    const call = this.#state(queueId).waiting.shift();
    assert(call, 'somebody waits');
    this.#serve(call, agentId, effects);
  }

  #serve(call: WaitingCall, agentId: AgentId, effects: AcdEffect[]): void {
    const state = this.#state(call.queueId);
    this.#reserve(call, agentId, effects);
    if (!state.ringsAll) return;
    for (const other of state.ready.keys()) this.#reserve(call, other, effects);
    state.open.push(call);
  }

  #reserve({ callId, queueId }: WaitingCall, agentId: AgentId, effects: AcdEffect[]): void {
    this.#takeAgentOut(agentId);
    effects.push({ kind: 'reserve', callId, agentId, queueId });
  }

  #oldest(agentId: AgentId, among: 'waiting' | 'open'): WaitingCall | undefined {
    let oldest: WaitingCall | undefined;
    for (const queueId of this.queuesOf(agentId)) {
      const head = this.#state(queueId)[among][0];
      if (head && (!oldest || head.order < oldest.order)) oldest = head;
    }
    return oldest;
  }

  #takeAgentOut(agentId: AgentId): void {
    this.#readySince.delete(agentId);
    for (const queueId of this.queuesOf(agentId)) this.#queues.get(queueId)?.ready.delete(agentId);
  }

  #state(queueId: QueueId): QueueState {
    let state = this.#queues.get(queueId);
    if (!state)
      this.#queues.set(
        queueId,
        (state = { waiting: [], ready: new Map(), calls: 0, ringsAll: false, open: [] }),
      );
    return state;
  }
}

function remove(calls: WaitingCall[], call: WaitingCall): void {
  const index = calls.indexOf(call);
  if (index >= 0) calls.splice(index, 1);
}

export function serves(agent: Agent, queue: Queue): boolean {
  return queue.requires.every((need) =>
    agent.skills.some((skill) => skill.skillId === need.skillId && skill.level >= need.level),
  );
}
