/** Which fixed texts of a tenant are to be spoken beforehand, and by whom: all whose language has another voice than espeak-ng. */
import { createHash } from 'node:crypto';
import type { TenantConfig } from '@seatgrid/contracts/link/node-config.ts';
import { textsOf, type SpokenText } from '@seatgrid/contracts/link/texts-of.ts';
import type { SpeechVoice } from '@seatgrid/core/spoken/speech-settings.ts';

export interface WantedText extends SpokenText {
  /** Another voice, pace or server is another key. */
  readonly key: string;
  readonly voice: SpeechVoice;
}

export function spokenWanted(config: TenantConfig): WantedText[] {
  const wanted = new Map<string, WantedText>();
  for (const { text, locale } of textsOf(config)) {
    const voice = config.speech.voices[locale];
    if (voice.provider.kind === 'espeak') continue;
    const key = keyOf(text, voice, config);
    if (!wanted.has(`${locale} ${key}`)) wanted.set(`${locale} ${key}`, { text, locale, voice, key });
  }
  return [...wanted.values()];
}

function keyOf(text: string, { provider, tongue, speedPercent }: SpeechVoice, config: TenantConfig): string {
  const server =
    provider.kind === 'connector'
      ? config.connectors.find(({ id }) => id === provider.connectorId)?.settings
      : provider.kind;
  const voice = provider.kind === 'espeak' ? '' : provider.voice;
  return createHash('sha256')
    .update(JSON.stringify([text, tongue, speedPercent, voice, server]))
    .digest('hex');
}
