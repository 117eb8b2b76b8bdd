import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

/** A login of this tenant, as the API tells it. */
export type User = ApiReply<'GET /api/users'>['items'][number];
