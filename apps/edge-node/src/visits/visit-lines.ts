/**
 * B-06: what this node says, and hears, of visits whose sound goes over the public network: by the link, from node to node. Who speaks of a
 * visit must be the node it is with, and know its token. Without the centre nothing is said, and people go on talking.
 */
import type {
  VisitAnswer,
  VisitHeard,
  VisitSaid,
  VisitToCentre,
  VisitToNode,
} from '@seatgrid/contracts/link/visit-link-messages.ts';
import type { VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import {
  lineCallMaxMs,
  linePulseEveryMs,
  lineWordMaxMs,
  unreachedKeptMs,
  visitPatienceMs,
} from '../limits.ts';
import type { VisitWay } from './visit-way.ts';

export interface VisitLinesOptions {
  readonly clock: Clock;
  readonly isCentreThere: () => boolean;
  readonly tell: (message: VisitToCentre) => void;
  /** Of a call that is to be brought by a number: the status, and the number. */
  readonly onCall: (heard: VisitHeard) => Pick<VisitAnswer, 'status' | 'reservedNumber'>;
  /** Nobody will dial what was reserved. */
  readonly onCallOff: (heard: VisitHeard) => void;
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

export class VisitLines {
  readonly #options: VisitLinesOptions;
  readonly #open = new Map<string, { readonly nodeId: NodeId } & LineEnd>();
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
    this.#open.set(line.token, { nodeId: line.nodeId, ...end });
    const say = (said: Said, withinMs: number, onAnswer?: (status: number) => void) =>
      this.#say(line, said, withinMs, (answer) => onAnswer?.(answer.status));
    return {
      pulseEveryMs: linePulseEveryMs,
      isBeside: true,
      say: (word: VisitWord, onAnswer) =>
        say(
          { about: 'word', text: JSON.stringify(word) },
          // Its line is closed after that.
          word.kind === 'ended' ? visitPatienceMs : lineWordMaxMs,
          onAnswer,
        ),
      pulse: (onAnswer) => say({ about: 'pulse', text: '' }, visitPatienceMs, onAnswer),
      close: () => void this.#open.delete(line.token),
    };
  }

  /** Wants a number to bring the call by, and tells what is known of it. `onCallOff`: nobody waits for it there any more. */
  bring(
    line: LineOf,
    call: Required<Pick<VisitSaid, 'text' | 'shownNumber'>>,
    hear: { readonly onAnswer: (answer: Answer) => void; readonly onCallOff: () => void },
  ): void {
    this.#bringing.set(line.token, { nodeId: line.nodeId, onCallOff: hear.onCallOff });
    this.#say(line, { about: 'call', ...call }, lineCallMaxMs, hear.onAnswer);
  }

  /** It has come, or will not. */
  brought({ token }: LineOf): void {
    this.#bringing.delete(token);
  }

  /** Either end: the call will not come by the number. */
  callOff(line: LineOf, about: CallOff): void {
    this.#bringing.delete(line.token);
    this.#say(line, { about, text: '' }, lineWordMaxMs, () => {});
  }

  #say({ nodeId, token }: LineOf, said: Said, withinMs: number, onAnswer: (answer: Answer) => void): void {
    const { clock, isCentreThere, tell } = this.#options;
    if (!isCentreThere()) return void clock.after(0, () => onAnswer({ status: 503 }));
    const number = this.#numbers++;
    const key = `${token} ${number}`;
    let cancel: Cancel = () => {};
    const settle = (answer: Answer) => {
      cancel();
      this.#asked.delete(key);
      onAnswer(answer);
    };
    this.#asked.set(key, settle);
    cancel = clock.after(withinMs, () => settle({ status: 408 }));
    tell({ kind: 'visit-said', nodeId, token, number, ...said });
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
        return { status: this.#isWith(heard) ? 200 : 481 };
      case 'word': {
        const open = this.#open.get(heard.token);
        if (!open || !this.#isWith(heard)) return { status: 481 };
        return { status: await open.hear(heard.text) };
      }
    }
  }

  #isWith({ token, nodeId }: VisitHeard): boolean {
    return this.#open.get(token)?.nodeId === nodeId;
  }
}
