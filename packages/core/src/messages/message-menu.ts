/**
 * D-11: what whoever calls for messages hears and keys: the box and its PIN, the new messages and then the heard, one by one,
 * and the greeting. Told what happened, it says what to do; it plays, records and remembers nothing itself.
 *
 *     box ─▶ pin ─▶ menu ─1▶ introducing ▶ playing ▶ heard ─2▶ the next
 *                    └─9▶ greeting ─1▶ (hear it)  ─2▶ recording  ─3▶ (take it back)
 */
import { assert } from '../kernel/assert.ts';
import type { MailboxId, VoiceMessageId } from '../kernel/ids.ts';
import { asksMax, boxNumberDigitsMax, keyTimeoutMs, pinDigitsMax, pinTriesMax } from './limits.ts';
import type { MessageAct } from './mailbox.ts';

/** A message as far as it is told of by phone. */
export interface ToldMessage {
  readonly id: VoiceMessageId;
  readonly fromNumber: string;
  readonly leftAtMs: number;
  readonly isHeard: boolean;
}

export type MenuInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'digit'; readonly digit: string }
  | { readonly kind: 'speech-ended' }
  | { readonly kind: 'timer' }
  /** Newest last. */
  | { readonly kind: 'pin-right'; readonly mailboxId: MailboxId; readonly messages: readonly ToldMessage[] }
  | { readonly kind: 'pin-wrong'; readonly isShut: boolean }
  | { readonly kind: 'greeting-recorded'; readonly isKept: boolean };

/** A sentence of ours; the node has its words in every language. */
export type MenuWords =
  | { readonly word: 'box' | 'pin' | 'pin-wrong' | 'shut' | 'goodbye' }
  | { readonly word: 'counts'; readonly fresh: number; readonly heard: number }
  | { readonly word: 'menu'; readonly hasMessages: boolean }
  | { readonly word: 'message'; readonly place: number; readonly message: ToldMessage }
  | { readonly word: 'choices' | 'deleted' | 'restored' | 'no-more' }
  | {
      readonly word: 'greeting' | 'speak-greeting' | 'greeting-kept' | 'greeting-short' | 'greeting-removed';
    };

export type MenuPart =
  | { readonly kind: 'words'; readonly words: MenuWords }
  | { readonly kind: 'message'; readonly messageId: VoiceMessageId }
  | { readonly kind: 'own-greeting' }
  | { readonly kind: 'tone' };

export type MenuEffect =
  | { readonly kind: 'speak'; readonly parts: readonly MenuPart[] }
  | { readonly kind: 'set-timer'; readonly delayMs: number }
  | { readonly kind: 'clear-timer' }
  /** `box`: as keyed, or the box that is meant from the start. */
  | {
      readonly kind: 'check-pin';
      readonly box: { readonly number: string } | { readonly mailboxId: MailboxId };
      readonly pin: string;
    }
  | {
      readonly kind: 'act';
      readonly messageId: VoiceMessageId;
      readonly act: Exclude<MessageAct, 'purged'>;
    }
  | { readonly kind: 'record-greeting' }
  | { readonly kind: 'end-greeting' }
  | { readonly kind: 'remove-greeting' }
  | { readonly kind: 'hang-up' };

type Phase =
  | 'idle'
  | 'box'
  | 'pin'
  | 'checking'
  | 'menu'
  | 'introducing'
  | 'playing'
  | 'heard'
  | 'greeting'
  | 'before-greeting'
  | 'recording'
  | 'leaving'
  | 'ended';

export class MessageMenu {
  #box: { readonly number: string } | { readonly mailboxId: MailboxId } | null;
  #phase: Phase = 'idle';
  #keyed = '';
  #tries = 0;
  /** How often was asked in vain. */
  #asked = 0;
  #messages: ToldMessage[] = [];
  readonly #deleted = new Set<VoiceMessageId>();
  #at = 0;
  #effects: MenuEffect[] = [];

  /** Null: the box is asked for. */
  constructor(mailboxId: MailboxId | null) {
    this.#box = mailboxId === null ? null : { mailboxId };
  }

  get isEnded(): boolean {
    return this.#phase === 'ended';
  }

  handle(input: MenuInput): readonly MenuEffect[] {
    this.#effects = [];
    if (this.#phase !== 'ended') this.#decide(input);
    return this.#effects;
  }

  #decide(input: MenuInput): void {
    switch (input.kind) {
      case 'start':
        assert(this.#phase === 'idle', 'a menu starts once');
        return this.#box ? this.#askPin() : this.#askBox();
      case 'digit':
        this.#asked = 0;
        return this.#onDigit(input.digit);
      case 'speech-ended':
        return this.#onSpeechEnded();
      case 'timer':
        return this.#onTimer();
      case 'pin-right':
        if (this.#phase !== 'checking') return;
        // The new ones first, as they came; then those heard before, the latest first.
        this.#messages = [
          ...input.messages.filter((message) => !message.isHeard),
          ...input.messages.filter((message) => message.isHeard).reverse(),
        ];
        return this.#toMenu([{ word: 'counts', ...this.#counts() }]);
      case 'pin-wrong':
        if (this.#phase !== 'checking') return;
        if (input.isShut) return this.#leave({ word: 'shut' });
        if (++this.#tries >= pinTriesMax) return this.#leave({ word: 'pin-wrong' }, { word: 'goodbye' });
        return this.#askPin({ word: 'pin-wrong' });
      case 'greeting-recorded':
        if (this.#phase !== 'recording') return;
        return this.#toGreeting({ word: input.isKept ? 'greeting-kept' : 'greeting-short' });
    }
  }

  #onDigit(digit: string): void {
    switch (this.#phase) {
      case 'box':
        return this.#collect(digit, boxNumberDigitsMax, (number) => {
          this.#box = { number };
          this.#askPin();
        });
      case 'pin':
        return this.#collect(digit, pinDigitsMax, (pin) => {
          this.#phase = 'checking';
          this.#effects.push({ kind: 'clear-timer' }, { kind: 'check-pin', box: this.#box!, pin });
        });
      case 'menu':
        if (digit === '1' && this.#messages.length > 0) return this.#introduce(0);
        if (digit === '9') return this.#toGreeting();
        if (digit === '#') return this.#leave({ word: 'goodbye' });
        return this.#toMenu();
      case 'introducing':
      case 'playing':
      case 'heard':
        return this.#withMessage(digit);
      case 'greeting':
        return this.#withGreeting(digit);
      case 'recording':
        return void this.#effects.push({ kind: 'end-greeting' });
      default:
        return;
    }
  }

  /** `#` ends, `*` clears; so many digits end it too. */
  #collect(digit: string, digitsMax: number, whole: (value: string) => void): void {
    if (digit === '*') this.#keyed = '';
    else if (digit !== '#') this.#keyed += digit;
    if ((digit === '#' && this.#keyed !== '') || this.#keyed.length >= digitsMax) {
      const value = this.#keyed;
      this.#keyed = '';
      return whole(value);
    }
    this.#effects.push({ kind: 'set-timer', delayMs: keyTimeoutMs });
  }

  #withMessage(digit: string): void {
    const message = this.#messages[this.#at]!;
    const wasPlaying = this.#phase !== 'introducing';
    if (wasPlaying) this.#markHeard(message);
    switch (digit) {
      case '1':
        return this.#play();
      case '2':
        return this.#introduce(this.#at + 1);
      case '3': {
        const isBack = this.#deleted.delete(message.id);
        if (!isBack) this.#deleted.add(message.id);
        this.#effects.push({ kind: 'act', messageId: message.id, act: isBack ? 'restored' : 'deleted' });
        return this.#afterMessage({ word: isBack ? 'restored' : 'deleted' });
      }
      case '*':
        return this.#toMenu();
      case '#':
        return this.#leave({ word: 'goodbye' });
      default:
        return this.#afterMessage();
    }
  }

  #withGreeting(digit: string): void {
    switch (digit) {
      case '1':
        return this.#speak('greeting', { kind: 'own-greeting' }, words({ word: 'greeting' }));
      case '2':
        return this.#speak('before-greeting', words({ word: 'speak-greeting' }), { kind: 'tone' });
      case '3':
        this.#effects.push({ kind: 'remove-greeting' });
        return this.#toGreeting({ word: 'greeting-removed' });
      case '#':
        return this.#leave({ word: 'goodbye' });
      default:
        return this.#toMenu();
    }
  }

  #onSpeechEnded(): void {
    switch (this.#phase) {
      case 'introducing':
        return this.#play();
      case 'playing':
        this.#markHeard(this.#messages[this.#at]!);
        return this.#afterMessage();
      case 'before-greeting':
        this.#phase = 'recording';
        return void this.#effects.push({ kind: 'record-greeting' });
      case 'leaving':
        this.#phase = 'ended';
        return void this.#effects.push({ kind: 'hang-up' });
      case 'checking':
      case 'recording':
        return;
      default:
        return void this.#effects.push({ kind: 'set-timer', delayMs: keyTimeoutMs });
    }
  }

  #onTimer(): void {
    if (this.#phase === 'pin' && this.#keyed !== '') return this.#onDigit('#');
    if (this.#phase === 'box' && this.#keyed !== '') return this.#onDigit('#');
    if (++this.#asked >= asksMax) return this.#leave({ word: 'goodbye' });
    switch (this.#phase) {
      case 'box':
        return this.#askBox();
      case 'pin':
        return this.#askPin();
      case 'heard':
        return this.#afterMessage();
      case 'greeting':
        return this.#toGreeting();
      default:
        return this.#toMenu();
    }
  }

  #askBox(): void {
    this.#speak('box', words({ word: 'box' }));
  }

  #askPin(...first: MenuWords[]): void {
    this.#keyed = '';
    this.#speak('pin', ...first.map(words), words({ word: 'pin' }));
  }

  #toMenu(first: readonly MenuWords[] = []): void {
    this.#speak('menu', ...first.map(words), words({ word: 'menu', hasMessages: this.#messages.length > 0 }));
  }

  #introduce(at: number): void {
    const message = this.#messages[at];
    if (!message) return this.#toMenu([{ word: 'no-more' }]);
    this.#at = at;
    this.#speak('introducing', words({ word: 'message', place: at + 1, message }));
  }

  #play(): void {
    this.#speak('playing', { kind: 'message', messageId: this.#messages[this.#at]!.id });
  }

  #afterMessage(...first: MenuWords[]): void {
    this.#speak('heard', ...first.map(words), words({ word: 'choices' }));
  }

  #toGreeting(...first: MenuWords[]): void {
    this.#speak('greeting', ...first.map(words), words({ word: 'greeting' }));
  }

  #leave(...last: MenuWords[]): void {
    this.#speak('leaving', ...last.map(words));
  }

  #speak(phase: Phase, ...parts: MenuPart[]): void {
    this.#phase = phase;
    this.#effects.push({ kind: 'clear-timer' }, { kind: 'speak', parts });
  }

  #markHeard(message: ToldMessage): void {
    if (message.isHeard) return;
    this.#messages[this.#at] = { ...message, isHeard: true };
    this.#effects.push({ kind: 'act', messageId: message.id, act: 'heard' });
  }

  #counts(): { readonly fresh: number; readonly heard: number } {
    const heard = this.#messages.filter((message) => message.isHeard).length;
    return { fresh: this.#messages.length - heard, heard };
  }
}

function words(said: MenuWords): MenuPart {
  return { kind: 'words', words: said };
}
