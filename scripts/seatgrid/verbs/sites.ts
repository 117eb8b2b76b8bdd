/** Runs worlds of several sites in virtual time, with everything that breaks in them, and tells what did not hold. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shrinkPlan } from '../../simulation/sites/shrink-plan.ts';
import { planOf } from '../../simulation/sites/site-plan.ts';
import { runSites, type SiteRun } from '../../simulation/sites/site-world.ts';
import * as checks from '../checks.ts';
import type { Verb } from '../command-line.ts';
import { paint } from '../house/progress.ts';

const positive = { value: 'N', check: checks.positiveNumber };

export const sites: Verb = {
  name: 'sites',
  summary:
    'several sites in virtual time: links cut, nodes killed, desks lost, callers served or accounted for.',
  options: {
    seed: { summary: 'the first world; the same seed is the same world to the octet', fallback: '1', ...positive },
    worlds: { summary: 'worlds, one seed after the other', fallback: '10', ...positive },
    minutes: { summary: 'minutes of each world', fallback: '10', ...positive },
  }, // prettier-ignore
  remarks:
    'The product’s own nodes, SIP, flows, queues, desks, journals and links; sound, network and disks are simulated. A world that fails is made as small as it can be, and told as data for a test.',
  examples: ['./seatgrid sites', './seatgrid sites --seed 7 --worlds 1 --minutes 480'],
  async run(words) {
    const [seed, worlds, minutes] = ['seed', 'worlds', 'minutes'].map((name) =>
      Math.round(words.number(name)),
    );
    const folder = mkdtempSync(join(tmpdir(), 'seatgrid-sites-'));
    let failed = 0;
    try {
      for (let world = seed!; world < seed! + worlds!; world++) {
        const plan = planOf(world, minutes);
        const startedMs = performance.now();
        const run = await runSites(plan, folder);
        console.log(lineOf(world, run, performance.now() - startedMs));
        if (run.faults.length === 0) continue;
        failed++;
        for (const fault of run.faults) console.log(paint.red(`    ${fault}`));
        const small = await shrinkPlan(
          plan,
          async (smaller) => (await runSites(smaller, folder)).faults.length > 0,
        );
        console.log(`    the smallest plan that fails: ${JSON.stringify(small)}`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return failed > 0 ? 1 : 0;
  },
};

function lineOf(world: number, run: SiteRun, tookMs: number): string {
  const { calls, answered, across, gaveUp, events, kills, virtualMs, digest } = run;
  const speed = `${Math.round(virtualMs / tookMs).toLocaleString('en')} x real time`;
  return `  world ${String(world).padEnd(6)} ${calls} calls, ${answered} answered (${across} across sites), ${gaveUp} gave up, ${kills} kills, ${events} events, ${speed}  ${paint.dim(digest.slice(0, 12))}`;
}
