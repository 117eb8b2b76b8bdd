import type { Locale, LocalText } from '../kernel/locale.ts';
import { readSpoken, spokenValue, type SpokenManner } from '../spoken/spoken-form.ts';
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
  return filled(text, (inside) => valueIn(inside, variables, evaluate));
}

/** A text that is spoken: `{amount | money}` becomes the value in that form, by the rules of the text's language (D-18). */
export function expandSpeech(
  text: string,
  variables: FlowVariables,
  { locale, manner, evaluate = () => '' }: ExpandSpeechOptions,
): string {
  return filled(text, (inside) => {
    const spoken = readSpoken(inside);
    if (!spoken) return valueIn(inside, variables, evaluate);
    const { value, form, currency } = spoken;
    return spokenValue(valueIn(value, variables, evaluate), form, { locale, manner, currency });
  });
}

export interface ExpandSpeechOptions {
  readonly locale: Locale;
  readonly manner: SpokenManner;
  readonly evaluate?: (expression: string) => string;
}

/** What a spoken text computes: in its braces, before a form, where it is more than a name. */
export function expressionsIn(text: LocalText): string[] {
  return Object.values(text).flatMap((words) =>
    [...words.matchAll(braces)]
      .map(([, inside]) => readSpoken(inside!)?.value ?? inside!)
      .filter((inside) => !isName.test(inside)),
  );
}

const braces = /\{([^{}]+)\}/g;
const isName = /^[a-z][a-zA-Z0-9]*$/;

function filled(text: string, valueOf: (inside: string) => string): string {
  return text.includes('{') ? text.replace(braces, (_, inside: string) => valueOf(inside)) : text;
}

function valueIn(inside: string, variables: FlowVariables, evaluate: (expression: string) => string): string {
  return isName.test(inside) ? textOfValue(variables.get(inside)) : evaluate(inside);
}
