/** What runs, where, and how it is. Exit code 0 when everything runs, 3 when not. */
import type { Verb } from '../command-line.ts';
import { dataOption, Installation } from '../house/installation.ts';
import { frame, paint } from '../house/progress.ts';
import { report } from '../house/report.ts';
import { lines } from '../house/summary.ts';

export const status: Verb = {
  name: 'status',
  summary: 'what runs, where, and how it is. Exit code 0 when everything runs, 3 when something does not.',
  options: {
    data: dataOption,
    json: { summary: 'the same as JSON, for scripts: addresses, logins, numbers, node health' },
  },
  examples: ['./seatgrid status', './seatgrid status --json | jq -r .addresses.tenantPortal'],
  async run(words) {
    const installation = new Installation(words.text('data'));
    const now = await report(installation);
    if (words.has('json')) {
      console.log(JSON.stringify(now, null, 2));
      return now.isRunning ? 0 : 3;
    }
    for (const one of now.processes)
      console.log(`  ${one.pid ? paint.green('●') : paint.red('○')} ${one.name.padEnd(8)} ${one.pid ? `process ${one.pid}` : 'does not run'}   ${paint.dim(one.log)}`); // prettier-ignore
    for (const node of now.nodes)
      console.log(
        `  ${node.link === 'up' ? paint.green('●') : paint.red('○')} ${node.name}: link ${node.link}, generation ${node.generation} of ${node.generationWanted}, ` +
          `${node.calls} calls, ${node.agentsSignedIn} agents, load ${percent(node.load.main)} / ${percent(node.load.media)}, ${node.journalPending} events to send`,
      ); // prettier-ignore
    if (now.isRunning) console.log(frame('Seatgrid', lines(now)));
    else console.log('\n  ./seatgrid up starts it.');
    return now.isRunning ? 0 : 3;
  },
};

const percent = (share: number) => `${Math.round(share * 100)} %`;
