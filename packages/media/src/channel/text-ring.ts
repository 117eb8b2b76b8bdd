/**
 * Texts on their way from one process to another, through memory that both have mapped: one side writes, the other reads, and
 * neither asks the system for anything. A text is a word with the number of its octets (UTF-8) and then those; what is longer
 * than a part may be travels in several. Positions only ever grow, modulo 2^32; where they are in the ring is their remainder.
 */

/** Apart from each other by a line of the cache, so that neither side waits for the other's. */
const tailWord = 0;
const headWord = 16;
const awakeWord = 32;
const headOctets = 256;

/** In the word before a text: more of the same follows. */
const moreFlag = 1 << 30;
/** In place of such a word: what follows lies at the ring's beginning. */
const restIsEmpty = -1;
const wordOctets = 4;

/** Octets of memory that a ring of `octets`, a power of two, takes. */
export function textRingOctets(octets: number): number {
  return headOctets + octets;
}

class RingMemory {
  readonly words: Int32Array;
  readonly bytes: Buffer;
  /** First word of the ring itself. */
  readonly first = headOctets / wordOctets;
  readonly octets: number;

  constructor(memory: ArrayBuffer, at: number, octets: number) {
    this.words = new Int32Array(memory, at, textRingOctets(octets) / wordOctets);
    this.bytes = Buffer.from(memory, at + headOctets, octets);
    this.octets = octets;
  }
}

export class TextRingWriter {
  readonly #ring: RingMemory;
  readonly #partOctetsMax: number;
  /** Parts that found no room, in order. */
  readonly #waiting: { readonly octets: Buffer; readonly isLast: boolean }[] = [];
  #tail: number;

  constructor(memory: ArrayBuffer, at: number, octets: number) {
    this.#ring = new RingMemory(memory, at, octets);
    // Two of them fit whatever the ring's end cuts off.
    this.#partOctetsMax = octets / 4;
    this.#tail = this.#ring.words[tailWord]!;
  }

  /** False while some of it waits for room: `push` is to be called when there may be some. */
  write(text: string): boolean {
    const octets = Buffer.byteLength(text);
    if (this.#waiting.length === 0 && octets <= this.#partOctetsMax) {
      const at = this.#place(octets);
      if (at !== undefined) {
        this.#ring.bytes.write(text, at, octets, 'utf8');
        this.#publish(octets, true);
        return true;
      }
    }
    const whole = Buffer.from(text);
    let from = 0;
    do {
      const part = whole.subarray(from, from + this.#partOctetsMax);
      from += part.length;
      this.#waiting.push({ octets: part, isLast: from === octets });
    } while (from < octets);
    return this.push();
  }

  /** False while something still waits. */
  push(): boolean {
    for (let part = this.#waiting[0]; part !== undefined; part = this.#waiting[0]) {
      const at = this.#place(part.octets.length);
      if (at === undefined) return false;
      this.#ring.bytes.set(part.octets, at);
      this.#publish(part.octets.length, part.isLast);
      this.#waiting.shift();
    }
    return true;
  }

  /** Whether the reader has to be woken; true once for each time it fell asleep. */
  takesWaking(): boolean {
    const { words } = this.#ring;
    return Atomics.load(words, awakeWord) === 0 && Atomics.exchange(words, awakeWord, 1) === 0;
  }

  /** Where in the ring's octets so many may be written next; undefined without room. */
  #place(octets: number): number | undefined {
    const { words, first, octets: size } = this.#ring;
    const needed = frameOctets(octets);
    const used = (this.#tail - Atomics.load(words, headWord)) | 0;
    let at = this.#tail & (size - 1);
    const skipped = at + needed > size ? size - at : 0;
    if (used + skipped + needed > size) return undefined;
    if (skipped > 0) {
      words[first + at / wordOctets] = restIsEmpty;
      this.#tail = (this.#tail + skipped) | 0;
      at = 0;
    }
    return at + wordOctets;
  }

  #publish(octets: number, isLast: boolean): void {
    const { words, first, octets: size } = this.#ring;
    words[first + (this.#tail & (size - 1)) / wordOctets] = isLast ? octets : octets | moreFlag;
    this.#tail = (this.#tail + frameOctets(octets)) | 0;
    Atomics.store(words, tailWord, this.#tail);
  }
}

export class TextRingReader {
  readonly #ring: RingMemory;
  /** What came so far of a text in several parts. */
  #begun: Buffer[] = [];
  #head: number;

  constructor(memory: ArrayBuffer, at: number, octets: number) {
    this.#ring = new RingMemory(memory, at, octets);
    this.#head = this.#ring.words[headWord]!;
  }

  /** The next text, undefined where no whole one has come. Throws where the other side has written what no text is. */
  read(): string | undefined {
    const { words, bytes, first, octets: size } = this.#ring;
    for (;;) {
      const come = (Atomics.load(words, tailWord) - this.#head) | 0;
      if (come === 0) return undefined;
      const at = this.#head & (size - 1);
      const told = words[first + at / wordOctets]!;
      if (told === restIsEmpty && come > size - at) {
        this.#head = (this.#head + size - at) | 0;
        continue;
      }
      const octets = told & ~moreFlag;
      if (octets < 0 || frameOctets(octets) > come || come > size)
        throw new Error(`no text of ${octets} octets can be among ${come}`);
      const from = at + wordOctets;
      const isLast = octets === told;
      let text: string | undefined;
      if (isLast && this.#begun.length === 0) text = bytes.toString('utf8', from, from + octets);
      else {
        this.#begun.push(Buffer.from(bytes.subarray(from, from + octets)));
        if (isLast) {
          text = Buffer.concat(this.#begun).toString();
          this.#begun = [];
        }
      }
      this.#head = (this.#head + frameOctets(octets)) | 0;
      Atomics.store(words, headWord, this.#head);
      if (text !== undefined) return text;
    }
  }

  /** It looks by itself, and is not to be woken. */
  stayAwake(): void {
    Atomics.store(this.#ring.words, awakeWord, 1);
  }

  /** From now on whoever writes wakes it. False where something came meanwhile, and it stays awake. */
  fallAsleep(): boolean {
    const { words } = this.#ring;
    Atomics.store(words, awakeWord, 0);
    if (this.#head === Atomics.load(words, tailWord)) return true;
    Atomics.store(words, awakeWord, 1);
    return false;
  }
}

/** With the word before, and up to the next whole word. */
function frameOctets(octets: number): number {
  return wordOctets + ((octets + wordOctets - 1) & -wordOctets);
}
