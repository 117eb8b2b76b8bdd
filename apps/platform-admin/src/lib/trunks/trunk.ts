import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

/** A carrier's line into a node, as the API tells it. */
export type Trunk = ApiReply<'GET /api/platform/trunks'>['items'][number];
