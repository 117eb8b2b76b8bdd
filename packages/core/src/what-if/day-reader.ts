/**
 * Makes a recorded day out of what the journal says happened: told one happening after the other, each node's in the order of its
 * journal. An agent is on duty while ready, or with a call of a queue; while with any other call, in no queue's eyes.
 */
import type { AgentId, CallId, NodeId, QueueId } from '../kernel/ids.ts';
import type { PresenceState } from '../workforce/presence.ts';
import type { DayTally } from './day-tally.ts';
import type { Duty, LeftCause, Miss, RecordedCall, RecordedDay, Visit } from './recorded-day.ts';

/** Kinds of the journal that tell of a day; the rest of each event's facts is not looked at. */
export type DayFacts =
  | { readonly kind: 'call.started'; readonly callId: CallId; readonly fromNumber: string; readonly customerLevel?: number | undefined } // prettier-ignore
  | { readonly kind: 'queue.entered'; readonly callId: CallId; readonly queueId: QueueId }
  | {
      readonly kind: 'queue.left';
      readonly callId: CallId;
      readonly cause: string;
      readonly waitedMs: number;
    }
  | { readonly kind: 'reservation.made'; readonly callId: CallId; readonly agentId: AgentId; readonly queueId: QueueId | null } // prettier-ignore
  | { readonly kind: 'reservation.ended'; readonly callId: CallId; readonly agentId: AgentId; readonly outcome: string; readonly rangMs: number } // prettier-ignore
  | {
      readonly kind: 'agent.presence';
      readonly agentId: AgentId;
      readonly from: PresenceState;
      readonly to: PresenceState;
      readonly lastedMs: number;
      readonly pauseCause: string | null;
      readonly callId: CallId | null;
    };

export const dayKinds = [
  'call.started',
  'queue.entered',
  'queue.left',
  'reservation.made',
  'reservation.ended',
  'agent.presence',
] as const satisfies readonly DayFacts['kind'][];

export interface DayHappening {
  readonly nodeId: NodeId;
  readonly atMs: number;
  readonly facts: DayFacts;
}

type Writable<Noun> = { -readonly [Key in keyof Noun]: Noun[Key] };

interface CallRead extends Omit<RecordedCall, 'visits'> {
  readonly visits: (Writable<Visit> & { readonly misses: Miss[] })[];
}

interface AgentRead {
  /** As queues see the agent. */
  duty: Duty['kind'];
  isSignedIn: boolean;
  isOnCall: boolean;
  state: PresenceState | null;
  sinceMs: number;
  /** Rung for a queue last; how it ended. */
  rung: { readonly callId: CallId; outcome: string | null; rangMs: number } | null;
  /** After a ring in vain, while away. */
  miss: Writable<Miss> | null;
  /** Of the call in hand, or just ended. */
  service: Writable<NonNullable<Visit['service']>> | null;
}

const leftCauses: ReadonlySet<string> = new Set<LeftCause>(['agent', 'abandoned', 'timeout', 'full', 'nobody', 'all-busy', 'long-wait']); // prettier-ignore

export class DayReader {
  readonly #span: Pick<RecordedDay, 'fromMs' | 'untilMs'>;
  readonly #tally: DayTally;
  readonly #calls = new Map<CallId, CallRead>();
  readonly #agents = new Map<AgentId, AgentRead>();
  readonly #duties: Duty[] = [];

  /** `tally` is told the day's own figures. */
  constructor(span: Pick<RecordedDay, 'fromMs' | 'untilMs'>, tally: DayTally) {
    this.#span = span;
    this.#tally = tally;
  }

  take({ nodeId, atMs, facts }: DayHappening): void {
    switch (facts.kind) {
      case 'call.started':
        this.#calls.set(facts.callId, {
          callId: facts.callId,
          nodeId,
          caller: facts.fromNumber,
          customerLevel: facts.customerLevel ?? null,
          visits: [],
        });
        break;
      case 'queue.entered':
        this.#calls.get(facts.callId)?.visits.push({ queueId: facts.queueId, enteredAtMs: atMs, left: null, service: null, misses: [], rangInVainMs: 0, patienceMs: null }); // prettier-ignore
        break;
      case 'queue.left': {
        const visit = this.#calls.get(facts.callId)?.visits.at(-1);
        if (!visit) break;
        const cause = leftCauses.has(facts.cause) ? (facts.cause as LeftCause) : 'ended';
        visit.left = { cause, waitedMs: facts.waitedMs };
        break;
      }
      case 'reservation.made':
        this.#agent(facts.agentId).rung = facts.queueId && { callId: facts.callId, outcome: null, rangMs: 0 };
        break;
      case 'reservation.ended': {
        const { rung } = this.#agent(facts.agentId);
        if (rung?.callId !== facts.callId) break;
        rung.outcome = facts.outcome;
        rung.rangMs = facts.rangMs;
        const visit = this.#calls.get(facts.callId)?.visits.at(-1);
        if (visit && facts.outcome === 'withdrawn') visit.rangInVainMs = facts.rangMs;
        break;
      }
      case 'agent.presence':
        this.#presence(nodeId, atMs, facts);
        break;
    }
  }

  finish(): RecordedDay {
    const { fromMs, untilMs } = this.#span;
    const isOfTheDay = ({ visits }: CallRead) =>
      visits.length > 0 && visits[0]!.enteredAtMs >= fromMs && visits[0]!.enteredAtMs < untilMs;
    const calls = [...this.#calls.values()].filter(isOfTheDay);
    calls.sort((a, b) => a.visits[0]!.enteredAtMs - b.visits[0]!.enteredAtMs);
    for (const { visits } of calls)
      for (const { queueId, enteredAtMs, left } of visits)
        this.#tally.visit({ queueId, enteredAtMs, cause: left?.cause ?? 'ended', waitedMs: left?.waitedMs ?? 0 }); // prettier-ignore
    for (const agent of this.#agents.values()) this.#time(agent, untilMs);
    return { fromMs, untilMs, calls, duties: this.#duties.sort((a, b) => a.atMs - b.atMs) };
  }

  #presence(nodeId: NodeId, atMs: number, facts: Extract<DayFacts, { kind: 'agent.presence' }>): void {
    const { agentId, from, to, lastedMs } = facts;
    const agent = this.#agent(agentId);
    const off = (isSignedIn: boolean, isOnCall: boolean) => {
      const isSame = agent.isSignedIn === isSignedIn && agent.isOnCall === isOnCall;
      if (agent.duty === 'on' || !isSame) begin({ kind: 'off', agentId, nodeId, atMs, isSignedIn, isOnCall });
    };
    const begin = (duty: Duty) => {
      this.#duties.push(duty);
      agent.duty = duty.kind;
      agent.isSignedIn = duty.kind === 'on' || duty.isSignedIn;
      agent.isOnCall = duty.kind === 'off' && duty.isOnCall;
    };
    if (agent.state === null) {
      // The day began in this state.
      agent.state = from;
      agent.sinceMs = atMs - lastedMs;
      if (from === 'ready' || from === 'reserved')
        begin({ kind: 'on', agentId, nodeId, atMs: Math.min(this.#span.fromMs, atMs) });
    }
    this.#time(agent, atMs);
    if (from === 'talking' && agent.service) agent.service.talkMs = lastedMs;
    if (from === 'wrapping' && agent.service) agent.service.wrapMs = lastedMs;
    if (to !== 'wrapping' || from !== 'talking') agent.service = null;
    if (agent.miss && from === 'paused') {
      agent.miss.awayMs += lastedMs;
      if (to !== 'paused') agent.miss = null;
    }
    agent.state = to;
    agent.sinceMs = atMs;
    switch (to) {
      case 'ready':
        if (agent.duty !== 'on') begin({ kind: 'on', agentId, nodeId, atMs });
        break;
      case 'talking': {
        const { rung } = agent;
        const visit = facts.callId && this.#calls.get(facts.callId)?.visits.at(-1);
        if (visit && rung?.callId === facts.callId && rung.outcome === 'accepted') {
          agent.service = { agentId, rangMs: rung.rangMs, talkMs: null, wrapMs: 0 };
          visit.service = agent.service;
        } else off(true, true);
        break;
      }
      case 'wrapping':
        if (!agent.service) off(true, true);
        break;
      case 'paused':
      case 'offline': {
        const { rung } = agent;
        const isSignedIn = to === 'paused';
        const inVain = from === 'reserved' && (rung?.outcome === 'expired' || rung?.outcome === 'declined');
        if (agent.duty === 'on' && inVain && isSignedIn) {
          agent.miss = { declinesAfterMs: rung.outcome === 'declined' ? rung.rangMs : null, awayMs: 0 };
          this.#calls.get(rung.callId)?.visits.at(-1)?.misses.push(agent.miss);
          break;
        }
        // Going on being away is no other absence.
        if (agent.miss && isSignedIn) break;
        off(isSignedIn, false);
        break;
      }
      case 'reserved':
        break;
    }
  }

  /** The state it is in has lasted until now. */
  #time(agent: AgentRead, untilMs: number): void {
    const { state, sinceMs, service, duty } = agent;
    if (duty === 'off') return;
    if (state === 'ready') this.#tally.time('free', sinceMs, untilMs);
    else if (state === 'reserved' || ((state === 'talking' || state === 'wrapping') && service))
      this.#tally.time('busy', sinceMs, untilMs);
  }

  #agent(id: AgentId): AgentRead {
    let agent = this.#agents.get(id);
    if (!agent) this.#agents.set(id, (agent = { duty: 'off', isSignedIn: false, isOnCall: false, state: null, sinceMs: 0, rung: null, miss: null, service: null })); // prettier-ignore
    return agent;
  }
}
