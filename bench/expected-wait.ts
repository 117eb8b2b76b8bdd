/**
 * How far off estimated waits are: a month of two queues in virtual time by the production code, in three regimes, ours beside the last
 * caller's wait and the queue-length formula. `node bench/expected-wait.ts [--quick]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
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

const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('expected-wait.json', folder), `${JSON.stringify(rows, null, 2)}\n`);
