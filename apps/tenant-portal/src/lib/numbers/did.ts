import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

/** A number of this tenant and the rule that takes its calls, as the API tells it. */
export type Did = ApiReply<'GET /api/dids'>['items'][number];
