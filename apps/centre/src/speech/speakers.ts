/** A text spoken now at the centre, by whichever voice, as a prompt is: 8 kHz, evenly loud. */
import { espeak, espeakVoice } from '@seatgrid/adapters/speech/espeak.ts';
import type { Kokoro } from '@seatgrid/adapters/speech/kokoro/kokoro.ts';
import { SpeechError } from '@seatgrid/adapters/speech/speech-error.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { SpeechVoice } from '@seatgrid/core/spoken/speech-settings.ts';
import { toTelephoneSpeech } from '@seatgrid/media/audio/telephone-speech.ts';
import type { CentreConnectors } from '../connectors/centre-connectors.ts';

export interface Speakers {
  readonly connectors: CentreConnectors;
  readonly kokoro: Kokoro;
  /** `espeak-ng`, or a path to it. */
  readonly synthesiser: string;
}

export interface Sentence {
  readonly tenantId: TenantId;
  readonly text: string;
  readonly voice: SpeechVoice;
}

/** Rejects with a `SpeechError`; nothing else speaks instead. */
export async function speakAtCentre(speakers: Speakers, sentence: Sentence, signal: AbortSignal): Promise<Uint8Array> {
  const speech = toTelephoneSpeech(await soundOf(speakers, sentence, signal));
  if (!speech.ok) throw new SpeechError('failed', `what was made is no sound: ${speech.failure.detail}`);
  return speech.value;
} // prettier-ignore

async function soundOf(
  { connectors, kokoro, synthesiser }: Speakers,
  { tenantId, text, voice: { provider, tongue, speedPercent } }: Sentence,
  signal: AbortSignal,
): Promise<Uint8Array> {
  switch (provider.kind) {
    case 'espeak':
      return espeak({ command: synthesiser, text, voice: espeakVoice(tongue, speedPercent), signal });
    case 'kokoro':
      return kokoro.speak({ text, tongue, voice: provider.voice, speedPercent }, signal);
    case 'connector': {
      const { connectorId, voice } = provider;
      const outcome = await connectors.speak(tenantId, connectorId, { kind: 'speak', text, voice, speedPercent }); // prettier-ignore
      if (!outcome.ok) throw new SpeechError('failed', `${outcome.failure.code}: ${outcome.failure.detail}`);
      if (!outcome.value.sound) throw new SpeechError('failed', 'the connector is no speech server');
      return outcome.value.sound;
    }
  }
}
