import { z } from 'zod';
import { locales, type LocalText } from '@seatgrid/core/kernel/locale.ts';
import { toneCountries } from '@seatgrid/core/kernel/tone-country.ts';
import { schemaOf } from './ids.ts';

export const localeSchema = z.enum(locales);

const textSchema = z.string().max(2_000);
export const localTextSchema = schemaOf<LocalText>()(
  z.object({
    'zh-Hans': textSchema.exactOptional(),
    'zh-Hant': textSchema.exactOptional(),
    en: textSchema.exactOptional(),
  }),
);

/** A name a person gives a thing. */
export const nameSchema = z.string().trim().min(1).max(80);
/** E.164 with the plus, ITU-T E.164 §6: at most 15 digits. */
export const e164Schema = z
  .string()
  .regex(/^\+[1-9][0-9]{3,14}$/, 'a number in E.164, such as +8640080010001');
/** An extension or staff ID inside a tenant. */
export const extensionSchema = z.string().regex(/^[0-9]{2,8}$/, '2 to 8 digits');
export const slugSchema = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{1,30}$/,
    'lower-case letters, digits and hyphens, beginning with a letter, 2 to 31 characters',
  );
export const timeZoneSchema = z
  .string()
  .refine(
    (zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC',
    'an IANA time zone, such as Asia/Shanghai',
  );
/** Whose call progress tones are played and listened for. */
export const toneCountrySchema = z.enum(toneCountries);
/** Milliseconds since the Unix epoch. */
export const instantSchema = z.number().int().nonnegative();
export const durationSchema = z.number().int().nonnegative().max(86_400_000);
