/** D-18: speech as a tenant sets it, and what of its texts is spoken already. */
import { z } from 'zod';
import { currencies } from '@seatgrid/core/spoken/currency.ts';
import {
  speedPercentMax,
  speedPercentMin,
  voiceNameMax,
  type SpeechSettings,
} from '@seatgrid/core/spoken/speech-settings.ts';
import { tongues, tonguesOf } from '@seatgrid/core/spoken/tongue.ts';
import { locales, type Locale } from '@seatgrid/core/kernel/locale.ts';
import { idOf, schemaOf } from './ids.ts';
import { localeSchema } from './texts.ts';

const voiceName = z
  .string()
  .trim()
  .max(voiceNameMax)
  .regex(/^[^\p{Cc}]*$/u, 'one line of text');

export const speechVoiceSchema = z.object({
  tongue: z.enum(tongues),
  provider: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('espeak') }),
    z.object({ kind: z.literal('connector'), connectorId: idOf<'connector'>(), voice: voiceName }),
    z.object({ kind: z.literal('kokoro'), voice: voiceName }),
  ]),
  speedPercent: z.number().int().min(speedPercentMin).max(speedPercentMax),
});

const voiceOf = (locale: Locale) =>
  speechVoiceSchema
    .refine(({ tongue }) => tonguesOf(locale).includes(tongue), {
      path: ['tongue'],
      message: 'is not what texts of this language are spoken in',
    })
    .refine(({ tongue, provider }) => tongue !== 'cantonese' || provider.kind !== 'kokoro', {
      path: ['provider'],
      message: 'has no Cantonese voice',
    });

export const speechSettingsSchema = schemaOf<SpeechSettings>()(
  z.object({
    currency: z.enum(currencies),
    voices: z.object({ 'zh-Hans': voiceOf('zh-Hans'), 'zh-Hant': voiceOf('zh-Hant'), en: voiceOf('en') }),
  }),
);

/** A sentence as it would be spoken by settings that are perhaps not saved yet. */
export const speechTrialSchema = z.object({
  locale: localeSchema,
  text: z.string().trim().min(1).max(500),
  voice: speechVoiceSchema,
});

/** What the centre has spoken beforehand by chosen voices. */
export const speechStateSchema = z.object({
  settings: speechSettingsSchema,
  /** Whether natural voices are installed here. */
  hasKokoro: z.boolean(),
  kokoroVoices: z.array(z.string()),
  /** Fixed texts of what is published, by languages whose voice is not espeak-ng. */
  rendering: z.array(
    z.object({
      locale: z.enum(locales),
      wanted: z.number().int(),
      ready: z.number().int(),
      /** Some that could not be spoken, and why. */
      failed: z.array(z.object({ text: z.string(), why: z.string() })),
    }),
  ),
});

/** A fixed text that is spoken already; the node fetches the sound by its fingerprint. */
export const spokenFileSchema = z.object({
  locale: localeSchema,
  text: z.string(),
  /** Of an 8 kHz 16-bit mono WAV. Lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  octets: z.number().int().positive(),
});
export type SpokenFile = z.infer<typeof spokenFileSchema>;
