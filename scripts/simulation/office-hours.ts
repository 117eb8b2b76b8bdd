/**
 * Hours of one tenant in virtual time: callers arrive by chance, walk the demo's menu, wait, are rung through, talk, are
 * wrapped up; by the very machines a node runs (flow, distribution, presence). No sound, no network; that comes with the site
 * simulator. One seed replays one day exactly.
 */
import { assert } from '@seatgrid/core/kernel/assert.ts';
import type { AgentId, CallId, Id, QueueId, SkillId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type { FlowEffect } from '@seatgrid/core/flows/flow-effect.ts';
import type { FlowInput } from '@seatgrid/core/flows/flow-input.ts';
import { FlowMachine } from '@seatgrid/core/flows/flow-machine.ts';
import { noExpressions } from '@seatgrid/core/flows/no-expressions.ts';
import { AcdMachine, type AcdEffect } from '@seatgrid/core/routing/acd-machine.ts';
import { plainRouting, type Queue } from '@seatgrid/core/routing/queue.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import { PresenceMachine, type PresenceInput } from '@seatgrid/core/workforce/presence-machine.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';

export interface OfficeSettings {
  readonly random: Random;
  readonly agents: number;
  readonly callsPerHour: number;
  readonly hours: number;
  /** Means of exponential times. */
  readonly talkMs: number;
  readonly wrapUpMs: number;
  /** How long a caller waits before giving up, on average; Infinity: for ever. */
  readonly patienceMs: number;
  /** How soon an agent answers, and the share of rings nobody answers (E-06). */
  readonly answerMs: number;
  readonly missedShare: number;
  readonly ringTimeoutMs: number;
  /** Walked before the queue; absent, callers go straight into it. */
  readonly flow?: CallFlow;
  /** What callers key in the flow's menu. */
  readonly keys?: string;
}

export interface OfficeResult {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly leftMenu: number;
  readonly missedRings: number;
  readonly meanWaitMs: number;
  readonly longestWaitMs: number;
  /** Answered within 20 s of entering the queue, of all who entered it. */
  readonly inTargetShare: number;
  /** What the distribution itself knows of it in the end: of its last calls. */
  readonly lately: { readonly calls: number; readonly inTime: number };
  readonly occupancy: number;
  readonly events: number;
}

export const queueId = 'queue' as QueueId;
const skillId = 'skill' as SkillId;
const targetMs = 20_000;
const targetPercent = 80;
const speechMs = 4_000;

type Stage = 'menu' | 'waiting' | 'ringing' | 'talking' | 'gone';
interface Call {
  readonly id: CallId;
  stage: Stage;
  queuedAtMs: number;
  agent: AgentId | undefined;
  flow: FlowMachine | undefined;
  cancelTimer: () => void;
  cancelSpeech: () => void;
}

export class OfficeHours {
  readonly #settings: OfficeSettings;
  readonly #clock = new VirtualClock();
  readonly #acd: AcdMachine;
  readonly #presence = new Map<AgentId, PresenceMachine>();
  readonly #calls = new Map<CallId, Call>();
  #arrived = 0;
  #events = 0;
  #answered = 0;
  #abandoned = 0;
  #leftMenu = 0;
  #missed = 0;
  #inTarget = 0;
  #busyMs = 0;
  readonly #waits: number[] = [];

  constructor(settings: OfficeSettings) {
    this.#settings = settings;
    this.#acd = new AcdMachine(settings.random);
  }

  run(): OfficeResult {
    const startMs = this.#clock.nowMs();
    const agents = Array.from({ length: this.#settings.agents }, (_, at) => agentAt(at));
    this.#acd.configure({ queues: [queueOf(this.#settings)], agents }, startMs);
    for (const { id } of agents) {
      const presence = new PresenceMachine(startMs);
      this.#presence.set(id, presence);
      this.#present(id, { kind: 'sign-in', device: 'phone' });
      this.#makeReady(id);
    }
    const endMs = startMs + this.#settings.hours * 3_600_000;
    this.#arriveUntil(endMs);
    this.#clock.advance(endMs - startMs);
    // The doors close; whoever is inside is served.
    for (let hour = 0; hour < 24 && this.#calls.size > 0; hour++) this.#clock.advance(3_600_000);
    assert(this.#calls.size === 0, 'every call comes to an end');
    assert(this.#answered + this.#abandoned + this.#leftMenu === this.#arrived, 'every call is counted once');
    const entered = this.#answered + this.#abandoned;
    return {
      offered: this.#arrived,
      answered: this.#answered,
      abandoned: this.#abandoned,
      leftMenu: this.#leftMenu,
      missedRings: this.#missed,
      meanWaitMs: this.#waits.reduce((sum, wait) => sum + wait, 0) / Math.max(1, this.#waits.length),
      longestWaitMs: this.#waits.reduce((longest, wait) => Math.max(longest, wait), 0),
      inTargetShare: entered === 0 ? 1 : this.#inTarget / entered,
      lately: this.#acd.service(queueId, this.#clock.nowMs())!,
      occupancy: this.#busyMs / (this.#settings.agents * (endMs - startMs)),
      events: this.#events,
    };
  }

  #arriveUntil(endMs: number): void {
    this.#clock.after(this.#exponential(3_600_000 / this.#settings.callsPerHour), () => {
      if (this.#clock.nowMs() >= endMs) return;
      this.#arrive();
      this.#arriveUntil(endMs);
    });
  }

  #arrive(): void {
    const call: Call = { id: `call-${++this.#arrived}` as CallId, stage: 'menu', queuedAtMs: 0, agent: undefined, flow: undefined, cancelTimer: () => undefined, cancelSpeech: () => undefined }; // prettier-ignore
    this.#calls.set(call.id, call);
    const { flow } = this.#settings;
    if (!flow) return this.#enqueue(call);
    call.flow = new FlowMachine({ flow, variables: new Map([['caller', '+12025550143'], ['called', '+18005550100'], ['language', 'en']]), expressions: noExpressions, flows: new Map(), chance: () => 0, timeZone: 'UTC', defaultLocale: 'en' }); // prettier-ignore
    this.#feed(call, { kind: 'start' });
  }

  #feed(call: Call, input: FlowInput): void {
    if (!call.flow || call.stage !== 'menu') return;
    for (const effect of call.flow.handle(input, this.#clock.nowMs())) this.#perform(call, effect);
  }

  #perform(call: Call, effect: FlowEffect): void {
    this.#events++;
    const { keys = '' } = this.#settings;
    if (effect.kind === 'speak') {
      call.cancelSpeech = this.#clock.after(speechMs, () => this.#feed(call, { kind: 'speech-ended' }));
      const key = keys[Math.floor(this.#chance() * keys.length)];
      if (effect.isInterruptible && key !== undefined)
        this.#clock.after(this.#chance() * speechMs, () => this.#feed(call, { kind: 'digit', digit: key }));
    } else if (effect.kind === 'stop-speech') call.cancelSpeech();
    else if (effect.kind === 'set-timer')
      call.cancelTimer = this.#clock.after(effect.delayMs, () => this.#feed(call, { kind: 'timer' })); // prettier-ignore
    else if (effect.kind === 'clear-timer') call.cancelTimer();
    else if (effect.kind === 'offer-callback')
      this.#feed(call, { kind: 'callback-offered', outcome: 'declined' });
    else if (effect.kind === 'enqueue') this.#enqueue(call);
    else if (effect.kind === 'hang-up') this.#leave(call, () => this.#leftMenu++);
    // What is told for the record alone.
    else assert(['step', 'collected'].includes(effect.kind), `this office has nothing for ${effect.kind}`);
  }

  #enqueue(call: Call): void {
    call.stage = 'waiting';
    call.queuedAtMs = this.#clock.nowMs();
    if (Number.isFinite(this.#settings.patienceMs))
      this.#clock.after(this.#exponential(this.#settings.patienceMs), () => this.#giveUp(call));
    this.#reserve(this.#acd.handle({ kind: 'call-queued', callId: call.id, queueId }, call.queuedAtMs));
  }

  #giveUp(call: Call): void {
    if (call.stage !== 'waiting' && call.stage !== 'ringing') return;
    const { agent } = call;
    this.#waits.push(this.#clock.nowMs() - call.queuedAtMs);
    this.#acd.handle({ kind: 'call-left', callId: call.id }, this.#clock.nowMs());
    this.#leave(call, () => this.#abandoned++);
    if (agent === undefined) return;
    this.#present(agent, { kind: 'release' });
    this.#reserve(this.#acd.handle({ kind: 'agent-ready', agentId: agent }, this.#clock.nowMs()));
  }

  #reserve(effects: readonly AcdEffect[]): void {
    for (const { callId, agentId } of effects) {
      const call = this.#calls.get(callId);
      assert(call?.stage === 'waiting', 'only a waiting call is offered');
      assert(
        this.#presence.get(agentId)?.state === 'ready',
        'only a ready agent is reserved, and by one call',
      );
      call.stage = 'ringing';
      call.agent = agentId;
      this.#present(agentId, { kind: 'reserve', callId });
      const isMissed = this.#chance() < this.#settings.missedShare;
      const rangForMs = isMissed ? this.#settings.ringTimeoutMs : this.#settings.answerMs;
      this.#clock.after(rangForMs, () => this.#rang(call, agentId, isMissed));
    }
  }

  #rang(call: Call, agentId: AgentId, isMissed: boolean): void {
    if (call.stage !== 'ringing' || call.agent !== agentId) return;
    const nowMs = this.#clock.nowMs();
    if (!isMissed) return this.#answer(call, agentId);
    this.#missed++;
    call.stage = 'waiting';
    call.agent = undefined;
    this.#present(agentId, { kind: 'ring-no-answer' });
    this.#clock.after(60_000, () => this.#makeReady(agentId));
    this.#reserve(this.#acd.handle({ kind: 'call-returned', callId: call.id }, nowMs));
  }

  #answer(call: Call, agentId: AgentId): void {
    const nowMs = this.#clock.nowMs();
    const waitedMs = nowMs - call.queuedAtMs;
    this.#waits.push(waitedMs);
    if (waitedMs <= targetMs) this.#inTarget++;
    this.#answered++;
    call.stage = 'talking';
    this.#acd.handle({ kind: 'call-left', callId: call.id, isAnswered: true }, nowMs);
    this.#present(agentId, { kind: 'talk', callId: call.id });
    const talkMs = this.#exponential(this.#settings.talkMs);
    const wrapUpMs = this.#settings.wrapUpMs === 0 ? 0 : this.#exponential(this.#settings.wrapUpMs);
    this.#busyMs += talkMs + wrapUpMs;
    this.#clock.after(talkMs, () => {
      this.#leave(call, () => undefined);
      this.#present(agentId, { kind: 'call-ended', wrapUpMs });
      if (wrapUpMs === 0) return this.#offerReady(agentId);
      this.#clock.after(wrapUpMs, () => {
        this.#present(agentId, { kind: 'wrap-ended' });
        this.#offerReady(agentId);
      });
    });
  }

  #leave(call: Call, count: () => void): void {
    call.stage = 'gone';
    call.cancelTimer();
    call.cancelSpeech();
    this.#calls.delete(call.id);
    count();
  }

  #makeReady(agentId: AgentId): void {
    this.#present(agentId, { kind: 'ready' });
    this.#offerReady(agentId);
  }

  #offerReady(agentId: AgentId): void {
    this.#reserve(this.#acd.handle({ kind: 'agent-ready', agentId }, this.#clock.nowMs()));
  }

  #present(agentId: AgentId, input: PresenceInput): void {
    this.#events++;
    const outcome = this.#presence.get(agentId)!.handle(input, this.#clock.nowMs());
    assert(outcome.ok, `${input.kind} fits the agent's state`);
  }

  #chance(): number {
    const [a, b, c, d] = this.#settings.random.bytes(4) as unknown as [number, number, number, number];
    return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) / 0x1_0000_0000;
  }

  #exponential(meanMs: number): number {
    return -meanMs * Math.log(1 - this.#chance());
  }
}

function agentAt(at: number): Agent {
  const extension = String(1_001 + at);
  return { id: `agent-${at}` as AgentId, userId: `user-${at}` as Agent['userId'], name: extension, staffId: extension, extension, locale: 'en', skills: [{ skillId, level: 5 }], kind: 'general',
    groupId: null, isAutoAnswer: false }; // prettier-ignore
}

function queueOf({ ringTimeoutMs, wrapUpMs }: OfficeSettings): Queue {
  const busy = { kind: 'hang-up' as const, say: [] };
  return { id: queueId as Id<'queue'>, name: 'service', requires: [{ skillId, level: 1 }], ...plainRouting, serviceTarget: { percent: targetPercent, withinMs: targetMs }, ringing: 'one-by-one',
    ringTimeoutMs, wrapUpMs, waitingMax: 10_000, waitMaxMs: 86_400_000, onFull: busy, onTimeout: busy, entry: [], music: [], announcePositionEveryMs: null, isRecorded: false }; // prettier-ignore
}
