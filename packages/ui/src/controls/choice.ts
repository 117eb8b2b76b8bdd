/** One thing that can be chosen. */
export interface Choice<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  /** A second, quieter word beside the label: an extension, a code. */
  readonly detail?: string;
  readonly isDisabled?: boolean;
}

/** The choices whose label or detail contains every word typed, in their order. */
export function matchingChoices<C extends Choice>(choices: readonly C[], typed: string): C[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return choices.filter((choice) => {
    const text = `${choice.label} ${choice.detail ?? ''} ${choice.value}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
