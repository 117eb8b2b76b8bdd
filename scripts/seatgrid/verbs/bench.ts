/** Runs the measurements in `bench/`, one file each; `bench node` is not one, but a node for others to measure. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFlags } from '@seatgrid/edge-node/node-flags.ts';
import { UsageFault, type Verb, type Words } from '../command-line.ts';
import { nodeBinary, root } from '../house/environment.ts';

const names = () =>
  readdirSync(join(root, 'bench'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.replace(/\.ts$/, ''))
    .sort();

/** Stands in the foreground until it is told to end. */
const standing = 'node';
const profiles = ['small', 'shared', 'distinct'];

export const bench: Verb = {
  name: 'bench',
  summary: 'measure; each table stands beside the machine’s own calibration figure.',
  operands: { usage: `[${names().join(' | ') || 'name'}]`, min: 0, max: 1 },
  options: {
    quick: { summary: 'one short run instead of the median of three' },
    profile: {
      summary: 'of `bench node`: how many agents and queues it serves',
      value: profiles.join('|'),
      check: (value) => (profiles.includes(value) ? undefined : `one of ${profiles.join(', ')}`),
    },
    listen: {
      summary: 'of `bench node`: where it answers; 127.0.12.1:5060 where absent',
      value: 'address:port',
      check: (value) => (/^[0-9.]+:[0-9]+$/.test(value) ? undefined : 'an address and a port'),
    },
  },
  remarks:
    'Results are also written to bench/results/<name>.json. `bench node` measures nothing: it is one node alone, in the foreground, on the dial plan that other engines are compared on (bench/README.md).',
  examples: [
    './seatgrid bench',
    './seatgrid bench calls',
    './seatgrid bench calls --quick',
    './seatgrid bench node --profile shared',
  ],
  async run(words) {
    const wanted = words.operands[0];
    if (wanted !== undefined && !names().includes(wanted))
      throw new UsageFault(`there is no bench "${wanted}"; there are: ${names().join(', ')}`);
    const isStanding = wanted === standing;
    for (const name of ['profile', 'listen'])
      if (words.has(name) && !isStanding) throw new UsageFault(`--${name} belongs to bench ${standing}`);
    if (words.has('quick') && isStanding) throw new UsageFault(`bench ${standing} runs until it is ended`);
    let worst = 0;
    for (const name of wanted === undefined ? names().filter((one) => one !== standing) : [wanted])
      worst = Math.max(worst, await run(name, words));
    return worst;
  },
};

/** Signals sent to the door alone reach the measurement too. */
function run(name: string, words: Words): Promise<number> {
  const given = ['profile', 'listen'].flatMap((option) =>
    words.has(option) ? [`--${option}`, words.text(option)] : [],
  );
  const child = spawn(
    nodeBinary,
    [
      '--disable-warning=ExperimentalWarning',
      ...(name === standing ? nodeFlags : []),
      join(root, 'bench', `${name}.ts`),
      ...(words.has('quick') ? ['--quick'] : []),
      ...given,
    ],
    { cwd: root, stdio: 'inherit' },
  );
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, forward);
  return new Promise((resolve) =>
    child.once('close', (code) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, forward);
      resolve(code ?? 1);
    }),
  );
}
