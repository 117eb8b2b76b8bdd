import { textOfValue, type FlowVariables } from './flow-value.ts';

/**
 * Replaces `{name}` by the variable's value; an unknown name becomes nothing, since callers should not hear braces. Anything else
 * in braces is an expression, for whoever can evaluate one.
 */
export function expandText(
  text: string,
  variables: FlowVariables,
  evaluate: (expression: string) => string = () => '',
): string {
  if (!text.includes('{')) return text;
  return text.replace(/\{([^{}]+)\}/g, (_, inside: string) =>
    /^[a-z][a-zA-Z0-9]*$/.test(inside) ? textOfValue(variables.get(inside)) : evaluate(inside),
  );
}
