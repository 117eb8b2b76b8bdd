/**
 * F-13: chance whose shares come out. Each step's draws begin anywhere and go on by the golden ratio, so that any run of them
 * lies evenly from 0 up to 1, as no run of independent draws does; which call draws what, nobody can foresee.
 */
import { randomInteger, type Random } from '../kernel/random.ts';
import type { StepKey } from './step-field.ts';

const goldenRatio = (Math.sqrt(5) - 1) / 2;
const places = 0x1_0000_0000;
/** Steps drawn for; where there are more, all begin anew. */
const stepsMax = 10_000;

export class FairChance {
  readonly #random: Random;
  readonly #drawn = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  draw(flowId: string, step: StepKey): number {
    const key = `${flowId}/${step}`;
    const before = this.#drawn.get(key) ?? randomInteger(this.#random, places) / places;
    if (this.#drawn.size >= stepsMax) this.#drawn.clear();
    const drawn = (before + goldenRatio) % 1;
    this.#drawn.set(key, drawn);
    return drawn;
  }
}
