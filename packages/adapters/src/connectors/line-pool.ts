/** Lines of one connector: opened when needed, lent to one question at a time, let go when they have been idle for long. */
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { connectorIdleMs, connectorWaitersMax } from '../limits.ts';
import { ConnectorError } from './connector-error.ts';
import type { ConnectorLine } from './connector-line.ts';

interface PoolOptions<Line> {
  readonly linesMax: number;
  readonly clock: Clock;
  open(signal: AbortSignal): Promise<Line>;
}

export class LinePool<Line extends ConnectorLine> {
  readonly #options: PoolOptions<Line>;
  readonly #idle: Line[] = [];
  readonly #waiters: (() => void)[] = [];
  #lent = 0;
  #cancelIdle: Cancel = () => {};
  #isClosed = false;

  constructor(options: PoolOptions<Line>) {
    this.#options = options;
  }

  /** Whoever borrows gives back, or discards, what it borrowed. */
  async borrow(signal: AbortSignal): Promise<Line> {
    if (this.#lent >= this.#options.linesMax) await this.#wait(signal);
    signal.throwIfAborted();
    this.#lent++;
    try {
      return this.#soundLine() ?? (await this.#options.open(signal));
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  giveBack(line: Line): void {
    if (line.isBroken || this.#isClosed) line.destroy();
    else this.#idle.push(line);
    this.#restIdle();
    this.#free();
  }

  discard(line: Line): void {
    line.destroy();
    this.#free();
  }

  close(): void {
    this.#isClosed = true;
    this.#closeIdle();
  }

  /** The one used last: the others may grow idle. */
  #soundLine(): Line | undefined {
    for (let line = this.#idle.pop(); line; line = this.#idle.pop()) {
      if (!line.isBroken) return line;
      line.destroy();
    }
    return undefined;
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiters.length >= connectorWaitersMax)
      throw new ConnectorError('busy', `${this.#options.linesMax} lines are taken and enough wait for one`);
    return new Promise((wake, fail) => {
      const leave = () => {
        const at = this.#waiters.indexOf(enter);
        if (at >= 0) this.#waiters.splice(at, 1);
        fail(new ConnectorError('busy', `no line became free among ${this.#options.linesMax}`));
      };
      const enter = () => (signal.removeEventListener('abort', leave), wake());
      this.#waiters.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #free(): void {
    this.#lent--;
    this.#waiters.shift()?.();
  }

  #restIdle(): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#options.clock.after(connectorIdleMs, () => this.#closeIdle());
  }

  #closeIdle(): void {
    this.#cancelIdle();
    for (const line of this.#idle.splice(0)) line.destroy();
  }
}
