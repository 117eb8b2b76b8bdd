import { browserClock } from '@seatgrid/ui';

const replyMaxMs = 10_000;

/** Commands on their way to a node: each is answered once, by the node, or as lost when the line breaks or nothing comes in time. */
export class AskedCommands<Answer> {
  readonly #lost: Answer;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #nextId = 1;

  constructor(lost: Answer) {
    this.#lost = lost;
  }

  /** `send` tells whether the line took it; it may wait for the line, and then is not asked any more once the answer is lost. */
  ask(send: (id: number) => boolean, line: Promise<void> | undefined = undefined): Promise<Answer> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const cancel = browserClock.after(replyMaxMs, () => this.settle(id, this.#lost));
      this.#waiting.set(id, (answer) => {
        cancel();
        resolve(answer);
      });
      const go = () => {
        if (this.#waiting.has(id) && !send(id)) this.settle(id, this.#lost);
      };
      if (line) void line.then(go);
      else go();
    });
  }

  settle(id: number, answer: Answer): void {
    const tell = this.#waiting.get(id);
    this.#waiting.delete(id);
    tell?.(answer);
  }

  loseAll(): void {
    for (const id of this.#waiting.keys()) this.settle(id, this.#lost);
  }
}
