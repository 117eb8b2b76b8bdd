/**
 * Which of several lines to nodes a supervisor's browser uses: the agent's own node where it is reached, else whichever other answers first,
 * which reaches the agent's. The supervisor is asked nothing.
 */
export interface NodeLine {
  /** Never, where the line does not come up. */
  readonly isGreeted: Promise<void>;
  close(): void;
}

/** `others` are opened once the first has not answered in time. Where none does, it is the first, whose commands then say so. */
export async function reachOne<Line extends NodeLine>(
  first: Line,
  others: () => readonly Line[],
  pause: () => Promise<void>,
): Promise<Line> {
  if (await firstGreeted([first], pause)) return first;
  const lines = [first, ...others()];
  const reached = lines.length > 1 ? await firstGreeted(lines, pause) : undefined;
  for (const line of lines) if (line !== (reached ?? first)) line.close();
  return reached ?? first;
}

export function firstGreeted<Line extends NodeLine>(
  lines: readonly Line[],
  pause: () => Promise<void>,
): Promise<Line | undefined> {
  return Promise.race([
    ...lines.map((line) => line.isGreeted.then(() => line)),
    pause().then(() => undefined),
  ]);
}
