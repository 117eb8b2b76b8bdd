/** Who may speak, as one list: espeak-ng, natural voices where they are installed, and each speech server. */
import type { ConnectorRead } from '@seatgrid/contracts/nouns/connector.ts';
import type { ConnectorId } from '@seatgrid/core/connectors/connector.ts';
import type { SpeechProvider, SpeechVoice } from '@seatgrid/core/spoken/speech-settings.ts';
import type { Word } from '#lib/words/catalogue.ts';

type Chosen = 'espeak' | 'kokoro' | ConnectorId;

export function chosenProvider(provider: SpeechProvider): Chosen {
  return provider.kind === 'connector' ? provider.connectorId : provider.kind;
}

export function withProvider(chosen: Chosen): SpeechProvider {
  if (chosen === 'espeak') return { kind: 'espeak' };
  if (chosen === 'kokoro') return { kind: 'kokoro', voice: '' };
  return { kind: 'connector', connectorId: chosen, voice: '' };
}

/** What is chosen stays in the list, whatever became of it. */
export function providerChoices(
  { provider, tongue }: SpeechVoice,
  { speakers, hasKokoro }: { speakers: readonly ConnectorRead[]; hasKokoro: boolean },
  say: (word: Word) => string,
): { readonly value: string; readonly label: string }[] {
  const servers = speakers.map(({ id, name }) => ({ value: id as string, label: name }));
  const chosen = chosenProvider(provider);
  const isKokoroOffered = provider.kind === 'kokoro' || (hasKokoro && tongue !== 'cantonese');
  const isGone = provider.kind === 'connector' && !servers.some(({ value }) => value === chosen);
  return [
    { value: 'espeak', label: 'espeak-ng' },
    ...(isKokoroOffered ? [{ value: 'kokoro', label: 'Kokoro' }] : []),
    ...servers,
    ...(isGone ? [{ value: chosen, label: say('common.gone') }] : []),
  ];
}

/** In one line, for where a text is written: who will speak it. */
export function voiceLine({ provider, tongue }: SpeechVoice, speakers: readonly Pick<ConnectorRead, 'id' | 'name'>[], say: (word: Word) => string): string {
  const tongueName = say(`voice.tongue.${tongue}`);
  if (provider.kind === 'espeak') return `espeak-ng · ${tongueName}`;
  const who = provider.kind === 'kokoro' ? 'Kokoro' : (speakers.find(({ id }) => id === provider.connectorId)?.name ?? say('common.gone'));
  return [who, provider.voice, tongueName].filter(Boolean).join(' · ');
} // prettier-ignore
