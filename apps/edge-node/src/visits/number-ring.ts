/**
 * B-06, translation routing: a caller of ours is brought to another node by a number of the public network. That node is told of the call
 * by the link and names the number, good for this call alone; it is dialled over a trunk of ours, as any number outside.
 */
import type { VisitAnswer } from '@seatgrid/contracts/link/visit-link-messages.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { RingOutcome } from '../calls/agent-ring.ts';
import { OutsideDial } from '../calls/outside-dial.ts';
import { numberGraceMs } from '../limits.ts';
import type { WayOut } from '../trunks/ways-out.ts';
import { isAside } from './describe-visit.ts';
import { NumberLeg } from './number-leg.ts';
import { watchRing } from './ring-watch.ts';
import type { LineOf } from './visit-lines.ts';
import type { VisitRingRequest } from './visit-ring.ts';

const endOfDial = { busy: 'declined', 'no-answer': 'expired', failed: 'unavailable' } as const;

export class NumberRing {
  readonly #request: VisitRingRequest;
  readonly #line: LineOf;
  readonly #tell: (outcome: RingOutcome) => void;
  #dial: OutsideDial | null = null;
  #stopWatch: Cancel = () => {};
  #isOver = false;

  constructor(request: VisitRingRequest, tell: (outcome: RingOutcome) => void) {
    this.#request = request;
    const { nodeId, token } = request.place;
    this.#line = { nodeId, token };
    this.#tell = tell;
  }

  /** `text`: what the other node is to know of the call. */
  start(text: string): void {
    const { call } = this.#request;
    const way = call.services.waysOut.of(call.tenant, null);
    // Whoever is called knows the caller again by the number shown: there must be one, and a trunk.
    if (way.callerNumber === '' || !call.services.waysOut.hasFreeTrunk(way))
      return void call.after(0, () => this.#end({ kind: 'unavailable' }));
    const brought = { text, shownNumber: way.callerNumber };
    call.services.visitLines.bring(this.#line, brought, {
      onAnswer: (answer) => call.run(() => this.#named(way, answer)),
      onCallOff: () => call.run(() => this.#calledOff()),
    });
  }

  /** The caller is gone, or goes elsewhere. */
  withdraw(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopWatch();
    this.#dial?.cancel();
    this.#request.call.services.visitLines.callOff(this.#line, 'withdrawn');
  }

  #named(way: WayOut, { status, reservedNumber }: Pick<VisitAnswer, 'status' | 'reservedNumber'>): void {
    const { call, ringTimeoutMs } = this.#request;
    if (this.#isOver) return;
    if (call.isEnded) return this.withdraw();
    if (reservedNumber === undefined) {
      const facts = { callId: call.id, nodeId: this.#line.nodeId, status };
      call.services.log.warn(facts, 'no number of the public network was named for a call');
      return this.#end({ kind: 'unavailable' });
    }
    this.#dial = new OutsideDial(
      {
        call,
        number: reservedNumber,
        callerNumber: way.callerNumber,
        way,
        ringTimeoutMs: ringTimeoutMs + numberGraceMs,
        openLeg: (media, trunkWay, progress) =>
          new NumberLeg(
            media,
            trunkWay,
            { call, line: this.#line, isAside: isAside(this.#request) },
            progress,
          ),
      },
      {
        onRinging() {},
        onAnswered: (leg) => this.#end({ kind: 'accepted', leg }),
        onFailed: (outcome) => {
          call.services.visitLines.callOff(this.#line, 'not-carried');
          this.#end({ kind: endOfDial[outcome] });
        },
      },
    );
    this.#dial.start();
    this.#stopWatch = watchRing({
      after: (delayMs, wake) => call.after(delayMs, wake),
      pulse: (onAnswer) => call.services.visitLines.pulse(this.#line, onAnswer),
      onGone: () => call.run(() => this.#calledOff()),
    });
  }

  /** The carrier has brought it to nobody in time, or the other node is gone: what the carrier does with it now is of no use. */
  #calledOff(): void {
    if (this.#isOver) return;
    this.#dial?.cancel();
    this.#end({ kind: 'unavailable' });
  }

  #end(outcome: RingOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopWatch();
    this.#request.call.services.visitLines.brought(this.#line);
    this.#tell(outcome);
  }
}
