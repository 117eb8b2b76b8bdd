/** What expressions of flows may use: CEL's own, decimals, and the text functions a flow needs (D-06). */
import { Environment } from '@marcbachmann/cel-js';
import { expressionPartsMax, valueCharsMax } from '@seatgrid/core/flows/limits.ts';
import { CelFailure, registerDecimals } from './decimal-operators.ts';

export function celEnvironment(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    limits: {
      maxAstNodes: expressionPartsMax,
      maxDepth: 30,
      maxListElements: expressionPartsMax,
      maxMapEntries: expressionPartsMax,
      maxCallArguments: 8,
    },
  });
  registerDecimals(environment);
  environment.registerFunction(
    'string.replace(string, string): string',
    (text: string, old: string, by: string) => {
      if (old === '') return text;
      const parts = text.split(old);
      if (text.length + (parts.length - 1) * (by.length - old.length) > valueCharsMax)
        throw new CelFailure('too-long', `is longer than ${valueCharsMax} characters`);
      return parts.join(by);
    },
  );
  environment.registerFunction('string.length(): int', (text: string) => BigInt([...text].length));
  return environment;
}
