/** An agent of a replayed day: presence as in life, duty as recorded. */
import type { AgentId } from '../kernel/ids.ts';
import { PresenceMachine } from '../workforce/presence-machine.ts';
import { TodayFiguresCounter } from '../workforce/today-figures.ts';
import type { ReplayRing } from './replay-call.ts';
import type { ReplayNode } from './replay-node.ts';
import type { Duty } from './recorded-day.ts';

/** Away for as long as recorded, but not before what is in hand is over: a break is no shorter for having begun late. */
export interface Absence {
  readonly askedAtMs: number;
  beganAtMs: number | null;
  /** Known once it would be over. */
  lengthMs: number | null;
  comesOn(): void;
}

export class ReplayAgent {
  readonly id: AgentId;
  readonly presence: PresenceMachine;
  readonly figures: TodayFiguresCounter;
  /** Where the agent is: a call of another node rings there too. */
  readonly host: ReplayNode;
  duty: Duty['kind'] = 'off';
  isSignedIn = false;
  /** With a call of no queue. */
  isOnCall = false;
  absence: Absence | null = null;
  ring: ReplayRing | null = null;

  constructor(id: AgentId, nowMs: number, host: ReplayNode) {
    this.id = id;
    this.host = host;
    this.presence = new PresenceMachine(nowMs);
    this.figures = new TodayFiguresCounter(nowMs, () => 'not-ready');
  }
}
