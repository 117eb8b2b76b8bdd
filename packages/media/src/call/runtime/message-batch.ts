/**
 * Messages on their way to the other side of a media worker's channel. Those of one turn of the event loop travel together,
 * and what nobody waits for (the opening and closing of legs, counts) rides with the next message that somebody does wait
 * for: each journey wakes a process, which costs more than what is said in it. Order is kept.
 */
import { messageRestMs } from '../../limits.ts';

export class MessageBatch<Message> {
  readonly #send: (batch: readonly Message[]) => void;
  readonly #canWait: (message: Message) => boolean;
  #waiting: Message[] = [];
  #isLeaving = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (batch: readonly Message[]) => void, canWait: (message: Message) => boolean) {
    this.#send = send;
    this.#canWait = canWait;
  }

  add(message: Message): void {
    this.#waiting.push(message);
    if (this.#isLeaving) return;
    if (this.#canWait(message)) {
      this.#timer ??= setTimeout(() => this.flush(), messageRestMs);
      return;
    }
    this.#isLeaving = true;
    setImmediate(() => this.flush());
  }

  flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#isLeaving = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (batch.length > 0) this.#send(batch);
  }
}
