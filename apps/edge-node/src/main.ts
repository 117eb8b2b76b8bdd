/** The node as a process: reads the environment, opens what lies on disk, puts the node together, and ends in good order. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { createIdSource } from '@seatgrid/core/kernel/ids.ts';
import { createMediaEngine } from '@seatgrid/media/call/create-media-engine.ts';
import { readProcessConfig, type ProcessConfig } from './config.ts';
import { openConfigLedger } from './ledger/config-ledger.ts';
import { openEventJournal } from './ledger/event-journal.ts';
import { startLocalApi } from './local-api/local-api.ts';
import { EdgeNode } from './node.ts';
import { openPromptFiles } from './prompts/prompt-files.ts';
import { openRecordingStore } from './recordings/recording-store.ts';
import { realClock as clock } from './runtime/real-clock.ts';
import { realRandom as random } from './runtime/real-random.ts';
import { createSynthesiser } from './speech/synthesiser.ts';
import { openCentreAccess } from './uplink/centre-access.ts';
import { createUplink, type Uplink } from './uplink/uplink.ts';

export const exitCodes = { fine: 0, fault: 1, badConfig: 2, cannotStart: 3 } as const;

const product = 'Seatgrid/0.1';
const startedAtMs = clock.nowMs();
// Standard output is for the one line that says the node is ready; everything else goes to standard error.
const log = pino(
  { base: null, timestamp: pino.stdTimeFunctions.isoTime },
  pino.destination({ dest: 2, sync: false }),
);

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
  const folder = config.dataFolder;
  mkdirSync(folder, { recursive: true });
  const ids = createIdSource(clock, random);
  const ledger = openConfigLedger({ path: join(folder, 'ledger.sqlite'), clock, log });
  const journal = openEventJournal({ path: join(folder, 'journal.sqlite'), ids, clock, log });
  if (config.nodeConfigFile) applyFile(config.nodeConfigFile, ledger);
  const centre = config.centreUrl
    ? openCentreAccess({ url: config.centreUrl, folder, enrolToken: config.enrolToken, clock, log })
    : null;
  const prompts = openPromptFiles({ folder: join(folder, 'prompts'), ledger, centre, clock, random, log });
  const synthesiser = createSynthesiser({ folder: join(folder, 'speech'), command: config.synthesiser, log });
  const recordingsFolder = join(folder, 'recordings');
  const recordings = openRecordingStore({
    folder: recordingsFolder,
    journal,
    ids,
    staffIdOf: (tenantId, agentId) => node.directory.byId(tenantId)?.agents.get(agentId)?.staffId,
    log,
  });
  let uplink: Uplink | null = null;
  const node: EdgeNode = await EdgeNode.open({
    config,
    product,
    clock,
    random,
    ids,
    log,
    ledger,
    journal,
    prompts,
    synthesiser,
    recordings,
    createMediaEngine,
    sendFloor: (tenantId, floor) => uplink?.sendFloor(tenantId, floor),
  });
  const { deskPort } = await node.start();
  const sipAddress = `${config.sipAdvertised}:${config.sipPort}`;
  uplink = createUplink({
    centre,
    product,
    deskUrl: config.deskUrl,
    sipAddress,
    ledger,
    journal,
    prompts,
    recordingsFolder,
    vitals: () => node.vitals(),
    clock,
    random,
    log,
  });
  uplink.start();
  const localApi = await startLocalApi({
    port: config.localApiPort,
    ledger,
    journal,
    uplink,
    prompts,
    inspect: () => node.inspect(),
    gauges: () => node.gauges(),
    clock,
    log,
  });
  await journal.flush();

  let isStopping = false;
  const stop = async (drainMs: number, code: number) => {
    if (isStopping) process.exit(exitCodes.fault);
    isStopping = true;
    log.info({ calls: node.calls.size }, 'the node stops');
    await node.stop(drainMs);
    await uplink?.close();
    await localApi.close();
    prompts.close();
    synthesiser.close();
    await recordings.close();
    await journal.close();
    ledger.close();
    log.flush();
    process.exit(code);
  };
  process.on('SIGTERM', () => void stop(config.drainSeconds * 1_000, exitCodes.fine));
  process.on('SIGINT', () => void stop(0, exitCodes.fine));
  process.on('SIGHUP', () => {
    if (!config.nodeConfigFile) return;
    try {
      applyFile(config.nodeConfigFile, ledger);
      log.info({ generation: ledger.current()?.generation }, 'the config file was read again');
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
    nodeId: ledger.current()?.nodeId ?? null,
    generation: ledger.current()?.generation ?? 0,
    sip: sipAddress,
    desk: config.deskPort === 0 ? `ws://${config.deskAddress}:${deskPort}/desk` : config.deskUrl,
    localApi: `http://127.0.0.1:${localApi.port}`,
    startedInMs: clock.nowMs() - startedAtMs,
  };
  process.stdout.write(JSON.stringify(ready) + '\n');
}

/** For a node without a centre; a file no newer than the ledger changes nothing. */
function applyFile(path: string, ledger: ReturnType<typeof openConfigLedger>): void {
  const input: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const generation = (input as { generation?: unknown }).generation;
  const current = ledger.current();
  if (current && typeof generation === 'number' && generation <= current.generation) return;
  const applied = ledger.apply(input);
  if (!applied.ok) throw new Error(`${path}: ${applied.failure}`);
}
