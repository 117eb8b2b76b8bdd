import { z } from 'zod';
import type { Quotas, Tenant } from '@seatgrid/core/tenancy/tenant.ts';
import { idOf, schemaOf } from './ids.ts';
import { localeSchema, nameSchema, slugSchema, timeZoneSchema } from './texts.ts';

export const quotasSchema = schemaOf<Quotas>()(
  z.object({
    agentsSignedIn: z.number().int().min(0).max(100_000),
    concurrentCalls: z.number().int().min(0).max(100_000),
    flows: z.number().int().min(0).max(10_000),
  }),
);

export const tenantSchema = schemaOf<Tenant>()(
  z.object({
    id: idOf<'tenant'>(),
    slug: slugSchema,
    name: nameSchema,
    locale: localeSchema,
    timeZone: timeZoneSchema,
    state: z.enum(['active', 'suspended']),
    quotas: quotasSchema,
  }),
);
