/** Runs the measurements in `bench/`, one file each. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UsageFault, type Verb } from '../command-line.ts';
import { nodeBinary, root } from '../house/environment.ts';
import { runCommand } from '../house/run-command.ts';

const names = () =>
  readdirSync(join(root, 'bench'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.replace(/\.ts$/, ''))
    .sort();

export const bench: Verb = {
  name: 'bench',
  summary: 'measure; each table stands beside the machine’s own calibration figure.',
  operands: { usage: `[${names().join(' | ') || 'name'}]`, min: 0, max: 1 },
  options: { quick: { summary: 'one short run instead of the median of three' } },
  remarks: 'Results are also written to bench/results/<name>.json.',
  examples: ['./seatgrid bench', './seatgrid bench calls', './seatgrid bench calls --quick'],
  async run(words) {
    const wanted = words.operands[0];
    if (wanted !== undefined && !names().includes(wanted))
      throw new UsageFault(`there is no bench "${wanted}"; there are: ${names().join(', ')}`);
    let worst = 0;
    for (const name of wanted === undefined ? names() : [wanted]) {
      const { code } = await runCommand(
        [nodeBinary, '--disable-warning=ExperimentalWarning', join(root, 'bench', `${name}.ts`), ...(words.has('quick') ? ['--quick'] : [])],
        { isShown: true },
      ); // prettier-ignore
      worst = Math.max(worst, code);
    }
    return worst;
  },
};
