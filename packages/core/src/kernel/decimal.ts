/** Numbers with a fraction, exact as money needs them: so many units of ten to the minus `scale`. */
export class Decimal {
  readonly units: bigint;
  readonly scale: number;

  private constructor(units: bigint, scale: number) {
    this.units = units;
    this.scale = scale;
  }

  /** Trailing zeros mean nothing: 1.50 is 1.5. */
  static of(units: bigint, scale = 0): Decimal {
    let [left, places] = [units, scale];
    while (places > 0 && left % 10n === 0n) {
      left /= 10n;
      places -= 1;
    }
    return new Decimal(left, places);
  }

  /** Undefined where the text is no number. */
  static parse(text: string): Decimal | undefined {
    const match = /^([+-]?)([0-9]{1,40})(?:\.([0-9]{1,20}))?$/.exec(text);
    if (!match) return undefined;
    const [, sign, whole = '', fraction = ''] = match;
    const units = BigInt(whole + fraction);
    return Decimal.of(sign === '-' ? -units : units, fraction.length);
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return Decimal.of(this.#at(scale) + other.#at(scale), scale);
  }

  minus(other: Decimal): Decimal {
    return this.plus(other.negated());
  }

  negated(): Decimal {
    return new Decimal(-this.units, this.scale);
  }

  times(other: Decimal): Decimal {
    return Decimal.of(this.units * other.units, this.scale + other.scale).rounded(decimalPlacesMax);
  }

  /** Half away from zero at the last place kept; undefined: division by zero. */
  dividedBy(other: Decimal): Decimal | undefined {
    if (other.units === 0n) return undefined;
    const scale = decimalPlacesMax + 1;
    const dividend = this.units * 10n ** BigInt(scale + other.scale);
    return Decimal.of(dividend / (other.units * 10n ** BigInt(this.scale)), scale).rounded(decimalPlacesMax);
  }

  /** Half away from zero. */
  rounded(places: number): Decimal {
    if (this.scale <= places) return this;
    const step = 10n ** BigInt(this.scale - places);
    const half = this.units < 0n ? -step / 2n : step / 2n;
    return Decimal.of((this.units + half) / step, places);
  }

  compare(other: Decimal): -1 | 0 | 1 {
    const scale = Math.max(this.scale, other.scale);
    const [a, b] = [this.#at(scale), other.#at(scale)];
    return a < b ? -1 : a > b ? 1 : 0;
  }

  /** Towards zero. */
  whole(): bigint {
    return this.units / 10n ** BigInt(this.scale);
  }

  toString(): string {
    if (this.scale === 0) return String(this.units);
    const digits = String(this.units < 0n ? -this.units : this.units).padStart(this.scale + 1, '0');
    return `${this.units < 0n ? '-' : ''}${digits.slice(0, -this.scale)}.${digits.slice(-this.scale)}`;
  }

  #at(scale: number): bigint {
    return this.units * 10n ** BigInt(scale - this.scale);
  }
}

/** What division and multiplication keep. */
export const decimalPlacesMax = 12;
