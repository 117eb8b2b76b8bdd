/** The centre as a process: configuration from the environment, until a signal says enough. */
import pino from 'pino';
import { AdapterError } from '@seatgrid/adapters/errors.ts';
import { ConfigFault, readConfig } from './config.ts';
import { realClock } from './runtime/real-clock.ts';
import { realRandom } from './runtime/real-random.ts';
import { PortTaken, startCentre } from './start-centre.ts';

const signals = ['SIGTERM', 'SIGINT'] as const;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel, base: { process: 'centre' } });
  const running = await startCentre(config, { clock: realClock, random: realRandom, log });
  log.info({ url: running.url, docs: `${running.url}/api/docs` }, 'listening');
  const stop = once(async (why: string, code: number) => {
    log.info({ why }, 'stopping');
    await running.stop();
    log.info('stopped');
    process.exit(code);
  });
  for (const signal of signals) process.on(signal, () => stop(signal, 0));
  void running.broken.then((why) => stop(why, 1));
}

function once(work: (why: string, code: number) => Promise<void>): (why: string, code: number) => void {
  let isBegun = false;
  return (why, code) => {
    if (isBegun) return;
    isBegun = true;
    void work(why, code);
  };
}

/** Faults that a person at the machine can mend are told plainly; our own with their trace. */
main().catch((error: unknown) => {
  const isTold = error instanceof ConfigFault || error instanceof AdapterError || error instanceof PortTaken;
  console.error(isTold ? (error as Error).message : error);
  process.exit(1);
});
