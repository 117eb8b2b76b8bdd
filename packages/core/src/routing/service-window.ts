/** The last calls of a class of service, each answered in time or not: what it is judged by. */
import { recentCallsMax } from './limits.ts';

/** So many calls, and how many of them were answered in time. */
export interface ServiceFigures {
  readonly calls: number;
  readonly inTime: number;
}

export class ServiceWindow {
  /** Oldest first where it is not yet full, then round and round. */
  #inTime: boolean[] = [];
  #hits = 0;
  #next = 0;

  get figures(): ServiceFigures {
    return { calls: this.#inTime.length, inTime: this.#hits };
  }

  add(isInTime: boolean): void {
    this.#hits += Number(isInTime) - Number(this.#inTime[this.#next] ?? false);
    this.#inTime[this.#next] = isInTime;
    this.#next = (this.#next + 1) % recentCallsMax;
  }

  /** Of these nobody knows the order: those in time are spread evenly among the others. */
  addAll({ calls, inTime }: ServiceFigures): void {
    for (let one = 1; one <= calls; one++)
      this.add(Math.floor((one * inTime) / calls) > Math.floor(((one - 1) * inTime) / calls));
  }

  replace(figures: ServiceFigures): void {
    this.#inTime = [];
    this.#hits = 0;
    this.#next = 0;
    this.addAll(figures);
  }

  /** Of both as much as each has of all. */
  mix(other: ServiceFigures): void {
    const own = this.figures;
    const calls = own.calls + other.calls;
    const share = Math.min(1, recentCallsMax / calls);
    const kept = Math.round(calls * share);
    this.replace({ calls: kept, inTime: Math.round((own.inTime + other.inTime) * share) });
  }
}
