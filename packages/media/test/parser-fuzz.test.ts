/** Every parser of strangers' octets against what nobody thought of: `SEATGRID_FUZZ_SECONDS` for longer, `SEATGRID_FUZZ_SEED` for others. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import type { FuzzRun } from './fuzz/fuzz-parsers.ts';
import { readSip } from './fuzz/parsers.ts';
import { anomalyOf } from './fuzz/sip-anomalies.ts';
import { slowness, Stopwatch } from './fuzz/stopwatch.ts';
import { validMessages } from './fuzz/valid-messages.ts';
import { verdictOf } from './fuzz/verdict.ts';
import { createWorld } from './sip-party.ts';

const seconds = Number(process.env['SEATGRID_FUZZ_SECONDS'] ?? 8);
const seed = Number(process.env['SEATGRID_FUZZ_SEED'] ?? 1);
const anomaliesMax = 5_000;

test(
  `guided by the blocks it reaches, ${seconds} s of every parser: nothing throws, hangs, grows, or takes a millisecond a kilobyte`,
  async () => {
    const script = join(import.meta.dirname, '../../../bench/fuzz.ts');
    const options = ['--json', '--seconds', String(seconds), '--seed', String(seed)];
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...options]).catch(
      (error: { stdout: string }) => error,
    );
    const run = JSON.parse(stdout) as FuzzRun;
    expect(verdictOf(run)).toEqual([]);
    for (const report of run.reports) expect(report.executions).toBeGreaterThan(100);
  },
  seconds * 1_000 + 60_000,
);

test(`${anomaliesMax} messages with one anomaly each are read or refused, none slower than a millisecond a kilobyte`, () => {
  const random = createSeededRandom(seed);
  const watch = new Stopwatch(readSip);
  for (let count = 0; count < anomaliesMax; count++) {
    const message = anomalyOf(validMessages[randomInteger(random, validMessages.length)]!, random);
    watch.time(message);
  }
  expect(watch.slowestMsPerKb).toBeLessThan(slowness());
});

test(`an endpoint that is sent ${anomaliesMax} of them goes on, and keeps nothing`, async () => {
  const random = createSeededRandom(seed + 1);
  const world = createWorld();
  const us = '192.0.2.2';
  const party = await world.party(us, {
    onRequest: () => 200,
    trust: () => ({ kind: 'trusted', peer: 'tester' }),
  });
  const raw = world.wire.rawEnd('192.0.2.200');
  for (let count = 0; count < anomaliesMax; count++) {
    const message = anomalyOf(validMessages[randomInteger(random, validMessages.length)]!, random)
      .toString('latin1')
      .replaceAll('z9hG4bK776asdhds', `z9hG4bK${count}`)
      .replaceAll('a84b4c76e66710', `call-${count}`);
    raw.send(Buffer.from(message, 'latin1'), us);
    if (count % 50 === 49) await world.pass(10);
    for (const invite of party.invites.splice(0)) invite.reject(486);
  }
  await world.pass(40_000);
  for (const invite of party.invites.splice(0)) invite.reject(486);
  await world.pass(40_000);
  expect(party.agent.statistics()).toMatchObject({ transactions: 0, dialogs: 0 });
  raw.received.length = 0;
  raw.send(validMessages[3]!.replace('Require: timer\r\nProxy-Require: foo\r\n', ''), us);
  await world.pass(50);
  expect(raw.received[0]).toContain('SIP/2.0 200 OK');
  await party.agent.close();
});
