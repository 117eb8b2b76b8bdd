/**
 * Looks at the node's load when a call comes, and says whether it may. Asked before anything else is done with an INVITE, so
 * that a refusal costs next to nothing; a node without callers measures nothing.
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { NodeLog } from '../node-log.ts';
import { calmBelow, calmLookEveryMs, loadLookEveryMs } from './limits.ts';
import { LoadGate, type NodeLoad } from './load-gate.ts';

export interface CallAdmissionOptions {
  readonly clock: Clock;
  readonly log: NodeLog;
  readonly measure: (nowMs: number) => NodeLoad;
}

export class CallAdmission {
  readonly #options: CallAdmissionOptions;
  readonly #gate = new LoadGate();
  #lookAgainAtMs = Number.NEGATIVE_INFINITY;
  /** Since the start. */
  refused = 0;
  #refusedBefore = 0;

  constructor(options: CallAdmissionOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs >= this.#lookAgainAtMs) this.#look(nowMs);
    return this.#gate.isOpen;
  }

  #look(nowMs: number): void {
    const { measure, log } = this.#options;
    const load = measure(nowMs);
    const change = this.#gate.observe(load, nowMs);
    const isCalm = this.#gate.isOpen && load.main < calmBelow;
    this.#lookAgainAtMs = nowMs + (isCalm ? calmLookEveryMs : loadLookEveryMs);
    if (change?.isOpen === false)
      log.warn({ because: change.because, load }, 'no new calls: the node is at its limit');
    else if (change) {
      log.warn({ refused: this.refused - this.#refusedBefore }, 'new calls are taken again');
      this.#refusedBefore = this.refused;
    }
  }

  describe(): { readonly isOpen: boolean; readonly because: readonly string[]; readonly refused: number } {
    return { isOpen: this.#gate.isOpen, because: this.#gate.because, refused: this.refused };
  }
}
