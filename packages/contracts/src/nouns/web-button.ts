import { z } from 'zod';
import type { WebButton } from '@seatgrid/core/numbers/web-button.ts';
import { idOf, schemaOf } from './ids.ts';
import { nameSchema } from './texts.ts';

/** RFC 6454 §6.2, as a Content-Security-Policy names a source: scheme, host, port, and nothing after. */
export const originSchema = z
  .string()
  .max(255)
  .regex(/^https?:\/\/[a-z0-9.-]+(:[0-9]{1,5})?$/, 'a page’s origin, such as https://www.example.com');

export const webButtonSchema = schemaOf<WebButton>()(
  z.object({
    id: idOf<'web-button'>(),
    name: nameSchema,
    didId: idOf<'did'>(),
    origins: z.array(originSchema).min(1, 'at least one page').max(20),
    isOpen: z.boolean(),
    callsAtOnceMax: z.number().int().min(1).max(1_000),
    callsPerMinuteMax: z.number().int().min(1).max(1_000),
  }),
);
