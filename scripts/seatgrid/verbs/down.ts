/** Stops what `up` started: the node first, so that what it still has to tell finds a centre. */
import { type Verb } from '../command-line.ts';
import { dataOption, Installation, type ProcessName } from '../house/installation.ts';
import { step } from '../house/progress.ts';
import { stop } from '../house/processes.ts';

export const down: Verb = {
  name: 'down',
  summary: 'stop what runs; data and logins stay.',
  options: { data: dataOption },
  examples: ['./seatgrid down', './seatgrid down --data /srv/seatgrid'],
  async run(words) {
    return (await stopAll(new Installation(words.text('data')))) === 0
      ? (console.log('Nothing runs from this data folder.'), 0)
      : 0;
  },
};

/** How many were running, not counting those to be left alone. */
export async function stopAll(
  installation: Installation,
  spared: ReadonlySet<ProcessName> = new Set(),
): Promise<number> {
  const alive = [...installation.alive()];
  const running = new Map(alive.filter(([name]) => !spared.has(name)));
  for (const name of ['node', 'centre'] as const) {
    const identity = running.get(name);
    if (!identity) continue;
    await step(`stop the ${name}`, async (tell) => {
      if (!(await stop(identity))) tell('did not end by itself and was killed');
    });
  }
  const state = installation.read();
  const left = alive.filter(([name]) => spared.has(name));
  if (state) installation.write({ ...state, processes: Object.fromEntries(left) });
  return running.size;
}
