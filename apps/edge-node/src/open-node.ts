/**
 * A whole node from what its process is told: opens what lies on disk, puts the node together around it, lets callers in, and
 * closes all of it in good order. Called by `main.ts`, and by measurements that need the very same node in their own process.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { getServers } from 'node:dns';
import { join } from 'node:path';
import { createIdSource } from '@seatgrid/core/kernel/ids.ts';
import { createMediaEngine } from '@seatgrid/media/call/create-media-engine.ts';
import { systemRandom as random } from '@seatgrid/media/call/runtime/system-random.ts';
import { withOwnCertificate, type ProcessConfig } from './config.ts';
import { Callbacks } from './callbacks/callbacks.ts';
import { KeptCallbacks } from './callbacks/kept-callbacks.ts';
import { openLadders } from './ladder/open-ladders.ts';
import { openConfigLedger, type ConfigLedger } from './ledger/config-ledger.ts';
import { AnswerMemory } from './ledger/answer-memory.ts';
import { PaceMemory } from './ledger/pace-memory.ts';
import { ShareLedger } from './ledger/share-ledger.ts';
import { openEventJournal } from './ledger/event-journal.ts';
import { openLedgerKey } from './ledger/ledger-key.ts';
import { NodeCounters } from './local-api/node-counters.ts';
import { nodeMetrics } from './local-api/node-metrics.ts';
import { startLocalApi } from './local-api/local-api.ts';
import { EdgeNode, type NodeParts } from './node.ts';
import type { NodeLog } from './node-log.ts';
import { hasFaxLibrary } from '@seatgrid/media/fax/fax-library.ts';
import { bracketed } from '@seatgrid/media/sip/message/sip-uri.ts';
import { FaxStore } from './faxes/fax-store.ts';
import { MessageStore } from './messages/message-store.ts';
import { openPromptFiles } from './prompts/prompt-files.ts';
import { openRecordingStore } from './recordings/recording-store.ts';
import { openNameService } from './names/open-name-service.ts';
import { LoopLag } from './runtime/loop-lag.ts';
import { openOwnCertificate } from './runtime/own-certificate.ts';
import { realClock as clock } from './runtime/real-clock.ts';
import { TlsWatch } from './runtime/tls-files.ts';
import { createSynthesiser } from './speech/synthesiser.ts';
import { openCentreAccess } from './uplink/centre-access.ts';
import { createUplink, type Uplink } from './uplink/uplink.ts';
import { SoundWitness } from './witness/sound-witness.ts';

const product = 'Seatgrid/0.1';

export interface OpenNode {
  readonly node: EdgeNode;
  readonly addresses: {
    readonly nodeId: string | null;
    readonly generation: number;
    readonly sip: string;
    readonly desk: string;
    readonly localApi: string;
  };
  /** Reads the config file again, where there is one, and the certificates. Throws when it is not taken. */
  reread(): void;
  /** Nothing new; calls may go on until `drainMs` has passed, then everything is closed. */
  close(drainMs: number): Promise<void>;
}

/** `createMedia` where the sound is somebody else's already. */
export async function openNode(
  told: ProcessConfig,
  log: NodeLog,
  createMedia: NodeParts['createMediaEngine'] = createMediaEngine,
): Promise<OpenNode> {
  const folder = told.dataFolder;
  mkdirSync(folder, { recursive: true });
  const config = withOwnCertificate(told, () => openOwnCertificate(folder, clock.nowMs(), random));
  const ids = createIdSource(clock, random);
  const key = openLedgerKey(config.ledgerKeyFile, random);
  const ledger = openConfigLedger({ path: join(folder, 'ledger.sqlite'), key, clock, random, log });
  const journal = openEventJournal({
    path: join(folder, 'journal.sqlite'),
    ids,
    clock,
    log,
    isChecked: config.checksEvents,
  });
  const answers = new AnswerMemory({ path: join(folder, 'answers.sqlite'), clock, log });
  const paces = new PaceMemory({ path: join(folder, 'pace.sqlite'), clock, log });
  const shareLedger = new ShareLedger({ path: join(folder, 'shares.sqlite'), log });
  if (config.nodeConfigFile) applyFile(config.nodeConfigFile, ledger);
  const centre = config.centreUrl
    ? openCentreAccess({ url: config.centreUrl, folder, enrolToken: config.enrolToken, clock, log })
    : null;
  const prompts = openPromptFiles({ folder: join(folder, 'prompts'), ledger, centre, clock, random, log });
  const synthesiser = createSynthesiser({ folder: join(folder, 'speech'), log });
  const recordingsFolder = join(folder, 'recordings');
  const recordings = openRecordingStore({
    folder: recordingsFolder,
    journal,
    ids,
    staffIdOf: (tenantId, agentId) => node.directory.byId(tenantId)?.agents.get(agentId)?.staffId,
    log,
  });
  const messages = new MessageStore({
    folder: recordingsFolder,
    journal,
    ids,
    clock,
    keptDaysOf: (tenantId, mailboxId) =>
      node.directory.byId(tenantId)?.mailboxes.get(mailboxId)?.keptDays ?? null,
    log,
  });
  const callbacks = new Callbacks(new KeptCallbacks(join(folder, 'callbacks')));
  const faxes = new FaxStore({
    folder: recordingsFolder,
    journal,
    ids,
    clock,
    keptDaysOf: (tenantId, faxBoxId) =>
      node.directory.byId(tenantId)?.faxBoxes.get(faxBoxId)?.keptDays ?? null,
    log,
  });
  const ladders = openLadders(config, { clock, log });
  const counters = new NodeCounters(journal);
  const lag = new LoopLag();
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
    answers,
    paces,
    shareLedger,
    prompts,
    synthesiser,
    recordings,
    messages,
    callbacks,
    faxes,
    ladders: ladders.calls,
    trace(direction, flow, startLine, sipCallId, atMs, wire) {
      counters.noteMessage(direction, startLine);
      ladders.calls.trace(direction, flow, startLine, sipCallId, atMs, wire);
    },
    names: openNameService({ servers: config.dnsServers ?? getServers(), clock, random }),
    createMediaEngine: createMedia,
    sendFloor: (tenantId, draw) => uplink?.sendFloor(tenantId, draw),
    isCentreThere: () => uplink?.state() === 'up',
    centreAwaySinceMs: () => uplink?.centreAwaySinceMs() ?? null,
    askCentre: (question) => uplink?.askCentre(question),
    tellCentre: (message) => uplink?.tell(message),
  });
  const { deskPort } = await node.start();
  const certificates =
    config.sipTls && new TlsWatch(config.sipTls, { clock, log, renew: (tls) => node.renewCertificates(tls) });
  const deskUrl = config.deskPort === 0 ? `ws://${config.deskAddress}:${deskPort}/desk` : config.deskUrl;
  const sipAddress = `${bracketed(config.sipAdvertised)}:${config.sipPort}`;
  uplink = createUplink({
    centre,
    product,
    deskUrl,
    sipAddress,
    ledger,
    journal,
    prompts,
    recordingsFolder,
    messages,
    callbacks,
    places: node.places,
    faxes,
    receivesFaxes: hasFaxLibrary(config.faxLibrary),
    ladders: ladders.calls,
    tryConnector: (held) => node.connectors.try(held),
    matches: node.matches,
    siteFlows: node.siteFlows,
    phonesElsewhere: node.phonesElsewhere,
    visits: node.visitLines,
    ears: node.ears,
    routes: node.routes,
    shares: node.shares,
    onUp: () => node.linkUp(),
    onDown: () => node.linkDown(),
    vitals: () => node.vitals(),
    onCentreChanged: () => node.centreChanged(),
    clock,
    random,
    log,
  });
  const linked = uplink;
  linked.start();
  const witness =
    centre &&
    new SoundWitness({
      journal,
      clock,
      log,
      networks: config.siteNetworks,
      linkOctets() {
        const { wireOctetsSent, wireOctetsReceived } = linked.traffic();
        return wireOctetsSent + wireOctetsReceived;
      },
      sign: (statement) => centre.attest(statement),
    });
  const localApi = await startLocalApi({
    port: config.localApiPort,
    ledger,
    journal,
    uplink,
    prompts,
    ladders: ladders.calls,
    inspect: () => node.inspect(),
    metrics: () => nodeMetrics({ node, counters, ledger, journal, uplink: linked, prompts, lag }),
    clock,
    log,
  });
  await journal.flush();
  return {
    node,
    addresses: {
      nodeId: ledger.current()?.nodeId ?? null,
      generation: ledger.current()?.generation ?? 0,
      sip: sipAddress,
      desk: deskUrl,
      localApi: `http://127.0.0.1:${localApi.port}`,
    },
    reread() {
      certificates?.look();
      if (!config.nodeConfigFile) return;
      applyFile(config.nodeConfigFile, ledger);
      log.info({ generation: ledger.current()?.generation }, 'the config file was read again');
    },
    async close(drainMs) {
      certificates?.close();
      await node.stop(drainMs);
      await journal.flush();
      await witness?.close();
      await uplink?.close();
      await localApi.close();
      prompts.close();
      lag.close();
      synthesiser.close();
      await recordings.close();
      await messages.close();
      await faxes.close();
      await ladders.close();
      answers.close();
      paces.close();
      shareLedger.close();
      await journal.close();
      ledger.close();
    },
  };
}

/** For a node without a centre; a file no newer than the ledger changes nothing. */
function applyFile(path: string, ledger: ConfigLedger): void {
  const input: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const generation = (input as { generation?: unknown }).generation;
  const current = ledger.current();
  if (current && typeof generation === 'number' && generation <= current.generation) return;
  const applied = ledger.apply(input);
  if (!applied.ok) throw new Error(`${path}: ${applied.failure}`);
}
