import { endCodes, endParties } from '@seatgrid/core/calls/end-reason.ts';
import { expect, test } from 'vitest';
import { releaseOf } from './release-of.ts';

test('every end has a final status for a caller who was never answered, and a cause for one who was', () => {
  const table = endCodes.map((code) => {
    const { status, cause } = releaseOf({ party: endParties[0], code });
    return `${code}: ${status} Q.850/${cause}`;
  });
  expect(table).toEqual([
    'hung-up: 480 Q.850/16',
    'abandoned: 480 Q.850/16',
    'cancelled: 480 Q.850/16',
    'flow-ended: 480 Q.850/16',
    'transferred: 480 Q.850/16',
    'rejected: 486 Q.850/17',
    'no-answer: 480 Q.850/19',
    'unreachable: 480 Q.850/18',
    'refused-quota: 486 Q.850/17',
    'refused-suspended: 503 Q.850/21',
    'queue-full: 486 Q.850/34',
    'queue-timeout: 480 Q.850/19',
    'media-lost: 480 Q.850/27',
    'force-released: 480 Q.850/16',
    'node-restarted: 503 Q.850/41',
    'node-lost: 503 Q.850/41',
    'fault: 500 Q.850/41',
  ]);
});
