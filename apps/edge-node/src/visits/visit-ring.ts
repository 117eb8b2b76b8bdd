/**
 * One agent of another node being rung for a caller who waits here: to the queue a ring like any other. The host writes the
 * reservation, since the agent is its own; it ends once, in one of the four ways of an `AgentRing`.
 */
import type { AgentId, FlowId } from '@seatgrid/core/kernel/ids.ts';
import type { Decision } from '@seatgrid/core/routing/decision.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import { visitContentType, type VisitedCall } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { RingOutcome } from '../calls/agent-ring.ts';
import type { ReleaseCause } from '../calls/call-leg.ts';
import type { Call } from '../calls/call.ts';
import { visitBytesMax, visitGraceMs, visitUnheardMs } from '../limits.ts';
import { describeVisit, isAside } from './describe-visit.ts';
import { NumberRing } from './number-ring.ts';
import { VisitLeg } from './visit-leg.ts';
import type { FlowKept } from './visit-terms.ts';
import { wayToHost } from './way-to-host.ts';

export interface VisitRingRequest extends FlowKept {
  /** Null: nobody is rung, a flow runs there. */
  readonly agentId: AgentId | null;
  readonly flowId?: FlowId;
  readonly call: Call;
  /** The queue the call waits in, or came from. */
  readonly queue: Queue | null;
  readonly ringTimeoutMs: number;
  readonly decision?: Decision;
  /** Rung by name, not for the queue; for advice, where somebody asks for it. */
  readonly named?: VisitedCall['named'];
}

export class VisitRing {
  readonly request: VisitRingRequest;
  readonly startedAtMs: number;
  readonly #tell: (outcome: RingOutcome) => void;
  #leg: VisitLeg | null = null;
  #byNumber: NumberRing | null = null;
  #isOver = false;

  constructor(request: VisitRingRequest, tell: (outcome: RingOutcome) => void) {
    this.request = request;
    this.#tell = tell;
    this.startedAtMs = request.call.services.clock.nowMs();
  }

  start(): void {
    const { call, place, ringTimeoutMs } = this.request;
    const text = JSON.stringify(describeVisit(this.request));
    const isTooLarge = Buffer.byteLength(text) > visitBytesMax;
    if (isTooLarge)
      call.services.log.warn({ callId: call.id }, 'a call knows too much to be served elsewhere');
    const { publicNumbers, nodeId } = place;
    const { visitLines } = call.services;
    const isByNumber =
      publicNumbers === 'always' || (publicNumbers !== undefined && visitLines.isUnreached(nodeId));
    if (isByNumber && !isTooLarge) return this.#bringByNumber(text);
    const media = isTooLarge
      ? null
      : call.media.openRtpLeg({
          key: call.sound.nextLegKey('visit'),
          srtp: place.fingerprint === null ? 'accept' : 'require',
        });
    // Never at once: whoever started the ring is still busy with it.
    if (media?.kind !== 'rtp') return void call.after(0, () => this.#end({ kind: 'unavailable' }));
    const leg = new VisitLeg(
      media,
      { call, hostNodeId: place.nodeId, isAside: isAside(this.request) },
      {
        onRinging() {},
        onAnswered: () => call.run(() => this.#answered(leg)),
        onFailed: (_failed, status) => call.run(() => this.#failed(leg, status, text)),
      },
    );
    this.#leg = leg;
    leg.start(call, {
      ...wayToHost(place),
      from: { user: 'home', host: call.services.sipHost, displayName: '' },
      beside: { contentType: visitContentType, text },
      ringTimeoutMs: ringTimeoutMs + visitGraceMs,
      silenceTimeoutMs: visitUnheardMs,
    });
  }

  /** The caller is gone, or goes elsewhere. */
  withdraw(cause?: ReleaseCause): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#leg?.release(cause);
    this.#byNumber?.withdraw();
  }

  /** B-06: a node that says nothing by SIP may be reached by a number of the public network. */
  #failed(leg: VisitLeg, status: number, text: string): void {
    const { call, place } = this.request;
    const isUnreached = leg.failure?.by === 'timeout' || leg.failure?.by === 'transport';
    if (!isUnreached || this.#isOver) return this.#end({ kind: failureOf(leg, status) });
    const { log } = call.services;
    const facts = { callId: call.id, nodeId: place.nodeId };
    if (place.publicNumbers === undefined) {
      log.warn(facts, 'a node was not reached by SIP, and has no number of the public network');
      return this.#end({ kind: 'unavailable' });
    }
    log.info(facts, 'a node was not reached by SIP; its calls go by a number of the public network');
    call.services.visitLines.notReached(place.nodeId);
    this.#bringByNumber(text);
  }

  #bringByNumber(text: string): void {
    this.#byNumber = new NumberRing(this.request, (outcome) => this.#end(outcome));
    this.#byNumber.start(text);
  }

  #answered(leg: VisitLeg): void {
    if (this.#isOver) return leg.release();
    this.#end({ kind: 'accepted', leg });
  }

  #end(outcome: RingOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell(outcome);
  }
}

/** Q.850: 17 is busy, which is what an agent is who declines; 19, nobody answered. */
function failureOf({ failure }: VisitLeg, status: number): 'declined' | 'expired' | 'unavailable' {
  if (status === 486) return 'declined';
  return status === 480 && failure?.cause?.cause === 19 ? 'expired' : 'unavailable';
}
