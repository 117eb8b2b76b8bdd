/**
 * Decides when the link is opened, greeted, kept alive, given up and tried again. It sends nothing itself: `uplink.ts` performs
 * the effects and feeds what comes of them.
 *
 *     resting --start/wake--> connecting --opened--> greeting --welcome--> up
 *        ^                        |                     |                  |
 *        +---- closed, silent, refused (with a growing, jittered rest) ----+
 */
import { linkBeatMs, linkSilentMs } from '@seatgrid/contracts/link/link-messages.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import { connectMaxMs, reconnectFirstMs, reconnectMaxMs } from './limits.ts';

export type LinkInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'opened' }
  /** Any frame of the centre, beats included. */
  | { readonly kind: 'heard' }
  | { readonly kind: 'welcome'; readonly acknowledged: number }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'closed'; readonly why: string }
  | { readonly kind: 'wake' }
  | { readonly kind: 'stop' };

export type LinkEffect =
  | { readonly kind: 'connect' }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'send-hello' }
  | { readonly kind: 'send-beat' }
  | { readonly kind: 'up'; readonly acknowledged: number }
  /** Told once each time the link is lost or a try fails. */
  | { readonly kind: 'down'; readonly why: string; readonly retryMs: number };

export type LinkState = 'stopped' | 'resting' | 'connecting' | 'greeting' | 'up';

export class LinkMachine {
  #state: LinkState = 'stopped';
  #wakeAtMs: number | null = null;
  #heardAtMs = 0;
  #beatAtMs = 0;
  #restMs = reconnectFirstMs;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** When `wake` is due; null: not before another input. */
  get wakeAtMs(): number | null {
    return this.#wakeAtMs;
  }

  handle(input: LinkInput, nowMs: number): LinkEffect[] {
    switch (input.kind) {
      case 'start':
        return this.#state === 'stopped' ? this.#connect(nowMs) : [];
      case 'opened':
        if (this.#state !== 'connecting') return [];
        this.#state = 'greeting';
        this.#heardAtMs = nowMs;
        this.#beatAtMs = nowMs + linkBeatMs;
        this.#planWake();
        return [{ kind: 'send-hello' }];
      case 'heard':
        this.#heardAtMs = nowMs;
        return [];
      case 'welcome':
        if (this.#state !== 'greeting') return [];
        this.#state = 'up';
        this.#restMs = reconnectFirstMs;
        return [{ kind: 'up', acknowledged: input.acknowledged }];
      case 'refused':
        if (this.#state === 'stopped' || this.#state === 'resting') return [];
        // Trying again at once would hear the same.
        this.#restMs = reconnectMaxMs;
        return [{ kind: 'disconnect' }, this.#rest(`refused by the centre: ${input.why}`, nowMs)];
      case 'closed':
        if (this.#state === 'stopped' || this.#state === 'resting') return [];
        return [this.#rest(input.why, nowMs)];
      case 'wake':
        return this.#wakeAtMs !== null && nowMs >= this.#wakeAtMs ? this.#wake(nowMs) : [];
      case 'stop': {
        const wasOpen = this.#state !== 'stopped' && this.#state !== 'resting';
        this.#state = 'stopped';
        this.#wakeAtMs = null;
        return wasOpen ? [{ kind: 'disconnect' }] : [];
      }
    }
  }

  #wake(nowMs: number): LinkEffect[] {
    switch (this.#state) {
      case 'stopped':
        return [];
      case 'resting':
        return this.#connect(nowMs);
      case 'connecting':
        return [{ kind: 'disconnect' }, this.#rest('no answer from the centre', nowMs)];
      case 'greeting':
      case 'up': {
        if (nowMs - this.#heardAtMs >= linkSilentMs)
          return [{ kind: 'disconnect' }, this.#rest(`nothing heard for ${linkSilentMs} ms`, nowMs)];
        const effects: LinkEffect[] = [];
        if (nowMs >= this.#beatAtMs) {
          // After a stall one beat is enough: they are signs of life, not a count.
          this.#beatAtMs = nowMs + linkBeatMs;
          if (this.#state === 'up') effects.push({ kind: 'send-beat' });
        }
        this.#planWake();
        return effects;
      }
    }
  }

  #connect(nowMs: number): LinkEffect[] {
    this.#state = 'connecting';
    this.#wakeAtMs = nowMs + connectMaxMs;
    return [{ kind: 'connect' }];
  }

  #rest(why: string, nowMs: number): LinkEffect {
    // From half to the whole: nodes that lost one centre together do not come back together.
    const retryMs = this.#restMs / 2 + randomInteger(this.#random, Math.floor(this.#restMs / 2) + 1);
    this.#restMs = Math.min(reconnectMaxMs, this.#restMs * 2);
    this.#state = 'resting';
    this.#wakeAtMs = nowMs + retryMs;
    return { kind: 'down', why, retryMs };
  }

  #planWake(): void {
    this.#wakeAtMs = Math.min(this.#beatAtMs, this.#heardAtMs + linkSilentMs);
  }
}
