/**
 * B-06: the public numbers this node is reached by where another does not reach it by SIP. Each is reserved for one call, for a bounded
 * time, and rests afterwards: what a carrier brings late, or a second time, is not taken for another call.
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { DidIndex } from '../tenants/did-index.ts';

interface Reserved {
  readonly number: string;
  isTaken: boolean;
  restsUntilMs: number;
}

export class ReservedNumbers {
  readonly #clock: Pick<Clock, 'nowMs'>;
  #index = new DidIndex<Reserved>([]);
  /** The one first that was used longest ago. */
  #numbers: Reserved[] = [];

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock;
  }

  configure(numbers: readonly string[]): void {
    const wanted = new Set(numbers);
    const kept = this.#numbers.filter(({ number }) => wanted.delete(number));
    this.#numbers = [
      ...Array.from(wanted, (number) => ({ number, isTaken: false, restsUntilMs: 0 })),
      ...kept,
    ];
    this.#index = new DidIndex(this.#numbers);
  }

  get isAny(): boolean {
    return this.#numbers.length > 0;
  }

  /** However a carrier writes it. */
  find(dialled: string): string | undefined {
    return this.#index.find(dialled)?.number;
  }

  /** Undefined: each is in use, or rests. */
  take(): string | undefined {
    const nowMs = this.#clock.nowMs();
    const free = this.#numbers.find(({ isTaken, restsUntilMs }) => !isTaken && restsUntilMs <= nowMs);
    if (!free) return undefined;
    free.isTaken = true;
    this.#numbers = [...this.#numbers.filter((one) => one !== free), free];
    return free.number;
  }

  giveBack(number: string, restMs: number): void {
    const reserved = this.#numbers.find((one) => one.number === number);
    if (!reserved) return;
    reserved.isTaken = false;
    reserved.restsUntilMs = this.#clock.nowMs() + restMs;
  }
}
