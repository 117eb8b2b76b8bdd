import type { DigitsLength } from './step-field.ts';

/** D-04, D-05: what a row of keys amounts to. In multi-digit and variable-length collection `*` clears and `#` ends. */
export class DigitCollector {
  readonly #length: DigitsLength;
  #value = '';

  constructor(length: DigitsLength) {
    this.#length = length;
  }

  get value(): string {
    return this.#value;
  }

  take(digit: string): 'complete' | 'more' {
    if (this.#length.kind === 'single') {
      this.#value = digit;
      return 'complete';
    }
    if (digit === '*') {
      this.#value = '';
      return 'more';
    }
    if (digit === '#') return 'complete';
    this.#value += digit;
    const digitsMax = this.#length.kind === 'fixed' ? this.#length.digits : this.#length.digitsMax;
    return this.#value.length >= digitsMax ? 'complete' : 'more';
  }
}
