/**
 * Cuts a byte stream into messages by Content-Length (RFC 3261 §18.3), as TCP and TLS need. No I/O: octets in, whole
 * messages out. A stream that cannot be cut any more says so, and its connection is closed.
 */
import { sipMessageBytesMax } from '../../limits.ts';

export interface Framed {
  readonly messages: readonly Buffer[];
  /** RFC 5626 §3.5.1: double CRLFs seen, each answered with a single one. */
  readonly pings: number;
  /** Nothing after this can be trusted. */
  readonly isBroken: boolean;
}

export class StreamFramer {
  #pending: Buffer = Buffer.alloc(0);
  /** How much of `#pending` the next message takes; 0 while its head is still incomplete. */
  #wanted = 0;

  get isWithinMessage(): boolean {
    return this.#pending.length > 0;
  }

  push(chunk: Buffer): Framed {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const messages: Buffer[] = [];
    let pings = 0;
    for (;;) {
      if (this.#wanted === 0) {
        pings += this.#dropBlankLines();
        const headEnd = this.#pending.indexOf('\r\n\r\n', 0, 'latin1');
        if (headEnd < 0) return { messages, pings, isBroken: this.#pending.length > sipMessageBytesMax };
        const length = contentLength(this.#pending.toString('latin1', 0, headEnd));
        this.#wanted = headEnd + 4 + (length ?? 0);
        if (length === undefined || this.#wanted > sipMessageBytesMax)
          return { messages, pings, isBroken: true };
      }
      if (this.#pending.length < this.#wanted) return { messages, pings, isBroken: false };
      messages.push(this.#pending.subarray(0, this.#wanted));
      this.#pending = this.#pending.subarray(this.#wanted);
      this.#wanted = 0;
    }
  }

  #dropBlankLines(): number {
    let at = 0;
    while (this.#pending[at] === 13 && this.#pending[at + 1] === 10) at += 2;
    this.#pending = this.#pending.subarray(at);
    return at >> 2;
  }
}

const lengthPattern = /\r\n(?:content-length|l)[ \t]*:\s*([^\r\n]*)/gi;

/** RFC 3261 §20.14: over a stream it must be there, and once. Undefined where it does not say where the message ends. */
function contentLength(head: string): number | undefined {
  let found: number | undefined;
  for (const [, text] of head.matchAll(lengthPattern)) {
    if (found !== undefined || !/^\d{1,6}[ \t]*$/.test(text!)) return undefined;
    found = Number(text);
  }
  return found;
}
