import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

/** One of the platform's staff, as the API tells it. */
export type Operator = ApiReply<'GET /api/platform/operators'>['items'][number];
