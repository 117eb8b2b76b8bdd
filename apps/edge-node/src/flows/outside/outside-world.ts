/**
 * The world outside, asked by flows: each kind of request has one performer, given when the node is put together. Whatever a
 * performer does, the flow hears exactly once, in time; a performer that throws or dawdles costs that step and nothing else.
 */
import type { FlowEffect } from '@seatgrid/core/flows/flow-effect.ts';
import type { OutsideAnswer, OutsideRequest } from '@seatgrid/core/flows/outside-request.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { Call } from '../../calls/call.ts';

export interface Asked<Request extends OutsideRequest = OutsideRequest> {
  readonly call: Call;
  readonly request: Request;
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal;
}

/** Yields plain data as JSON has it, or throws an `OutsideFailure`. */
export type Performer = (asked: Asked) => unknown;

/** What a flow may branch by; `detail` is for people. */
export class OutsideFailure extends Error {
  override readonly name = 'OutsideFailure';
  readonly why: string;

  constructor(why: string, detail: string, cause?: unknown) {
    super(detail, { cause });
    this.why = why;
  }
}

type Ask = FlowEffect & { readonly kind: 'ask' };

export class OutsideWorld {
  readonly #performers: ReadonlyMap<string, Performer>;

  constructor(performers: ReadonlyMap<string, Performer>) {
    this.#performers = performers;
  }

  /** `onAnswer` is told within the call's own run, unless asking has been ceased. */
  ask(call: Call, { request, timeoutMs }: Ask, onAnswer: (answer: OutsideAnswer) => void): Cancel {
    const abort = new AbortController();
    let isOpen = true;
    const close = () => {
      isOpen = false;
      cancelTimer();
      abort.abort();
    };
    const tell = (answer: OutsideAnswer) => {
      if (!isOpen) return;
      close();
      call.run(() => onAnswer(answer));
    };
    const cancelTimer = call.after(timeoutMs, () => tell({ kind: 'too-late' }));
    const answered = this.#perform({ call, request, signal: abort.signal });
    void answered.then((value) => tell({ kind: 'answered', value })).catch((error) => tell(failureOf(error)));
    return close;
  }

  async #perform(asked: Asked): Promise<unknown> {
    const perform = this.#performers.get(asked.request.kind);
    if (!perform) throw new OutsideFailure('not-here', `this node cannot do "${asked.request.kind}"`);
    return perform(asked);
  }
}

function failureOf(error: unknown): OutsideAnswer {
  if (error instanceof OutsideFailure) return { kind: 'failed', why: error.why, detail: error.message };
  return { kind: 'failed', why: 'failed', detail: String(error) };
}
