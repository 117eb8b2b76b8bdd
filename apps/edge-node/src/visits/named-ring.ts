/** One agent of another node, or a desk phone there, rung by name: kept there first, then dialled. Without the centre nobody elsewhere is to be reached. */
import type { RingOutcome, RingRequest } from '../calls/agent-ring.ts';
import type { ReleaseCause } from '../calls/call-leg.ts';
import type { Elsewhere } from '../calls/reach-colleague.ts';
import { seekElsewhere } from '../calls/seek-elsewhere.ts';
import type { AgentKept } from './visit-terms.ts';
import { VisitRing } from './visit-ring.ts';

export interface NamedRingRequest extends Pick<RingRequest, 'call' | 'ringTimeoutMs' | 'consultedBy'> {
  readonly person: Elsewhere;
  readonly kept: AgentKept | null;
}

export class NamedRing {
  readonly #request: NamedRingRequest;
  readonly #tell: (outcome: RingOutcome) => void;
  #ring: VisitRing | null = null;
  #isOver = false;

  constructor(request: NamedRingRequest, tell: (outcome: RingOutcome) => void) {
    this.#request = request;
    this.#tell = tell;
  }

  start(): void {
    const { call, person, kept } = this.#request;
    if (kept) return this.#dial(kept);
    void seekElsewhere(call, person).then((found) => {
      if (found && (this.#isOver || call.isEnded)) return call.services.matches.drop(call, found);
      call.run(() => {
        if (this.#isOver) return;
        if (found) this.#dial(found);
        else this.#end({ kind: 'unavailable' });
      });
    });
  }

  withdraw(cause?: ReleaseCause): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ring?.withdraw(cause);
  }

  #dial(kept: AgentKept): void {
    const { call, ringTimeoutMs, consultedBy = null } = this.#request;
    this.#ring = new VisitRing(
      { call, queue: call.queue, ringTimeoutMs, named: { consultedBy }, ...kept },
      (outcome) => this.#end(outcome),
    );
    this.#ring.start();
  }

  #end(outcome: RingOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell(outcome);
  }
}
