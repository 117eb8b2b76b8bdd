import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

/** A sound of the tenant's library, as the API tells it. */
export type Prompt = ApiReply<'GET /api/prompts'>['items'][number];
