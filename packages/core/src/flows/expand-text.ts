/** Replaces `{name}` by the variable's value; an unknown name becomes nothing, since callers should not hear braces. */
export function expandText(text: string, variables: ReadonlyMap<string, string>): string {
  return text.includes('{')
    ? text.replace(/\{([a-z][a-zA-Z0-9]*)\}/g, (_, name: string) => variables.get(name) ?? '')
    : text;
}
