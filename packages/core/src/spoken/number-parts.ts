import type { Decimal } from '../kernel/decimal.ts';
import { spokenFractionDigitsMax } from './limits.ts';

/** Of a number that is spoken: its sign, what is before the point, and the digits after it. */
export function partsOf(value: Decimal): { isNegative: boolean; whole: bigint; fraction: string } {
  const kept = value.rounded(spokenFractionDigitsMax);
  const [whole = '', fraction = ''] = String(kept).replace('-', '').split('.');
  return { isNegative: kept.units < 0n, whole: BigInt(whole), fraction };
}
