/**
 * A node of the product in virtual time: its own call path, flows, distribution, presence, journal and uplink, on sound, a network and
 * a disk that are simulated. It can be killed at any moment, and started again on what its disk kept.
 */
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { createIdSource, type NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { readProcessConfig } from '@seatgrid/edge-node/config.ts';
import { Callbacks } from '@seatgrid/edge-node/callbacks/callbacks.ts';
import { KeptCallbacks } from '@seatgrid/edge-node/callbacks/kept-callbacks.ts';
import { FaxStore } from '@seatgrid/edge-node/faxes/fax-store.ts';
import { CallLadders } from '@seatgrid/edge-node/ladder/call-ladders.ts';
import { AnswerMemory } from '@seatgrid/edge-node/ledger/answer-memory.ts';
import { PaceMemory } from '@seatgrid/edge-node/ledger/pace-memory.ts';
import { ShareLedger } from '@seatgrid/edge-node/ledger/share-ledger.ts';
import { openConfigLedger } from '@seatgrid/edge-node/ledger/config-ledger.ts';
import { journalOn, type EventJournal } from '@seatgrid/edge-node/ledger/event-journal.ts';
import { createMemoryJournalStore } from '@seatgrid/edge-node/ledger/memory-journal-store.ts';
import { MessageStore } from '@seatgrid/edge-node/messages/message-store.ts';
import { silentLog } from '@seatgrid/edge-node/node-log.ts';
import { EdgeNode } from '@seatgrid/edge-node/node.ts';
import type { PromptFiles } from '@seatgrid/edge-node/prompts/prompt-files.ts';
import type { Synthesiser } from '@seatgrid/edge-node/speech/synthesiser.ts';
import { createUplink, type Uplink } from '@seatgrid/edge-node/uplink/uplink.ts';
import type { NameService } from '@seatgrid/media/sip/location/name-service.ts';
import type { SimCentre } from './sim-centre.ts';
import { SimMedia } from './sim-media.ts';
import type { SimNetwork } from './sim-network.ts';
import { SimRecordings } from './sim-recordings.ts';

export interface SimNodeParts {
  readonly address: string;
  readonly config: NodeConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly network: SimNetwork;
  readonly centre: SimCentre;
  /** An empty place for what is read as files; nothing is written there. */
  readonly folder: string;
}

/** What is there while the process lives. */
interface Process {
  readonly node: EdgeNode;
  readonly uplink: Uplink;
  readonly media: SimMedia;
  readonly journal: EventJournal;
  readonly life: Life;
}

export class SimNode {
  readonly nodeId: NodeId;
  readonly address: string;
  readonly #parts: SimNodeParts;
  /** The disk: what was committed is found again. */
  readonly #disk = createMemoryJournalStore();
  readonly #shares = new ShareLedger({ path: ':memory:' });
  #process: Process | null = null;
  /** How often it was killed. */
  kills = 0;

  constructor(parts: SimNodeParts) {
    this.#parts = parts;
    this.nodeId = parts.config.nodeId;
    this.address = parts.address;
  }

  get live(): Process | null {
    return this.#process;
  }

  async start(): Promise<void> {
    const { address, config, random, network, centre, folder } = this.#parts;
    const life = new Life(this.#parts.clock);
    const clock = life.clock;
    const ids = createIdSource(clock, random);
    const processConfig = processConfigOf(address, folder);
    const ledger = openConfigLedger({ path: ':memory:', key: new Uint8Array(32), clock, random });
    ledger.apply(config);
    const journal = journalOn(this.#disk, { ids, clock, log: silentLog, isChecked: true });
    const media = new SimMedia(clock, address);
    const recordings = new SimRecordings(journal, ids);
    const files = { folder, journal, ids, clock, keptDaysOf: () => null };
    let uplink: Uplink | null = null;
    const callbacks = new Callbacks(new KeptCallbacks(`${folder}/callbacks`));
    const messages = new MessageStore(files);
    const faxes = new FaxStore(files);
    const ladders = new CallLadders({ clock, node: { address, port: 5060 }, files: null });
    const node = await EdgeNode.open({
      config: processConfig,
      product: 'Seatgrid simulation',
      clock,
      random,
      ids,
      log: silentLog,
      ledger,
      journal,
      answers: new AnswerMemory({ path: ':memory:', clock }),
      paces: new PaceMemory({ path: ':memory:', clock }),
      shareLedger: this.#shares,
      prompts: noFiles,
      synthesiser: instantSpeech,
      recordings,
      messages,
      callbacks,
      faxes,
      ladders,
      trace: ladders.trace,
      names: noNames,
      createMediaEngine: () => Promise.resolve(media),
      sendFloor: (tenantId, draw) => uplink?.sendFloor(tenantId, draw),
      isCentreThere: () => uplink?.state() === 'up',
      centreAwaySinceMs: () => uplink?.centreAwaySinceMs() ?? null,
      askCentre: () => undefined,
      tellCentre: (message) => uplink?.tell(message),
      machine: {
        openTransport: network.openTransport,
        measureLoad: () => ({
          main: 0,
          mainWaited: 0,
          media: 0,
          rtpPorts: 0,
          descriptors: 0,
          journal: 0,
          calls: 0,
        }),
        hasDoor: false,
      },
    });
    await node.start();
    uplink = createUplink({
      centre: {
        url: 'http://centre.example',
        nodeId: () => Promise.resolve(this.nodeId),
        authorization: () => Promise.resolve('Bearer simulation'),
        attest: () => Promise.resolve('simulated'),
        isKeyOld: () => Promise.resolve(false),
        changeKey: () => Promise.resolve(),
      },
      product: 'Seatgrid simulation',
      deskUrl: `ws://${address}/desk`,
      sipAddress: `${address}:5060`,
      ledger,
      journal,
      prompts: noFiles,
      recordingsFolder: folder,
      messages,
      callbacks,
      places: node.places,
      faxes,
      receivesFaxes: false,
      ladders,
      matches: node.matches,
      siteFlows: node.siteFlows,
      phonesElsewhere: node.phonesElsewhere,
      visits: node.visitLines,
      ears: node.ears,
      routes: node.routes,
      shares: node.shares,
      onUp: () => node.linkUp(),
      onDown: () => node.linkDown(),
      tryConnector: () => Promise.reject(new Error('no connectors here')),
      vitals: () => ({
        load: { main: 0, media: 0 },
        calls: node.calls.size,
        agentsSignedIn: node.hub.signedIn,
      }),
      onCentreChanged: () => node.centreChanged(),
      clock,
      random,
      openSocket: centre.socketOf(this.nodeId, address),
    });
    uplink.start();
    this.#process = { node, uplink, media, journal, life };
  }

  /** As by `kill -9`: nobody is told anything, and what was not committed is lost. */
  kill(): void {
    if (!this.#process) return;
    this.kills++;
    this.#process.life.end();
    this.#parts.network.unplug(this.address);
    this.#process = null;
  }

  /** What the disk holds that the centre has not acknowledged. */
  get undelivered(): number {
    return this.#process?.journal.pending() ?? this.#disk.readAfter(0, Infinity).length;
  }
}

/** The time of one process: once it is dead nothing of it wakes any more. */
class Life {
  #isOver = false;
  readonly clock: Clock;

  constructor(world: Clock) {
    this.clock = {
      nowMs: () => world.nowMs(),
      // Clocks of machines have no halves of a millisecond.
      after: (delayMs, wake): Cancel => world.after(Math.ceil(delayMs), () => this.#isOver || wake()),
    };
  }

  end(): void {
    this.#isOver = true;
  }
}

function processConfigOf(address: string, folder: string) {
  const read = readProcessConfig({
    SEATGRID_NODE_DATA: folder,
    SEATGRID_SIP_ADDRESS: address,
    SEATGRID_SIP_ADVERTISED: address,
    SEATGRID_DESK_PORT: '0',
  });
  if (!read.ok) throw new Error(read.failure.join('; '));
  return read.value;
}

const nobody = () => Promise.reject(new Error('there are no name servers here'));
const noNames: NameService = { naptr: nobody, srv: nobody, addresses: nobody };

const noFiles: PromptFiles = {
  pathOf: () => 'prompt.wav',
  spokenOf: () => undefined,
  defaultMusic: () => ['music.wav'],
  missing: () => 0,
  settled: () => Promise.resolve(),
  close: () => {},
};

const instantSpeech: Synthesiser = {
  speak: () => Promise.resolve('speech.wav'),
  cached: () => 'speech.wav',
  prepare: () => {},
  close: () => {},
};
