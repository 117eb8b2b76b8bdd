/** What a waiting caller is told from time to time: the position, the expected wait, or both in one breath where both are due. */
import type { SpokenUtterance } from '@seatgrid/core/flows/flow-effect.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import { sayableMinutes } from '@seatgrid/core/routing/sayable-minutes.ts';
import { positionAnnouncement, waitAnnouncement } from '../calls/announcements.ts';
import type { Call } from '../calls/call.ts';
import { announcedTogetherMs } from '../limits.ts';
import type { AcdRunner } from './acd-runner.ts';

export class QueueAnnouncements {
  readonly #acd: AcdRunner;
  readonly #call: Call;
  #positionAtMs = Infinity;
  #waitAtMs = Infinity;
  #cancel: Cancel = () => {};

  constructor(acd: AcdRunner, call: Call) {
    this.#acd = acd;
    this.#call = call;
  }

  /** Said after the entry prompt, in the same breath. */
  atEntry(queue: Queue): readonly SpokenUtterance[] {
    return queue.announceWait ? this.#wait(queue) : [];
  }

  /** Everything is due as long from now as the queue says. */
  schedule(queue: Queue): void {
    const nowMs = this.#nowMs();
    this.#positionAtMs = nowMs + (queue.announcePositionEveryMs ?? Infinity);
    this.#waitAtMs = nowMs + (queue.announceWait?.everyMs ?? Infinity);
    this.#next(queue);
  }

  cancel(): void {
    this.#cancel();
  }

  #next(queue: Queue): void {
    this.#cancel();
    const atMs = Math.min(this.#positionAtMs, this.#waitAtMs);
    if (atMs === Infinity) return;
    this.#cancel = this.#call.after(Math.max(0, atMs - this.#nowMs()), () => this.#announce(queue, atMs));
  }

  #announce(queue: Queue, dueMs: number): void {
    const call = this.#call;
    const position = this.#acd.toldPosition({ callId: call.id, queue });
    const isDue = (atMs: number) => atMs <= dueMs + announcedTogetherMs;
    const said: SpokenUtterance[] = [];
    if (isDue(this.#positionAtMs)) {
      this.#positionAtMs = this.#nowMs() + queue.announcePositionEveryMs!;
      if (position > 0) said.push(positionAnnouncement(position, call.language));
    }
    if (isDue(this.#waitAtMs)) {
      this.#waitAtMs = this.#nowMs() + queue.announceWait!.everyMs!;
      if (position > 0) said.push(...this.#wait(queue));
    }
    if (said.length > 0) call.sound.speak(said, null);
    this.#next(queue);
  }

  #wait(queue: Queue): readonly SpokenUtterance[] {
    const call = this.#call;
    const expectedMs = this.#acd.expectedWaitMs(call, queue.id);
    if (expectedMs === null) return [];
    const saidMinutes = sayableMinutes(expectedMs);
    call.record({
      kind: 'wait.announced',
      callId: call.id,
      queueId: queue.id,
      expectedMs: Math.round(expectedMs),
      saidMinutes,
    });
    return [waitAnnouncement(saidMinutes, call.language)];
  }

  #nowMs(): number {
    return this.#call.services.clock.nowMs();
  }
}
