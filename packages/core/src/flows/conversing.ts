/** As `listening.ts`, with ears: speech that a key or a voice cuts short, then silence that runs out, or something that was said. */
import type { Utterance } from './step-field.ts';
import type { Walk } from './walk.ts';

export type Again = (utterances: readonly Utterance[]) => void;

export interface Converser {
  readonly timeoutMs: number;
  readonly quietMs: number;
  /** A voice is heard while the step speaks; keys always are. */
  readonly isInterruptible: boolean;
  /** `again` listens once more, for another round. */
  readonly onDigit: (digit: string, again: Again) => void;
  readonly onSilence: (again: Again) => void;
  /** Until `again` nothing more is listened for, but keys. */
  readonly onSpeech: (wav: Uint8Array, again: Again) => void;
}

export function converse(walk: Walk, first: readonly Utterance[], converser: Converser): void {
  let isSpeaking = false;
  let isHearing = false;
  const hear = (isOn: boolean) => {
    if (isHearing === isOn) return;
    isHearing = isOn;
    walk.act(isOn ? { kind: 'await-speech', quietMs: converser.quietMs } : { kind: 'stop-hearing' });
  };
  const wait = () => {
    isSpeaking = false;
    hear(true);
    walk.act({ kind: 'set-timer', delayMs: converser.timeoutMs });
  };
  const hush = () => {
    if (isSpeaking) walk.act({ kind: 'stop-speech' });
    isSpeaking = false;
    walk.act({ kind: 'clear-timer' });
  };
  const round = (utterances: readonly Utterance[]) => {
    isSpeaking = walk.speak(utterances, true);
    if (!isSpeaking) wait();
    else hear(converser.isInterruptible);
  };
  walk.whenLeft(() => hear(false));
  walk.await((input) => {
    switch (input.kind) {
      case 'speech-ended':
        return isSpeaking ? wait() : undefined;
      case 'speech-began':
        return isHearing ? hush() : undefined;
      case 'utterance':
        if (!isHearing) return;
        isHearing = false;
        return converser.onSpeech(input.wav, round);
      case 'digit':
        hush();
        hear(false);
        return converser.onDigit(input.digit, round);
      case 'timer':
        if (isSpeaking || !isHearing) return;
        hear(false);
        return converser.onSilence(round);
    }
  });
  round(first);
}
