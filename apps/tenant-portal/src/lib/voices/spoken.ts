import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { SpeechVoice } from '@seatgrid/core/spoken/speech-settings.ts';
import { api } from '@seatgrid/ui/portal/api.ts';

/** A text as the telephone would have it: a WAV file. */
export function spoken(sentence: { text: string; locale: Locale; voice: SpeechVoice }): Promise<Blob> {
  return api.call('POST /api/speech/try', { body: sentence });
}
