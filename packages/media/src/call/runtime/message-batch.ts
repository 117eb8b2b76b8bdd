/**
 * Messages on their way to the other side of a media worker's channel. Those of one turn of the event loop travel together,
 * and what nobody waits for (the opening and closing of legs, counts) rides with the next message that somebody does wait
 * for: each journey wakes a process, which costs more than what is said in it. Order is kept.
 */
import { atTurnEnd } from './loop-turns.ts';

export class MessageBatch<Message> {
  readonly #send: (batch: readonly Message[]) => void;
  readonly #restMsOf: (message: Message) => number | undefined;
  #waiting: Message[] = [];
  #isLeaving = false;
  /** One for each rest, and made once: to make one with each batch and to clear it costs more than to say what is in it. */
  readonly #timers = new Map<number, NodeJS.Timeout>();
  /** The rest that holds now, of those of all that wait the shortest. */
  #restMsNow = Infinity;

  /** `restMsOf`: how long a message may wait for company, in milliseconds; undefined for one that leaves at once. */
  constructor(send: (batch: readonly Message[]) => void, restMsOf: (message: Message) => number | undefined) {
    this.#send = send;
    this.#restMsOf = restMsOf;
  }

  add(message: Message): void {
    this.#waiting.push(message);
    if (this.#isLeaving) return;
    const restMs = this.#restMsOf(message);
    if (restMs === undefined) {
      this.#isLeaving = true;
      atTurnEnd(this.#leave);
    } else if (restMs < this.#restMsNow) this.#rest(restMs);
  }

  flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#isLeaving = false;
    this.#restMsNow = Infinity;
    if (batch.length > 0) this.#send(batch);
  }

  readonly #leave = (): void => this.flush();

  #rest(restMs: number): void {
    this.#restMsNow = restMs;
    const timer = this.#timers.get(restMs);
    if (timer !== undefined) timer.refresh();
    else
      this.#timers.set(
        restMs,
        setTimeout(() => this.#hasRested(restMs), restMs),
      );
  }

  #hasRested(restMs: number): void {
    // Of a batch that has left meanwhile, otherwise.
    if (restMs === this.#restMsNow && !this.#isLeaving) this.flush();
  }
}
