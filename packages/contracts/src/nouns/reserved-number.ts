/** B-06: a public number of no tenant, by which other nodes bring calls to one that they do not reach by SIP. */
import { z } from 'zod';

/** Of one node: as many calls may be on their way to it at one time. */
export const reservedNumbersMax = 200;

/** Where other nodes do not reach this one by SIP; or always, because an operator wants so. */
export const publicNumbersUseSchema = z.enum(['unreached', 'always']);
export type PublicNumbersUse = z.infer<typeof publicNumbersUseSchema>;
