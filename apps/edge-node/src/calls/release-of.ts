/** The one table from why a call ended to what its lines are told: a SIP status before the answer, a cause of Q.850 after it. */
import type { EndCode, EndReason } from '@seatgrid/core/calls/end-reason.ts';
import { busyRelease, normalRelease, type ReleaseCause } from './call-leg.ts';

const releases: Readonly<Record<EndCode, ReleaseCause>> = {
  'hung-up': normalRelease,
  abandoned: normalRelease,
  cancelled: normalRelease,
  'flow-ended': normalRelease,
  transferred: normalRelease,
  rejected: busyRelease,
  // RFC 3398 §8.2.6.1: 480 for 18 and 19, 503 for 34, 41 and 42.
  'no-answer': { status: 480, cause: 19, text: 'No answer from user' },
  unreachable: { status: 480, cause: 18, text: 'No user responding' },
  'refused-quota': busyRelease,
  'refused-suspended': { status: 503, cause: 21, text: 'Call rejected' },
  'queue-full': { status: 486, cause: 34, text: 'No circuit available' },
  'queue-timeout': { status: 480, cause: 19, text: 'No answer from user' },
  // Q.850 §2.2.5: as usual; that it was a supervisor is nobody's business outside.
  'force-released': normalRelease,
  'media-lost': { status: 480, cause: 27, text: 'Destination out of order' },
  'node-restarted': { status: 503, cause: 41, text: 'Temporary failure' },
  'node-lost': { status: 503, cause: 41, text: 'Temporary failure' },
  fault: { status: 500, cause: 41, text: 'Temporary failure' },
};

export function releaseOf(reason: EndReason): ReleaseCause {
  return releases[reason.code];
}
