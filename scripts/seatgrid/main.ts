/** The door's one list of verbs. Finds the verb, reads its words, runs it, and turns what went wrong into a line and an exit code. */
import { helpOf, nearest, Obstacle, readWords, table, UsageFault, type Verb } from './command-line.ts';
import { prepareEnvironment } from './house/environment.ts';
import { paint } from './house/progress.ts';

/** Loaded when asked for: `./seatgrid --help` must not wait for SIP stacks. */
const verbs: Readonly<Record<string, readonly [summary: string, load: () => Promise<Verb>]>> = {
  up: ['start everything, with a number to ring', async () => (await import('./verbs/up.ts')).up],
  down: ['stop what runs', async () => (await import('./verbs/down.ts')).down],
  status: ['what runs, where, and how it is', async () => (await import('./verbs/status.ts')).status],
  call: ['ring a number and tell what was heard', async () => (await import('./verbs/call.ts')).call],
  reset: ['forget everything in the data folder', async () => (await import('./verbs/reset.ts')).reset],
  test: ['run the tests', async () => (await import('./verbs/test.ts')).test],
  check: ['types, lint, format, tidy rules', async () => (await import('./verbs/check.ts')).check],
  flow: ['check call flows kept as files', async () => (await import('./verbs/flow.ts')).flow],
  'verify-call': [
    'did a call’s sound leave its site?',
    async () => (await import('./verbs/verify-call.ts')).verifyCall,
  ],
  box: ['make this machine the box of a branch', async () => (await import('./verbs/box.ts')).box],
  voices: ['install natural voices', async () => (await import('./verbs/voices.ts')).voices],
  sim: ['a day of calls in virtual time, from one seed', async () => (await import('./verbs/sim.ts')).sim],
  sites: [
    'several sites and what breaks, in virtual time',
    async () => (await import('./verbs/sites.ts')).sites,
  ],
  bench: ['measure', async () => (await import('./verbs/bench.ts')).bench],
};

function overview(): string {
  return [
    'Seatgrid, a multi-tenant outsourcing call centre.',
    '',
    'Usage: ./seatgrid <verb> [options]',
    '',
    table(Object.entries(verbs).map(([name, [summary]]) => [name, summary] as const)),
    '',
    './seatgrid <verb> --help tells the options of a verb, their defaults, and examples.',
    'First time: ./seatgrid up',
  ].join('\n');
}

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  const entry = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!entry)
    throw new UsageFault(`there is no verb "${name}"${nearest(name, Object.keys(verbs), './seatgrid ')}`);
  const verb = await entry[1]();
  const end = rest.indexOf('--');
  if ((end === -1 ? rest : rest.slice(0, end)).some((word) => word === '--help' || word === '-h')) {
    console.log(helpOf(verb));
    return 0;
  }
  prepareEnvironment();
  return verb.run(readWords(verb, rest, process.env));
}

// `./seatgrid up | head`: whoever listened has gone, which is no reason to leave things half done.
process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
  if (fault.code !== 'EPIPE') throw fault;
});
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (fault) {
  if (fault instanceof UsageFault) {
    const verb = process.argv[2];
    const more = verb && Object.hasOwn(verbs, verb) ? `./seatgrid ${verb} --help` : './seatgrid --help';
    console.error(`${paint.red('seatgrid:')} ${fault.message}\n(${more} tells what there is)`);
    process.exitCode = 2;
  } else if (fault instanceof Obstacle) {
    console.error(`${paint.red('seatgrid:')} ${fault.message}\n${paint.bold('cure:')} ${fault.cure}`);
    process.exitCode = 1;
  } else {
    console.error(fault);
    process.exitCode = 1;
  }
}
