import type { Component } from 'svelte';

/** Something the palette can do or a place it can go. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly keys?: string | undefined;
  readonly icon?: Component<{ size?: number | string }> | undefined;
  /** Other words it answers to. */
  readonly also?: string | undefined;
  readonly run: () => void;
}

/** Commands that contain every word typed, those whose label begins with it first. */
export function matchingCommands(commands: readonly Command[], typed: string): Command[] {
  const text = typed.trim().toLowerCase();
  const words = text.split(/\s+/).filter(Boolean);
  const found = commands.filter((command) => {
    const hay = `${command.label} ${command.group} ${command.also ?? ''}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
  const begins = (command: Command) => Number(command.label.toLowerCase().startsWith(text));
  return text === '' ? found : found.sort((a, b) => begins(b) - begins(a));
}
