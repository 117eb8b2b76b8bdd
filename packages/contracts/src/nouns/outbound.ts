import { z } from 'zod';
import { sentForms, type NumberFormat } from '@seatgrid/core/numbers/number-format.ts';
import { trunkSelections, type OutboundRule } from '@seatgrid/core/numbers/outbound-rule.ts';
import { idOf, schemaOf } from './ids.ts';
import { nameSchema } from './texts.ts';

export const outboundRuleSchema = schemaOf<OutboundRule>()(
  z.object({
    id: idOf<'outbound-rule'>(),
    name: nameSchema,
    agentIds: z.array(idOf<'agent'>()).max(5_000),
    trunkIds: z.array(idOf<'trunk'>()).min(1, 'at least one trunk').max(100),
    selection: z.enum(trunkSelections),
    prefix: z.string().regex(/^[0-9*#]{0,4}$/, 'up to 4 keys, such as 9; or nothing'),
    callerDidId: idOf<'did'>().nullable(),
  }),
);

const digits = (most: number) => z.string().regex(new RegExp(`^[0-9]{0,${most}}$`), `up to ${most} digits`);

export const numberFormatSchema = schemaOf<NumberFormat>()(
  z.object({
    countryCode: z.string().regex(/^[1-9][0-9]{0,2}$/, 'a country code, such as 86'),
    areaCode: digits(5),
    nationalPrefix: digits(3),
    unprefixed: z.array(digits(8).min(1)).max(50),
    internationalPrefix: digits(5),
    bare: z.enum(['national', 'international']),
    sent: z.enum(sentForms),
    strip: z.number().int().min(0).max(15),
    add: z.string().regex(/^\+?[0-9*#]{0,15}$/, 'up to 15 keys'),
  }),
);
