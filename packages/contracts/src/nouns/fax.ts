import { z } from 'zod';
import { faxActs, faxEndings, type FaxBox } from '@seatgrid/core/faxes/fax-box.ts';
import { idOf, schemaOf } from './ids.ts';
import { instantSchema, nameSchema } from './texts.ts';

export const faxBoxSchema = schemaOf<FaxBox>()(
  z.object({
    id: idOf<'fax-box'>(),
    name: nameSchema,
    faxesMax: z.number().int().min(1).max(10_000),
    keptDays: z.number().int().min(1).max(3_650).nullable(),
    mailTo: z.array(z.email().max(254)).max(20),
    isFaxMailed: z.boolean(),
  }),
);

export const faxActSchema = z.enum(faxActs);
export const faxEndingSchema = z.enum(faxEndings);

/** A fax as the node that took it tells of it; what the centre knows of it besides is `faxSchema`. */
export const faxFactsSchema = z.object({
  fromNumber: z.string(),
  /** What the sending machine calls itself (TSI); it may say anything. */
  farIdentification: z.string().max(40),
  receivedAtMs: instantSchema,
  durationMs: z.number().int().nonnegative(),
  pages: z.number().int().min(1),
  ending: faxEndingSchema,
  /** Lines to the inch of its first page: 98 standard, 196 fine. */
  rowsPerInch: z.number().int().nonnegative(),
  octets: z.number().int().nonnegative(),
});

export const faxSchema = faxFactsSchema.extend({
  id: idOf<'fax'>(),
  faxBoxId: idOf<'fax-box'>(),
  faxBoxName: z.string(),
  callId: idOf<'call'>(),
  isRead: z.boolean(),
  /** Until it is thrown away for good it can be taken back. */
  deletedAtMs: instantSchema.nullable(),
  mail: z.enum(['none', 'waiting', 'sent', 'failed']),
});
export type Fax = z.infer<typeof faxSchema>;
