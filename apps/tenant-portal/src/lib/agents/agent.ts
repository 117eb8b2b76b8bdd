import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

/** An agent with the login and whether a desk phone is set up, as the API tells it. */
export type Agent = ApiReply<'GET /api/agents'>['items'][number];
