/** E-13: an agent's own figures since midnight, counted from presence changes and calls; states in progress count up to the asking. */
import type { CallDirection } from '../calls/disposition.ts';
import type { PresenceChange } from './presence-machine.ts';
import type { PauseCause, PauseReason, PauseReasonId, TodayFigures } from './presence.ts';

const zero: TodayFigures = {
  callsAnswered: 0,
  answeringMs: 0,
  notReadyCount: 0,
  notReadyMs: 0,
  breakCount: 0,
  breakMs: 0,
  outgoingCount: 0,
  outgoingMs: 0,
  wrapMs: 0,
};

type Counted = 'answering' | 'outgoing' | 'notReady' | 'break' | 'wrap' | null;

export class TodayFiguresCounter {
  #figures: { -readonly [Key in keyof TodayFigures]: TodayFigures[Key] } = { ...zero };
  /** Which total the present state feeds, and since when. */
  #running: Counted = null;
  #runningSinceMs = 0;
  #dayStartsMs: number;
  readonly #reasonKind: (id: PauseReasonId) => PauseReason['kind'];

  constructor(dayStartsMs: number, reasonKind: (id: PauseReasonId) => PauseReason['kind']) {
    this.#dayStartsMs = dayStartsMs;
    this.#reasonKind = reasonKind;
  }

  /** A new day begins: totals to zero, what runs goes on from midnight. */
  startDay(dayStartsMs: number): void {
    if (dayStartsMs <= this.#dayStartsMs) return;
    this.#dayStartsMs = dayStartsMs;
    this.#figures = { ...zero };
  }

  /** `direction` of the call in hand, where the change enters talking. Internal calls are no customer contacts (E-05). */
  onPresence(change: PresenceChange, direction: CallDirection | null, nowMs: number): void {
    this.#close(nowMs);
    this.#runningSinceMs = nowMs;
    switch (change.to) {
      case 'talking':
        this.#running = direction === 'inbound' ? 'answering' : direction === 'outbound' ? 'outgoing' : null;
        if (direction === 'inbound') this.#figures.callsAnswered++;
        if (direction === 'outbound') this.#figures.outgoingCount++;
        break;
      case 'wrapping':
        this.#running = 'wrap';
        break;
      case 'paused':
        this.#running = this.#kindOf(change.pause);
        if (change.pause?.kind !== 'signed-in') {
          if (this.#running === 'break') this.#figures.breakCount++;
          else this.#figures.notReadyCount++;
        }
        break;
      default:
        this.#running = null;
    }
  }

  read(nowMs: number): TodayFigures {
    this.#close(nowMs);
    return { ...this.#figures };
  }

  #close(nowMs: number): void {
    const lastedMs = Math.max(0, nowMs - Math.max(this.#runningSinceMs, this.#dayStartsMs));
    if (this.#running) this.#figures[`${this.#running}Ms`] += lastedMs;
    this.#runningSinceMs = nowMs;
  }

  #kindOf(pause: PauseCause | null): 'break' | 'notReady' {
    return pause?.kind === 'chosen' && pause.reasonId !== null && this.#reasonKind(pause.reasonId) === 'break'
      ? 'break'
      : 'notReady';
  }
}
