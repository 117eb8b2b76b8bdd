import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

/** A trunk outside calls of this tenant may leave on, as the API tells it. */
export type Trunk = ApiReply<'GET /api/trunks'>['items'][number];
