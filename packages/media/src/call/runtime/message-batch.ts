/**
 * Messages on their way to the other side of a media worker's channel. Those of one turn of the event loop travel together,
 * and what nobody waits for (the opening and closing of legs, counts) rides with the next message that somebody does wait
 * for: each journey wakes a process, which costs more than what is said in it. Order is kept.
 */
export class MessageBatch<Message extends { readonly kind: string }> {
  readonly #send: (batch: readonly Message[]) => void;
  /** How long each kind may wait, in milliseconds; a kind that is not named waits for nobody. */
  readonly #restMs: Readonly<Partial<Record<string, number>>>;
  #waiting: Message[] = [];
  #isLeaving = false;
  #timer: NodeJS.Timeout | undefined;
  #timerMs = Infinity;

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
      setImmediate(() => this.flush());
    } else if (restMs < this.#timerMs) {
      clearTimeout(this.#timer);
      this.#timerMs = restMs;
      this.#timer = setTimeout(() => this.flush(), restMs);
    }
  }

  flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#isLeaving = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerMs = Infinity;
    if (batch.length > 0) this.#send(batch);
  }
}
