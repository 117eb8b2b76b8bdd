/**
 * B-06: what one end says of a visit by the link, in order, one word once the one before has arrived. A word that did not arrive is said
 * again under the same number, so that the other end knows it again: when the centre is back, and every so often. A wish is said once,
 * since somebody waits for what comes of it. Of what is told whole after every change the newest is enough.
 */
import type { VisitWish, VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { lineAgainMs, lineWordMaxMs, lineWordsKeptMax, visitPatienceMs } from '../limits.ts';

export interface SpokenWordsOptions {
  readonly clock: Clock;
  readonly isCentreThere: () => boolean;
  readonly nextNumber: () => number;
  /** Answered once, unless it is taken back. */
  readonly say: (said: Saying, onAnswer: (status: number) => void) => Cancel;
}

interface Saying {
  readonly number: number;
  readonly text: string;
  readonly withinMs: number;
}

interface Spoken {
  readonly number: number;
  readonly word: VisitWord;
  readonly untilMs: number;
  readonly onAnswer: ((status: number) => void) | undefined;
}

export class SpokenWords {
  readonly #options: SpokenWordsOptions;
  /** The first may be on its way. */
  #waiting: Spoken[] = [];
  #isSaying = false;
  #takeBack: Cancel = () => {};
  #cancelAgain: Cancel = () => {};

  constructor(options: SpokenWordsOptions) {
    this.#options = options;
  }

  say(word: VisitWord, onAnswer?: (status: number) => void): void {
    const { clock, isCentreThere, nextNumber } = this.#options;
    const isThere = isCentreThere();
    if (!isThere && !isKept(word)) return void clock.after(0, () => onAnswer?.(503));
    const spoken = { number: nextNumber(), word, untilMs: clock.nowMs() + lineWordMaxMs, onAnswer };
    if (word.kind === 'ended') return this.#sayLast(spoken);
    this.#passOver(word.kind);
    this.#waiting.push(spoken);
    this.#next();
  }

  /** The centre is back: what was on its way when it went may be lost. */
  again(): void {
    const [first] = this.#waiting;
    this.#cancelAgain();
    if (this.#isSaying && first && isKept(first.word)) {
      this.#takeBack();
      this.#isSaying = false;
    }
    this.#next();
  }

  close(): void {
    this.#takeBack();
    this.#cancelAgain();
    for (const { onAnswer } of this.#waiting.splice(0)) onAnswer?.(481);
  }

  /** What is told whole is told as it is now. */
  #passOver(kind: VisitWord['kind']): void {
    const onItsWay = this.#waiting.slice(0, this.#isSaying ? 1 : 0);
    let rest = this.#waiting.slice(onItsWay.length);
    if (isWhole.has(kind)) rest = rest.filter(({ word }) => word.kind !== kind);
    this.#waiting = [...onItsWay, ...rest.slice(-lineWordsKeptMax)];
  }

  #next(): void {
    const { clock, isCentreThere } = this.#options;
    if (this.#isSaying) return;
    const nowMs = clock.nowMs();
    const late = this.#waiting.filter(({ word, untilMs }) => !isKept(word) && untilMs <= nowMs);
    this.#waiting = this.#waiting.filter((one) => !late.includes(one));
    for (const { onAnswer } of late) onAnswer?.(408);
    const [first] = this.#waiting;
    if (!first || !isCentreThere()) return;
    this.#isSaying = true;
    this.#takeBack = this.#options.say(saying(first), (status) => {
      this.#isSaying = false;
      if (isKept(first.word) && isUnheard(status)) {
        this.#cancelAgain = clock.after(lineAgainMs, () => this.#next());
        return;
      }
      this.#waiting.shift();
      first.onAnswer?.(status);
      this.#next();
    });
  }

  /** Its line is closed after that: what did not arrive yet goes before it, all at once. */
  #sayLast(last: Spoken): void {
    const { say } = this.#options;
    const rest = this.#waiting.splice(this.#isSaying ? 1 : 0);
    for (const one of rest) {
      if (isKept(one.word)) say(saying(one), () => {});
      else one.onAnswer?.(481);
    }
    say({ ...saying(last), withinMs: visitPatienceMs }, (status) => last.onAnswer?.(status));
  }
}

function saying({ number, word }: Spoken): Saying {
  return { number, text: JSON.stringify(word), withinMs: lineWordMaxMs };
}

/** Nothing reached the other node, or nothing came back. */
function isUnheard(status: number): boolean {
  return status === 408 || status === 480 || status === 503;
}

const isWhole: ReadonlySet<VisitWord['kind']> = new Set(['data', 'around', 'recording-paused']);

type Kept = Exclude<VisitWord['kind'], VisitWish['kind'] | 'ended'>;
const kept: Readonly<Record<Kept, true>> = {
  data: true,
  'served-by': true,
  'recording-paused': true,
  'handed-over': true,
  around: true,
};

function isKept({ kind }: VisitWord): boolean {
  return kind in kept;
}
