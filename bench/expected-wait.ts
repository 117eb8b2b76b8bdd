/**
 * How far off estimated waits are: a month of two queues in virtual time by the production code, in three regimes, ours beside the last
 * caller's wait and the queue-length formula; and days of three sites that serve each other's callers, by whole nodes.
 * `node bench/expected-wait.ts [--quick]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { reaches } from '@seatgrid/core/routing/queue.ts';
import { waitsOfSites } from '../scripts/simulation/sites/waits-of-sites.ts';
import { regimes, WaitingMonth, ways } from '../scripts/simulation/waiting-month.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const days = values.quick ? 5 : 30;
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

const rows = Object.entries(regimes).map(([regime, settings]) => {
  const result = new WaitingMonth(settings, createSeededRandom(1)).run(days);
  const errors = ways.map((way) => `${way} ${seconds(result.errorMs[way])}`).join(', ');
  console.log(
    `${regime.padEnd(13)} ${result.estimated} callers waited ${seconds(result.meanWaitMs)} on average; mean absolute error: ${errors}; ours too long for ${Math.round(result.tooLongShare * 100)} %`,
  );
  return { regime, days, ...result };
});

const hours = values.quick ? 2 : 6;
const sites = [];
for (const reach of reaches)
  for (const seed of [1, 2]) {
    const days = await waitsOfSites({ seed, hours, reach, warmUpMs: 1_800_000 });
    for (const [site, { told, meanWaitMs, errorMs, tooLongShare }] of days.entries()) {
      console.log(
        `${reach.padEnd(13)} site ${site + 1}, day ${seed}: ${told} callers were told and waited ${seconds(meanWaitMs)} on average; mean absolute error ${seconds(errorMs)}; too long for ${Math.round(tooLongShare * 100)} %`,
      );
      sites.push({ reach, seed, site, told, meanWaitMs, errorMs, tooLongShare });
    }
  }

const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('expected-wait.json', folder), `${JSON.stringify({ rows, sites }, null, 2)}\n`);
