import { espeak, espeakVoice } from '@seatgrid/adapters/speech/espeak.ts';
import type { SpeechVoice } from '@seatgrid/core/spoken/speech-settings.ts';
import type { Voice } from './synthesiser.ts';

/** espeak-ng as a voice of this machine, in the tongue and at the pace of the settings. */
export function ownVoice(
  command: string,
  { tongue, speedPercent }: Pick<SpeechVoice, 'tongue' | 'speedPercent'>,
): Voice {
  const voice = espeakVoice(tongue, speedPercent);
  return {
    id: `espeak ${voice.name} ${voice.wordsPerMinute}`,
    where: 'here',
    make: (text, signal) => espeak({ command, text, voice, signal }),
  };
}
