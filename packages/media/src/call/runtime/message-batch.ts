/**
 * Messages on their way to the other side of a media worker's channel. Those of one turn of the event loop travel together,
 * and what nobody waits for (the opening and closing of legs, counts) rides with the next message that somebody does wait
 * for: each journey wakes a process, which costs more than what is said in it. Order is kept.
 */
import { atTurnEnd } from './loop-turns.ts';

export class MessageBatch<Message extends { readonly kind: string }> {
  readonly #send: (batch: readonly Message[]) => void;
  /** How long each kind may wait, in milliseconds; a kind that is not named waits for nobody. */
  readonly #restMs: Readonly<Partial<Record<string, number>>>;
  #waiting: Message[] = [];
  #isLeaving = false;
  /** One for each rest, and made once: to make one with each batch and to clear it costs more than to say what is in it. */
  readonly #timers = new Map<number, NodeJS.Timeout>();
  /** The rest that holds now, of those of all that wait the shortest. */
  #restMsNow = Infinity;

  constructor(
    send: (batch: readonly Message[]) => void,
    restMs: Readonly<Partial<Record<Message['kind'], number>>>,
  ) {
    this.#send = send;
    this.#restMs = restMs;
  }

  add(message: Message): void {
    this.#waiting.push(message);
    if (this.#isLeaving) return;
    const restMs = this.#restMs[message.kind];
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
