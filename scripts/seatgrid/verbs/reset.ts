/** Forgets an installation: stops it and removes its data folder. Asks first, naming the folder. */
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Obstacle, type Verb } from '../command-line.ts';
import { dataOption, Installation } from '../house/installation.ts';
import { step } from '../house/progress.ts';
import { stopAll } from './down.ts';

export const reset: Verb = {
  name: 'reset',
  summary: 'stop what runs and remove the data folder: tenants, calls, recordings, logins. Asks first.',
  options: { data: dataOption, yes: { summary: 'do not ask' } },
  examples: ['./seatgrid reset', './seatgrid reset --yes --data /tmp/second'],
  async run(words) {
    const installation = new Installation(words.text('data'));
    if (!existsSync(installation.folder)) {
      console.log(`There is nothing at ${installation.folder}.`);
      return 0;
    }
    // A folder that was never ours is not removed, whatever was typed.
    if (!installation.read() && !installation.readSecrets())
      throw new Obstacle(
        `${installation.folder} does not look like a Seatgrid data folder`,
        'name the right one: --data DIR',
      );
    if (!words.has('yes') && !(await isAgreed(installation.folder))) {
      console.log('Nothing was changed.');
      return 1;
    }
    await stopAll(installation);
    await step('remove the data folder', async () => installation.remove());
    return 0;
  },
};

async function isAgreed(folder: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Obstacle(
      'reset asks before it removes anything, and there is nobody to ask',
      'say so: ./seatgrid reset --yes',
    );
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await asking.question(
    `Remove everything in ${folder}? Calls and recordings are lost. [y/N] `,
  );
  asking.close();
  return /^y(es)?$/i.test(answer.trim());
}
