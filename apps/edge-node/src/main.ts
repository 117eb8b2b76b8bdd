/** The node as a process: reads the environment, says when it is ready, and ends in good order. */
import { keepHeapGrowth } from '@seatgrid/media/call/runtime/heap-growth.ts';
import { helpersStepBack } from '@seatgrid/media/call/runtime/helpers-step-back.ts';
import { readProcessConfig, type ProcessConfig } from './config.ts';
import { spaciousHeapOctets } from './limits.ts';
import { openLog } from './open-log.ts';
import { openNode } from './open-node.ts';
import { rehearse } from './rehearsal/rehearse.ts';
import { realClock as clock } from './runtime/real-clock.ts';

export const exitCodes = { fine: 0, fault: 1, badConfig: 2, cannotStart: 3 } as const;

const startedAtMs = clock.nowMs();
const log = openLog();

const read = readProcessConfig(process.env);
if (!read.ok) {
  for (const fault of read.failure) console.error(fault);
  process.exit(exitCodes.badConfig);
}
try {
  await run(read.value);
} catch (error) {
  console.error(`the node cannot start: ${error instanceof Error ? error.message : String(error)}`);
  // A taken port or a full disk has a code and needs no stack; our own mistakes do.
  if (!(error instanceof Error && 'code' in error)) log.error({ err: error }, 'the node cannot start');
  process.exit(exitCodes.cannotStart);
}

async function run(config: ProcessConfig): Promise<void> {
  const open = await openNode(config, log);
  keepHeapGrowth(spaciousHeapOctets);
  if (helpersStepBack() === 0)
    log.info(
      {},
      'helping threads share the processor with the one that answers: this system lets none step back',
    );

  let isStopping = false;
  const stop = async (drainMs: number, code: number) => {
    if (isStopping) process.exit(exitCodes.fault);
    isStopping = true;
    log.info({ calls: open.node.calls.size }, 'the node stops');
    await open.close(drainMs);
    log.flush();
    process.exit(code);
  };
  process.on('SIGTERM', () => void stop(config.drainSeconds * 1_000, exitCodes.fine));
  process.on('SIGINT', () => void stop(0, exitCodes.fine));
  process.on('SIGHUP', () => {
    try {
      open.reread();
    } catch (error) {
      log.error({ err: error }, 'the config file was not taken');
    }
  });
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'the node failed by our own mistake');
    void stop(0, exitCodes.fault);
  });

  const ready = {
    ready: true,
    pid: process.pid,
    ...open.addresses,
    startedInMs: clock.nowMs() - startedAtMs,
  };
  process.stdout.write(JSON.stringify(ready) + '\n');
  if (config.rehearsedCalls > 0)
    rehearse(config, open.node).then(
      (rehearsed) => log.info(rehearsed, 'calls were rehearsed'),
      (error: unknown) => log.warn({ err: error }, 'no calls were rehearsed: the first ones cost more'),
    );
}
