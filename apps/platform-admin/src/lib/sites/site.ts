import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

/** A place where nodes stand, as the API tells it. */
export type Site = ApiReply<'GET /api/platform/sites'>['items'][number];
