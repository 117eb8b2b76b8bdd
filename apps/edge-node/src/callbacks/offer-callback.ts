/**
 * Asks a caller whether to be called back instead of waiting: at the number that calls, or at one that is keyed and read back. Asked
 * twice; who says nothing goes on waiting. `1` is yes, `2` another number, anything else no.
 */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import { callbackNumberSchema } from '@seatgrid/contracts/nouns/callback.ts';
import type { CallStage } from '../calls/call-stage.ts';
import type { Call } from '../calls/call.ts';
import type { Said } from '../calls/speech.ts';
import { callbackAnswerMs, callbackAskedMax, callbackDigitsMax } from '../limits.ts';
import { callbackWords } from './callback-words.ts';

export type OfferOutcome = 'accepted' | 'declined' | 'none';

export function offerCallback(
  call: Call,
  asked: { readonly queue: Queue; readonly sinceMs: number },
  then: (outcome: OfferOutcome) => void,
): void {
  new OfferCallback(call, asked, then).start();
}

class OfferCallback implements CallStage {
  readonly state = 'in-flow';
  readonly #call: Call;
  readonly #queue: Queue;
  readonly #sinceMs: number;
  readonly #then: (outcome: OfferOutcome) => void;
  /** What is asked just now. */
  #part: 'offer' | 'key' | 'confirm' = 'offer';
  #number: string;
  #keyed = '';
  #askedTimes = 0;
  #cancelTimer: Cancel = () => {};

  constructor(
    call: Call,
    { queue, sinceMs }: { readonly queue: Queue; readonly sinceMs: number },
    then: (outcome: OfferOutcome) => void,
  ) {
    this.#call = call;
    this.#queue = queue;
    this.#sinceMs = sinceMs;
    this.#then = then;
    this.#number = call.facts.fromNumber;
  }

  start(): void {
    const call = this.#call;
    call.enter(this);
    call.answer();
    if (this.#isUsable(this.#number)) return this.#offer();
    const why = call.services.callbacks.refusal(call.tenant, this.#queue.id, this.#number);
    const mayKey = this.#queue.callback?.mayKeyNumber && why !== 'not-offered' && why !== 'too-many';
    // Never at once: a flow of nothing but offers must not spin.
    if (mayKey) this.#key();
    else this.#wait(0, () => this.#over('none'));
  }

  onDigit(digit: string): void {
    this.#cancelTimer();
    if (this.#part === 'key') return this.#keyedDigit(digit);
    if (digit === '1') return this.#accept();
    if (digit === '2' && (this.#part === 'confirm' || this.#queue.callback?.mayKeyNumber)) return this.#key();
    this.#over('declined');
  }

  onCallEnded(): void {
    this.#cancelTimer();
  }

  #offer(): void {
    this.#part = 'offer';
    const { language } = this.#call;
    const other = this.#queue.callback?.mayKeyNumber ? [callbackWords('offer-other', language)] : [];
    const offer = [callbackWords('offer', language, this.#number), callbackWords('offer-keys', language)];
    this.#ask([...offer, ...other], () => this.#offer());
  }

  #key(): void {
    this.#part = 'key';
    this.#keyed = '';
    this.#ask([callbackWords('key', this.#call.language)], () => this.#key());
  }

  #keyedDigit(digit: string): void {
    this.#call.sound.stopSpeech();
    if (digit >= '0' && digit <= '9') this.#keyed += digit;
    if (digit !== '#' && this.#keyed.length < callbackDigitsMax)
      return this.#wait(callbackAnswerMs, () => this.#keyedWhole());
    this.#keyedWhole();
  }

  #keyedWhole(): void {
    if (!this.#isUsable(this.#keyed)) {
      this.#part = 'key';
      this.#keyed = '';
      const { language } = this.#call;
      const said = [callbackWords('unusable', language), callbackWords('key', language)];
      return this.#ask(said, () => this.#key());
    }
    this.#number = this.#keyed;
    this.#confirm();
  }

  #confirm(): void {
    this.#part = 'confirm';
    const { language } = this.#call;
    const said = [callbackWords('confirm', language, this.#number), callbackWords('confirm-keys', language)];
    this.#ask(said, () => this.#confirm());
  }

  /** Says it, waits for a key, and asks again while there is patience left. */
  #ask(said: readonly Said[], again: () => void): void {
    if (++this.#askedTimes > callbackAskedMax) return this.#over('declined');
    // A key stops it here: the engine would also stop for one that is still held when its answer is spoken.
    this.#call.sound.speak(said, () => this.#wait(callbackAnswerMs, again));
  }

  #accept(): void {
    const call = this.#call;
    // What was refused meanwhile is not promised.
    if (!this.#isUsable(this.#number)) return this.#over('none');
    call.services.callbacks.ask(call, this.#queue.id, { number: this.#number, sinceMs: this.#sinceMs });
    call.sound.speak([callbackWords('accepted', call.language)], () => this.#over('accepted'));
  }

  #isUsable(number: string): boolean {
    const { services, tenant } = this.#call;
    return (
      callbackNumberSchema.safeParse(number).success &&
      services.callbacks.refusal(tenant, this.#queue.id, number) === undefined
    );
  }

  #wait(delayMs: number, then: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#call.after(delayMs, then);
  }

  #over(outcome: OfferOutcome): void {
    this.#cancelTimer();
    this.#call.sound.stopSpeech();
    this.#then(outcome);
  }
}
