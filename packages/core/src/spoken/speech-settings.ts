/**
 * D-18: by what a tenant's texts are spoken, language by language. espeak-ng speaks at every node and needs nobody. A `connector`
 * is a speech server of the tenant's; `kokoro` are natural voices an operator has installed at the centre.
 */
import type { ConnectorId } from '../connectors/connector.ts';
import { locales, type Locale } from '../kernel/locale.ts';
import type { Currency } from './currency.ts';
import { plainTongues, type Tongue } from './tongue.ts';

export type SpeechProvider =
  | { readonly kind: 'espeak' }
  | { readonly kind: 'connector'; readonly connectorId: ConnectorId; readonly voice: string }
  | { readonly kind: 'kokoro'; readonly voice: string };

export interface SpeechVoice {
  readonly tongue: Tongue;
  readonly provider: SpeechProvider;
  /** Of the provider's own pace. */
  readonly speedPercent: number;
}

export interface SpeechSettings {
  /** Of amounts that name none. */
  readonly currency: Currency;
  readonly voices: Readonly<Record<Locale, SpeechVoice>>;
}

export const speedPercentMin = 50;
export const speedPercentMax = 200;
export const voiceNameMax = 100;
export const plainSpeedPercent = 100;

export const plainSpeech: SpeechSettings = {
  currency: 'CNY',
  voices: Object.fromEntries(
    locales.map((locale) => [
      locale,
      { tongue: plainTongues[locale], provider: { kind: 'espeak' }, speedPercent: plainSpeedPercent },
    ]),
  ) as unknown as SpeechSettings['voices'],
};

/** How values are spoken by these voices. */
export function mannerOf({ currency, voices }: SpeechSettings) {
  const tongues = Object.fromEntries(locales.map((locale) => [locale, voices[locale].tongue]));
  return { currency, tongues: tongues as Record<Locale, Tongue> };
}
