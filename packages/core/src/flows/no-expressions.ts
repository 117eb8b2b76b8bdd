/** For flows without any: tests of what has nothing to do with them, and simulations. */
import { failure } from '../kernel/result.ts';
import type { Expressions } from './expression.ts';

export const noExpressions: Expressions = {
  check: () => undefined,
  namesIn: () => [],
  evaluate: () => failure({ code: 'failed', at: 0, message: 'there are no expressions here' }),
};
