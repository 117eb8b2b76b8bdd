/** Undo and redo over whole states. Edits that carry the same mark one after another (typing into one field) are one step back. */

export interface EditHistory<State> {
  readonly past: readonly State[];
  readonly present: State;
  readonly future: readonly State[];
  /** What the last edit was about; the next with the same mark joins it. */
  readonly mark: string | null;
}

const stepsBackMax = 200;

export function startHistory<State>(present: State): EditHistory<State> {
  return { past: [], present, future: [], mark: null };
}

export function edited<State>(
  history: EditHistory<State>,
  present: State,
  mark: string | null = null,
): EditHistory<State> {
  if (present === history.present) return history;
  const joins = mark !== null && mark === history.mark;
  const past = joins ? history.past : [...history.past, history.present].slice(-stepsBackMax);
  return { past, present, future: [], mark };
}

export function undone<State>(history: EditHistory<State>): EditHistory<State> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present,
    future: [history.present, ...history.future],
    mark: null,
  };
}

export function redone<State>(history: EditHistory<State>): EditHistory<State> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, mark: null };
}
