/**
 * Lines of the log, gathered until there are enough of them or some time has passed: until then a line costs its place in a list.
 * Given by `open-log.ts` to pino, which knows when they have to come out.
 */
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { logFlushMs, logOctetsAtOnce } from './limits.ts';

export interface LogOutlet {
  write(lines: string): unknown;
  flush(done?: (error?: Error | null) => void): void;
}

export class LogLines {
  readonly #outlet: LogOutlet;
  readonly #clock: Clock;
  #gathered: string[] = [];
  #length = 0;
  #cancel: Cancel | null = null;

  constructor(outlet: LogOutlet, clock: Clock) {
    this.#outlet = outlet;
    this.#clock = clock;
  }

  write(line: string): void {
    this.#gathered.push(line);
    this.#length += line.length;
    if (this.#length >= logOctetsAtOnce) this.bringOut();
    else this.#cancel ??= this.#clock.after(logFlushMs, () => this.bringOut());
  }

  bringOut(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#gathered.length === 0) return;
    const lines = this.#gathered.join('');
    this.#gathered = [];
    this.#length = 0;
    this.#outlet.write(lines);
  }

  flush(done?: (error?: Error | null) => void): void {
    this.bringOut();
    this.#outlet.flush(done);
  }
}
