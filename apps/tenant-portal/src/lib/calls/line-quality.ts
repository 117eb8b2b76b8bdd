/** How the lines of a call sounded, and what an engineer would say of it. */
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import type { EndCode } from '@seatgrid/core/calls/end-reason.ts';
import type { Happening } from './call-phases.ts';

export type LineFacts = Extract<EventFacts, { kind: 'leg.media' }>;

/** `one-way`: we spoke and heard nothing. */
export type LineVerdict = 'good' | 'fair' | 'poor' | 'one-way';

export function linesOf(timeline: readonly Happening[]): LineFacts[] {
  return timeline.map(({ facts }) => facts).filter((facts) => facts.kind === 'leg.media');
}

/** Loss above which speech is hurt, and above which it is lost. */
const fairLoss = 0.01;
const poorLoss = 0.05;
const fairJitterMs = 30;
const poorJitterMs = 80;
const fairMos = 4;
const poorMos = 3.6;

export function judgeLine(line: LineFacts): LineVerdict {
  if (line.packetsIn === 0) return 'one-way';
  const loss = Math.max(lossIn(line), lossOut(line) ?? 0);
  const mos = line.mos ?? Infinity;
  if (loss > poorLoss || line.jitterMs > poorJitterMs || mos < poorMos) return 'poor';
  return loss > fairLoss || line.jitterMs > fairJitterMs || mos < fairMos ? 'fair' : 'good';
}

/** Share of the packets to us that did not come. */
export function lossIn({ packetsIn, lost }: LineFacts): number {
  return packetsIn + lost === 0 ? 0 : lost / (packetsIn + lost);
}

/** Share of ours that did not arrive, where the far end says so. */
export function lossOut({ packetsOut, farLost }: LineFacts): number | undefined {
  if (farLost === undefined) return undefined;
  return packetsOut === 0 ? 0 : farLost / packetsOut;
}

const ordinaryEnds: readonly EndCode[] = ['hung-up', 'abandoned', 'cancelled', 'flow-ended', 'transferred'];

/** Nobody's fault: somebody wanted it so. */
export function isOrdinaryEnd(code: EndCode): boolean {
  return ordinaryEnds.includes(code);
}
