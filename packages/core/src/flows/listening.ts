/** What menus and collections share: speech a key cuts short, and a timer that runs when it is silent. */
import type { Utterance } from './step-field.ts';
import type { Walk } from './walk.ts';

export interface Listener {
  readonly timeoutMs: number;
  /** `again` listens once more, for another round. */
  readonly onDigit: (digit: string, again: (utterances: readonly Utterance[]) => void) => void;
  readonly onSilence: (again: (utterances: readonly Utterance[]) => void) => void;
}

export function listen(walk: Walk, first: readonly Utterance[], listener: Listener): void {
  let isSpeaking = false;
  const round = (utterances: readonly Utterance[]) => {
    isSpeaking = walk.speak(utterances, true);
    if (!isSpeaking) walk.act({ kind: 'set-timer', delayMs: listener.timeoutMs });
  };
  walk.await((input) => {
    switch (input.kind) {
      case 'speech-ended':
        if (!isSpeaking) return;
        isSpeaking = false;
        return walk.act({ kind: 'set-timer', delayMs: listener.timeoutMs });
      case 'digit':
        if (isSpeaking) walk.act({ kind: 'stop-speech' });
        isSpeaking = false;
        return listener.onDigit(input.digit, round);
      case 'timer':
        return isSpeaking ? undefined : listener.onSilence(round);
    }
  });
  round(first);
}
