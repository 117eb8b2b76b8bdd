/**
 * Cuts a byte stream into messages by Content-Length (RFC 3261 §18.3), as TCP and TLS need. No I/O: octets in, whole
 * messages out. A stream that cannot be cut any more says so, and its connection is closed.
 */
import { sipMessageBytesMax } from '../../limits.ts';

export interface Framed {
  readonly messages: readonly Buffer[];
  /** RFC 5626 §3.5.1: double CRLFs seen, each answered with a single one. */
  readonly pings: number;
  /** What cannot be cut: to be answered where it says to whom. Nothing after it can be trusted. */
  readonly broken: Buffer | undefined;
}

const headEndMark = '\r\n\r\n';
const storeBytesMin = 2_048;

export class StreamFramer {
  /** Octets not yet handed out lie between `#from` and `#to`; those before `#searched` hold no end of a head. */
  #store: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  #searched = 0;
  #isOwnStore = false;
  /** How much the next message takes; 0 while its head is still incomplete. */
  #wanted = 0;

  get isWithinMessage(): boolean {
    return this.#to > this.#from;
  }

  push(chunk: Buffer): Framed {
    this.#append(chunk);
    const messages: Buffer[] = [];
    let pings = 0;
    for (;;) {
      if (this.#wanted === 0) {
        pings += this.#dropBlankLines();
        const headEnd = this.#findHeadEnd();
        if (headEnd < 0) {
          const isEndless = this.#to - this.#from > sipMessageBytesMax;
          return { messages, pings, broken: isEndless ? this.#rest(this.#to) : undefined };
        }
        const length = contentLength(this.#store.toString('latin1', this.#from, headEnd));
        const headBytes = headEnd + headEndMark.length - this.#from;
        if (length === undefined || headBytes + length > sipMessageBytesMax)
          return { messages, pings, broken: this.#rest(this.#from + headBytes) };
        this.#wanted = headBytes + length;
      }
      if (this.#to - this.#from < this.#wanted) return { messages, pings, broken: undefined };
      messages.push(this.#rest(this.#from + this.#wanted));
      this.#from += this.#wanted;
      this.#searched = this.#from;
      this.#wanted = 0;
    }
  }

  /** A stream that comes octet by octet is copied a few times, not once an octet. What was handed out is never written over. */
  #append(chunk: Buffer): void {
    const kept = this.#to - this.#from;
    if (kept === 0) {
      this.#store = chunk;
      this.#isOwnStore = false;
      [this.#from, this.#to, this.#searched] = [0, chunk.length, 0];
      return;
    }
    if (!this.#isOwnStore || this.#to + chunk.length > this.#store.length) {
      const store = Buffer.allocUnsafe(Math.max(2 * (kept + chunk.length), storeBytesMin));
      this.#store.copy(store, 0, this.#from, this.#to);
      this.#store = store;
      this.#isOwnStore = true;
      [this.#from, this.#to, this.#searched] = [0, kept, this.#searched - this.#from];
    }
    chunk.copy(this.#store, this.#to);
    this.#to += chunk.length;
  }

  #findHeadEnd(): number {
    const seen = this.#store.subarray(0, this.#to);
    const found = seen.indexOf(headEndMark, this.#searched, 'latin1');
    if (found < 0) this.#searched = Math.max(this.#from, this.#to - headEndMark.length + 1);
    return found;
  }

  #rest(end: number): Buffer {
    return this.#store.subarray(this.#from, end);
  }

  #dropBlankLines(): number {
    let at = this.#from;
    while (at + 1 < this.#to && this.#store[at] === 13 && this.#store[at + 1] === 10) at += 2;
    const dropped = at - this.#from;
    this.#from = at;
    this.#searched = Math.max(this.#searched, at);
    return dropped >> 2;
  }
}

const lengthPattern = /\r\n(?:content-length|l)[ \t]*:\s*([^\r\n]*)/gi;

/** RFC 3261 §20.14: over a stream it must be there, and once. Undefined where it does not say where the message ends. */
function contentLength(head: string): number | undefined {
  let found: number | undefined;
  for (const [, text] of head.matchAll(lengthPattern)) {
    if (found !== undefined || !/^0*\d{1,6}[ \t]*$/.test(text!)) return undefined;
    found = Number(text);
  }
  return found;
}
