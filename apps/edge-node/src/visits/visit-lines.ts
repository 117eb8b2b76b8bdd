/**
 * B-06: what this node says, and hears, of visits whose sound goes over the public network: by the link, from node to node. Who speaks of a
 * visit must be the node it is with, and know its token. While the centre is away people go on talking, and what is to be said waits.
 */
import type {
  VisitAnswer,
  VisitHeard,
  VisitSaid,
  VisitToCentre,
  VisitToNode,
} from '@seatgrid/contracts/link/visit-link-messages.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import {
  lineCallMaxMs,
  linePulseEveryMs,
  lineWordMaxMs,
  unreachedKeptMs,
  visitPatienceMs,
} from '../limits.ts';
import { SpokenWords } from './spoken-words.ts';
import type { VisitWay } from './visit-way.ts';

export interface VisitLinesOptions {
  readonly clock: Clock;
  readonly isCentreThere: () => boolean;
  readonly tell: (message: VisitToCentre) => void;
  /** Of a call that is to be brought by a number: the status, and the number. */
  readonly onCall: (heard: VisitHeard) => Pick<VisitAnswer, 'status' | 'reservedNumber'>;
  /** Nobody will dial what was reserved. */
  readonly onCallOff: (heard: VisitHeard) => void;
  /** Whether that node's call is still to come by a number. */
  readonly isAwaited: (heard: Pick<VisitHeard, 'nodeId' | 'token'>) => boolean;
}

/** The visit, as the other node knows it. */
export interface LineOf {
  readonly nodeId: NodeId;
  readonly token: string;
}

type Said = Pick<VisitSaid, 'about' | 'text' | 'shownNumber'>;
type Answer = Pick<VisitAnswer, 'status' | 'reservedNumber'>;
interface LineEnd {
  /** The status that answers a word. */
  readonly hear: (text: string) => number | Promise<number>;
  /** The other node has brought nothing: whoever came by the number was somebody else. */
  readonly onCallOff?: (about: CallOff) => void;
}

type CallOff = 'withdrawn' | 'not-carried';

interface OpenLine extends LineEnd {
  readonly nodeId: NodeId;
  readonly words: SpokenWords;
  /** The word heard last: said again it is not heard again. */
  heard: { readonly number: number; readonly status: number | Promise<number> };
}

export class VisitLines {
  readonly #options: VisitLinesOptions;
  readonly #open = new Map<string, OpenLine>();
  /** Calls of ours on their way to a number. */
  readonly #bringing = new Map<string, { readonly nodeId: NodeId; readonly onCallOff: () => void }>();
  readonly #asked = new Map<string, (answer: Answer) => void>();
  readonly #unreachedUntilMs = new Map<NodeId, number>();
  #numbers = 0;

  constructor(options: VisitLinesOptions) {
    this.#options = options;
  }

  /** Whether that node was lately not to be reached by SIP. */
  isUnreached(nodeId: NodeId): boolean {
    return this.#options.clock.nowMs() < (this.#unreachedUntilMs.get(nodeId) ?? 0);
  }

  notReached(nodeId: NodeId): void {
    this.#unreachedUntilMs.set(nodeId, this.#options.clock.nowMs() + unreachedKeptMs);
  }

  /** What the other node says of it is heard until the way is closed. */
  open(line: LineOf, end: LineEnd): VisitWay {
    const { clock, isCentreThere } = this.#options;
    const words = new SpokenWords({
      clock,
      isCentreThere,
      nextNumber: () => this.#numbers++,
      say: ({ number, text, withinMs }, onAnswer) =>
        this.#say(line, { about: 'word', text }, { withinMs, number }, ({ status }) => onAnswer(status)),
    });
    const heard = { number: -1, status: 200 };
    this.#open.set(line.token, { nodeId: line.nodeId, ...end, words, heard });
    return {
      pulseEveryMs: linePulseEveryMs,
      isBeside: true,
      say: (word, onAnswer) => words.say(word, onAnswer),
      pulse: (onAnswer) => this.pulse(line, onAnswer),
      close: () => {
        this.#open.delete(line.token);
        words.close();
      },
    };
  }

  /** The centre is back, or is another. */
  linkUp(): void {
    for (const { words } of this.#open.values()) words.again();
  }

  /** Wants a number to bring the call by, and tells what is known of it. `onCallOff`: nobody waits for it there any more. */
  bring(
    line: LineOf,
    call: Required<Pick<VisitSaid, 'text' | 'shownNumber'>>,
    hear: { readonly onAnswer: (answer: Answer) => void; readonly onCallOff: () => void },
  ): void {
    this.#bringing.set(line.token, { nodeId: line.nodeId, onCallOff: hear.onCallOff });
    this.#say(line, { about: 'call', ...call }, { withinMs: lineCallMaxMs }, hear.onAnswer);
  }

  /** Whether the other node knows of it: 481 where it does not, 480 where the centre does not hear that node. */
  pulse(line: LineOf, onAnswer: (status: number) => void): void {
    this.#say(line, { about: 'pulse', text: '' }, { withinMs: visitPatienceMs }, ({ status }) =>
      onAnswer(status),
    );
  }

  /** It has come, or will not. */
  brought({ token }: LineOf): void {
    this.#bringing.delete(token);
  }

  /** Either end: the call will not come by the number. */
  callOff(line: LineOf, about: CallOff): void {
    this.#bringing.delete(line.token);
    this.#say(line, { about, text: '' }, { withinMs: lineWordMaxMs }, () => {});
  }

  #say(
    { nodeId, token }: LineOf,
    said: Said,
    { withinMs, number = this.#numbers++ }: { readonly withinMs: number; readonly number?: number },
    onAnswer: (answer: Answer) => void,
  ): Cancel {
    const { clock, isCentreThere, tell } = this.#options;
    if (!isCentreThere()) return clock.after(0, () => onAnswer({ status: 503 }));
    const key = `${token} ${number}`;
    let cancel: Cancel = () => {};
    const forget = () => {
      cancel();
      this.#asked.delete(key);
    };
    const settle = (answer: Answer) => {
      forget();
      onAnswer(answer);
    };
    this.#asked.set(key, settle);
    cancel = clock.after(withinMs, () => settle({ status: 408 }));
    tell({ kind: 'visit-said', nodeId, token, number, ...said });
    return forget;
  }

  hear(message: VisitToNode): void {
    if (message.kind === 'visit-heard') return void this.#heard(message);
    this.#asked.get(`${message.token} ${message.number}`)?.(message);
  }

  async #heard(heard: VisitHeard): Promise<void> {
    const { nodeId, token, number } = heard;
    const answer = await this.#answerTo(heard);
    this.#options.tell({ kind: 'visit-answered', nodeId, token, number, ...answer });
  }

  async #answerTo(heard: VisitHeard): Promise<Answer> {
    switch (heard.about) {
      case 'call': {
        return this.#options.onCall(heard);
      }
      case 'withdrawn':
      case 'not-carried': {
        const bringing = this.#bringing.get(heard.token);
        if (bringing?.nodeId === heard.nodeId) bringing.onCallOff();
        else if (this.#isWith(heard)) this.#open.get(heard.token)?.onCallOff?.(heard.about);
        else this.#options.onCallOff(heard);
        return { status: 200 };
      }
      case 'pulse':
        return { status: this.#isWith(heard) || this.#options.isAwaited(heard) ? 200 : 481 };
      case 'word': {
        const open = this.#open.get(heard.token);
        if (!open || !this.#isWith(heard)) return { status: 481 };
        if (heard.number < open.heard.number) return { status: 200 };
        if (heard.number > open.heard.number)
          open.heard = { number: heard.number, status: open.hear(heard.text) };
        return { status: await open.heard.status };
      }
    }
  }

  #isWith({ token, nodeId }: VisitHeard): boolean {
    return this.#open.get(token)?.nodeId === nodeId;
  }
}
