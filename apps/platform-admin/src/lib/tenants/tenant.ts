import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

/** A tenant with its limits and live use, as the API tells it. */
export type Tenant = ApiReply<'GET /api/platform/tenants'>['items'][number];

export const quotaFields = ['agentsSignedIn', 'concurrentCalls', 'flows'] as const;
