/** Call flows kept as files: checked here as the centre would check them, so that a repository of them can be. */
import { readFileSync } from 'node:fs';
import { CelExpressions } from '@seatgrid/contracts/expressions/cel-expressions.ts';
import { faultsInFile, readFlowFile, type FlowFileFault } from '@seatgrid/contracts/files/flow-file.ts';
import { Obstacle, UsageFault, type Verb } from '../command-line.ts';
import { anyNames } from '@seatgrid/contracts/files/flow-names.ts';
import { paint } from '../house/progress.ts';

/** What a tenant has is not known here: every prompt, queue, agent and flow that is named is taken to exist. */
const anyTenant = {
  hasPrompt: () => true,
  hasQueue: () => true,
  hasAgent: () => true,
  hasFlow: () => true,
  hasConnector: () => true,
  extension: () => 'unseen' as const,
  hasMailbox: () => true,
  hasRingGroup: () => true,
  hasSite: () => true,
  hasCalendar: () => true,
  hasFaxBox: () => true,
  expressions: new CelExpressions(),
};

export const flow: Verb = {
  name: 'flow',
  summary: 'check call flows kept as files. Exit code 0 when all are sound, 3 when one is not.',
  operands: { usage: 'check <file…>', min: 2, max: 10_000 },
  options: { json: { summary: 'the faults as JSON, for scripts' } },
  examples: ['./seatgrid flow check hotline.yaml', './seatgrid flow check flows/*.yaml --json'],
  remarks:
    'Whether the prompts, queues, agents and flows it names exist is only known to the tenant’s own portal, which says so at the import, with the line.',
  async run(words) {
    const [what, ...files] = words.operands;
    if (what !== 'check') throw new UsageFault(`flow does not know how to "${what}"; flow check <file…>`);
    const faults = files.flatMap((file) => faultsOf(file).map((fault) => ({ file, ...fault })));
    if (words.has('json')) console.log(JSON.stringify(faults, null, 2));
    else
      for (const file of files) {
        const own = faults.filter((fault) => fault.file === file);
        if (own.length === 0) console.log(`${paint.green('✓')} ${file}`);
        for (const { line, column, path, message } of own)
          console.log(`${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`);
      }
    return faults.length === 0 ? 0 : 3;
  },
};

function faultsOf(file: string): readonly FlowFileFault[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Obstacle(`${file} cannot be read`, 'name a file that is there');
  }
  const read = readFlowFile(text, anyNames);
  return read.ok ? faultsInFile(text, read.value, anyTenant) : read.failure;
}
