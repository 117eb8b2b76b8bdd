/** Slow and obvious: every call and agent in a list, matched by looking at all of them. What the machine is tried against. */
import { AssertionFailure } from '@seatgrid/core/kernel/assert.ts';
import type { AgentId, CallId } from '@seatgrid/core/kernel/ids.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { AcdInput, Distribution } from '@seatgrid/core/routing/acd-machine.ts';
import { recentCallsMax, urgentAfterShare } from '@seatgrid/core/routing/limits.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import { plainCallOrder, type AgentStrategy, type CallStrategy } from '@seatgrid/core/routing/strategy.ts';

export interface ReferenceCall {
  id: CallId;
  asked: Extract<AcdInput, { kind: 'call-queued' }>;
  sinceMs: number;
  order: number;
  width: number;
  isWaiting: boolean;
}

export interface ReferenceAgent {
  id: AgentId;
  told: Extract<AcdInput, { kind: 'agent-ready' }>;
  order: number;
}

export class ReferenceMatcher {
  calls: ReferenceCall[] = [];
  ready: ReferenceAgent[] = [];
  #settings: Distribution = { queues: [], agents: [] };
  #order = 0;
  /** By target: of every call that said something, whether it was answered in time. */
  #inTime = new Map<string, boolean[]>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  configure(settings: Distribution, nowMs: number): string[] {
    this.#settings = settings;
    const targets = new Set(settings.queues.map(keyOf));
    for (const target of this.#inTime.keys()) if (!targets.has(target)) this.#inTime.delete(target);
    const waiting = this.calls.filter((call) => call.isWaiting);
    for (const call of waiting) call.width = 0;
    for (const call of waiting) this.#widen(call, nowMs);
    return this.#offerAll(waiting, nowMs);
  }

  handle(input: AcdInput, nowMs: number): string[] {
    switch (input.kind) {
      case 'call-queued': {
        const call: ReferenceCall = {
          id: input.callId,
          asked: input,
          sinceMs: nowMs,
          order: this.#order++,
          width: 0,
          isWaiting: false,
        };
        this.calls.push(call);
        return this.#arrive(call, nowMs);
      }
      case 'call-returned': {
        const call = this.calls.find((one) => one.id === input.callId && !one.isWaiting);
        return call ? this.#arrive(call, nowMs) : [];
      }
      case 'call-aged': {
        const call = this.calls.find((one) => one.id === input.callId && one.isWaiting);
        const isWider = call && this.#widen(call, Math.max(nowMs, call.sinceMs + input.waitedMs));
        return isWider ? this.#offerAll([call], nowMs) : [];
      }
      case 'call-claimed':
        for (const call of this.calls) if (call.id === input.callId) call.isWaiting = false;
        return [];
      case 'call-left':
        this.#note(input, nowMs);
        this.calls = this.calls.filter((one) => one.id !== input.callId);
        return [];
      case 'agent-unready':
        this.ready = this.ready.filter((one) => one.id !== input.agentId);
        return [];
      case 'agent-ready': {
        const agent = { id: input.agentId, told: input, order: this.#order++ };
        const call = this.chooseCall(agent, nowMs);
        if (call) return [this.#match(call, agent)];
        this.ready.push(agent);
        return [];
      }
      case 'service-told':
      case 'service-told-no-more':
        throw new AssertionFailure('its worlds have one node');
    }
  }

  #arrive(call: ReferenceCall, nowMs: number): string[] {
    this.#widen(call, nowMs);
    const made = this.#offerAll([call], nowMs);
    if (made.length > 0) return made;
    call.isWaiting = true;
    const sameQueue = this.calls.filter((one) => one.isWaiting && one.asked.queueId === call.asked.queueId);
    return this.#offerAll(
      sameQueue.filter((one) => this.#widen(one, nowMs)),
      nowMs,
    );
  }

  #offerAll(calls: ReferenceCall[], nowMs: number): string[] {
    return this.#inOrder(calls, nowMs).flatMap((call) => {
      const agent = this.#chooseAgent(call);
      return agent ? [this.#match(call, agent)] : [];
    });
  }

  #match(call: ReferenceCall, agent: ReferenceAgent): string {
    call.isWaiting = false;
    this.ready = this.ready.filter((one) => one !== agent);
    return `${call.id}→${agent.id}`;
  }

  #note(left: Extract<AcdInput, { kind: 'call-left' }>, nowMs: number): void {
    const call = this.calls.find((one) => one.id === left.callId);
    const target = call && this.#queueOf(call)!.serviceTarget;
    if (!target) return;
    const isInTime = nowMs - call.sinceMs <= target.withinMs;
    const key = keyOf(this.#queueOf(call)!);
    if (left.isAnswered || !isInTime) this.#inTime.set(key, [...(this.#inTime.get(key) ?? []), isInTime]);
  }

  isShort(call: ReferenceCall, nowMs: number): boolean {
    const target = this.#queueOf(call)!.serviceTarget;
    if (!target) return false;
    const key = keyOf(this.#queueOf(call)!);
    const known = (this.#inTime.get(key) ?? []).slice(-recentCallsMax);
    const late = this.calls.filter(
      (one) =>
        one.isWaiting &&
        nowMs - one.sinceMs >= target.withinMs * urgentAfterShare &&
        keyOf(this.#queueOf(one)!) === key,
    );
    return known.filter(Boolean).length * 100 < (known.length + late.length) * target.percent;
  }

  /** The least width at which the agent serves the call's queue. */
  widthFor(agentId: AgentId, call: ReferenceCall): number {
    const agent = this.#settings.agents.find((one) => one.id === agentId);
    const queue = this.#queueOf(call);
    if (!agent || !queue) return Infinity;
    const width = [queue, ...queue.widenings].findIndex(
      (staff) =>
        staff.requires.every((need) => levelOf(agent, need.skillId) >= need.level) &&
        (staff.groupIds.length === 0 || staff.groupIds.some((id) => id === agent.groupId)),
    );
    return width < 0 || width > call.width ? Infinity : width;
  }

  overdueAtMs(call: ReferenceCall): number {
    return call.sinceMs + this.#queueOf(call)!.overtakenMaxMs;
  }

  #widen(call: ReferenceCall, nowMs: number): boolean {
    const before = call.width;
    const waiting = this.calls.filter((one) => one.isWaiting && one.asked.queueId === call.asked.queueId);
    this.#queueOf(call)!.widenings.forEach(({ afterMs, whenWaiting, whenBelowTarget }, index) => {
      const isReached =
        (afterMs !== null && nowMs - call.sinceMs >= afterMs) ||
        (whenWaiting !== null && waiting.length >= whenWaiting) ||
        (whenBelowTarget && this.isShort(call, nowMs));
      if (isReached) call.width = Math.max(call.width, index + 1);
    });
    return call.width > before;
  }

  #chooseAgent(call: ReferenceCall): ReferenceAgent | undefined {
    const queue = this.#queueOf(call)!;
    let left = this.ready.filter((agent) => this.widthFor(agent.id, call) < Infinity);
    left = least(left, (agent) => this.widthFor(agent.id, call));
    for (const strategy of [...queue.agentOrder, 'longest-idle'] as AgentStrategy[]) {
      left.sort((a, b) => a.order - b.order);
      if (strategy === 'random')
        return left.length > 1 ? left[randomInteger(this.#random, left.length)] : left[0];
      left = least(left, (agent) => this.#agentValue(strategy, agent, call));
    }
    return left[0];
  }

  #agentValue(strategy: AgentStrategy, agent: ReferenceAgent, call: ReferenceCall): number {
    const queue = this.#queueOf(call)!;
    const known = this.#settings.agents.find((one) => one.id === agent.id)!;
    const staff = [queue, ...queue.widenings][this.widthFor(agent.id, call)]!;
    switch (strategy) {
      case 'dedicated-agent':
        return call.asked.dedicatedAgentId === agent.id ? 0 : 1;
      case 'last-agent':
        return call.asked.lastAgentId === agent.id ? 0 : 1;
      case 'site':
        return call.asked.siteId && call.asked.siteId === agent.told.siteId ? 0 : 1;
      case 'skill-level':
        return -staff.requires.reduce((sum, need) => sum + levelOf(known, need.skillId), 0);
      case 'longest-idle':
        return agent.order;
      case 'even':
        return agent.told.today?.callsAnswered ?? 0;
      case 'least-phone-time':
        return agent.told.today?.phoneMs ?? 0;
      case 'fixed-order': {
        const place = queue.fixedOrder.indexOf(agent.id);
        return place < 0 ? Infinity : place;
      }
      case 'random':
        return 0;
    }
  }

  chooseCall(agent: ReferenceAgent, nowMs: number): ReferenceCall | undefined {
    const left = this.calls.filter((call) => call.isWaiting && this.widthFor(agent.id, call) < Infinity);
    return this.#inOrder(left, nowMs, agent)[0];
  }

  /** Those nobody overtakes any more first; then by the tenant's order, as one agent sees it where there is one. */
  #inOrder(calls: ReferenceCall[], nowMs: number, agent?: ReferenceAgent): ReferenceCall[] {
    const order: readonly CallStrategy[] = this.#settings.callOrder ?? plainCallOrder;
    const isOverdue = (call: ReferenceCall) => this.overdueAtMs(call) <= nowMs;
    return [...calls].sort((a, b) => {
      if (isOverdue(a) !== isOverdue(b)) return isOverdue(a) ? -1 : 1;
      if (isOverdue(a)) return this.overdueAtMs(a) - this.overdueAtMs(b) || a.order - b.order;
      for (const strategy of order) {
        const difference =
          this.#callValue(strategy, a, nowMs, agent) - this.#callValue(strategy, b, nowMs, agent);
        if (difference !== 0) return difference;
      }
      return a.order - b.order;
    });
  }

  #callValue(strategy: CallStrategy, call: ReferenceCall, nowMs: number, agent?: ReferenceAgent): number {
    switch (strategy) {
      case 'service-target':
        return this.isShort(call, nowMs) ? -this.#queueOf(call)!.serviceTarget!.percent : 0;
      case 'own-customer':
        return agent && [call.asked.dedicatedAgentId, call.asked.lastAgentId].includes(agent.id) ? 0 : 1;
      case 'queue-priority':
        return -this.#queueOf(call)!.priority;
      case 'customer-priority':
        return call.asked.customerLevel ?? 1_000;
      case 'closest-fit':
        return agent ? this.widthFor(agent.id, call) : 0;
      case 'first-come':
        return call.order;
    }
  }

  #queueOf(call: ReferenceCall) {
    return this.#settings.queues.find((queue) => queue.id === call.asked.queueId);
  }
}

function least<Item>(items: Item[], valueOf: (item: Item) => number): Item[] {
  const values = items.map(valueOf);
  const smallest = Math.min(...values);
  return items.filter((_, index) => values[index] === smallest);
}

function keyOf({ serviceTarget }: Pick<Queue, 'serviceTarget'>): string {
  return serviceTarget ? `${serviceTarget.percent}/${serviceTarget.withinMs}` : '';
}

function levelOf(agent: Agent, skillId: string): number {
  return agent.skills.find((skill) => skill.skillId === skillId)?.level ?? 0;
}
