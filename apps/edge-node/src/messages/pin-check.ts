/** Whether a keyed PIN opens a box: slow on purpose, off the main thread, and shut for a while after too many wrong ones. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Mailbox, PinDigest } from '@seatgrid/core/messages/mailbox.ts';
import { GuessLock } from '@seatgrid/media/sip/user-agent/guess-lock.ts';
import { pinGuessLimits } from '../limits.ts';

export type PinVerdict = 'right' | 'wrong' | 'shut';

export class PinCheck {
  readonly #clock: Clock;
  readonly #lock = new GuessLock(pinGuessLimits);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A box that does not exist takes as long to say no. Who is shut out may know the PIN by now: it is not looked at. */
  async check(key: string, box: Pick<Mailbox, 'pin'> | undefined, pin: string): Promise<PinVerdict> {
    if (this.#lock.isShut(key, this.#clock.nowMs())) return 'shut';
    const isRight = await fits(pin, box?.pin ?? nobodysPin);
    if (isRight && box?.pin) {
      this.#lock.forget(key);
      return 'right';
    }
    this.#lock.fail(key, this.#clock.nowMs());
    return this.#lock.isShut(key, this.#clock.nowMs()) ? 'shut' : 'wrong';
  }
}

const nobodysPin: PinDigest = {
  salt: Buffer.alloc(16).toString('base64'),
  hash: Buffer.alloc(32).toString('base64'),
};

function fits(pin: string, digest: PinDigest): Promise<boolean> {
  const expected = Buffer.from(digest.hash, 'base64');
  return new Promise((resolve, reject) =>
    scrypt(pin, Buffer.from(digest.salt, 'base64'), expected.length, (error, derived) =>
      error ? reject(error) : resolve(timingSafeEqual(derived, expected)),
    ),
  );
}
