/**
 * A node put together: the call path around the ledger, journal and media it is given. Opening and closing those is the
 * business of `open-node.ts`; tests put a node together around parts of their own.
 */
import { join } from 'node:path';
import { ExtensionRunner } from '@seatgrid/adapters/extensions/extension-runner.ts';
import { FairChance } from '@seatgrid/core/flows/fair-chance.ts';
import type { FileRequest } from '@seatgrid/core/flows/kinds/file.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { CallId, IdSource } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { TrunkPulse } from '@seatgrid/contracts/realtime/trunk-pulse.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { MediaEngine, MediaEngineOptions } from '@seatgrid/media/call/media-engine.ts';
import { createSipUserAgent } from '@seatgrid/media/sip/user-agent/create-sip-user-agent.ts';
import type { NameService } from '@seatgrid/media/sip/location/name-service.ts';
import { locateServers } from '@seatgrid/media/sip/location/locate-servers.ts';
import type { OpenTransport } from '@seatgrid/media/sip/transport/open-transport.ts';
import type { SipTls, SipTrace, SipUserAgent } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { boxIntruders } from './admission/box-intruders.ts';
import { CallAdmission } from './admission/call-admission.ts';
import type { NodeLoad } from './admission/load-gate.ts';
import { nodeLoadMeter } from './admission/node-load.ts';
import { AcdRunner } from './acd/acd-runner.ts';
import { KeptPlaces } from './acd/kept-places.ts';
import { AgentHub } from './agents/agent-hub.ts';
import { LocalLogins } from './alone/local-logins.ts';
import { LocalPortal } from './alone/local-portal.ts';
import { DeskServer } from './agents/desk-socket-server.ts';
import { commonAnnouncements } from './calls/announcements.ts';
import type { CallServices } from './calls/call-services.ts';
import type { Call } from './calls/call.ts';
import { recountToday } from './agents/recount-today.ts';
import { closeOpenCalls } from './calls/close-open-calls.ts';
import { Exchange } from './calls/exchange.ts';
import { RouteQuestions } from './calls/route-questions.ts';
import { Speech } from './calls/speech.ts';
import { sipListens, sipReach, type ProcessConfig } from './config.ts';
import { NodeConnectors, type NodeConnectorsOptions } from './connectors/node-connectors.ts';
import { Ears } from './ears/ears.ts';
import { FloorBoard } from './floor/floor-board.ts';
import { askConnectors } from './flows/outside/ask-connectors.ts';
import { findRecogniser, recognise } from './flows/outside/recognise.ts';
import { OutsideWorld, type Performer } from './flows/outside/outside-world.ts';
import { runExtensions } from './flows/outside/run-extensions.ts';
import { TenantFiles } from './flows/outside/tenant-files.ts';
import { textsOf } from '@seatgrid/contracts/link/texts-of.ts';
import type { ConfigLedger } from './ledger/config-ledger.ts';
import type { AnswerMemory } from './ledger/answer-memory.ts';
import type { PaceMemory } from './ledger/pace-memory.ts';
import type { ShareLedger } from './ledger/share-ledger.ts';
import type { EventJournal } from './ledger/event-journal.ts';
import { commonCallbackWords } from './callbacks/callback-words.ts';
import type { Callbacks } from './callbacks/callbacks.ts';
import { FaxLines } from './faxes/fax-lines.ts';
import type { FaxStore } from './faxes/fax-store.ts';
import { commonFaxWords } from './faxes/fax-words.ts';
import { NodeMatches } from './matching/node-matches.ts';
import { PhonesElsewhere } from './matching/phones-elsewhere.ts';
import { SiteFlows } from './matching/site-flows.ts';
import { commonMessageWords } from './messages/message-words.ts';
import { MessageLights } from './messages/message-lights.ts';
import type { MessageStore } from './messages/message-store.ts';
import { PinCheck } from './messages/pin-check.ts';
import type { NodeLog } from './node-log.ts';
import { isPhoneThere } from './calls/reach-colleague.ts';
import { PhoneRegistry } from './phones/phone-registry.ts';
import type { PromptFiles } from './prompts/prompt-files.ts';
import type { RecordingStore } from './recordings/recording-store.ts';
import type { CallLadders } from './ladder/call-ladders.ts';
import type { SpokenBy, Synthesiser } from './speech/synthesiser.ts';
import { TenantVoices } from './speech/tenant-voices.ts';
import { NodeShares } from './shares/node-shares.ts';
import type { TenantAtNode } from './tenants/tenant-at-node.ts';
import { TenantDirectory } from './tenants/tenant-directory.ts';
import { readTlsFiles } from './runtime/tls-files.ts';
import { SipDoor } from './trunks/sip-door.ts';
import type { SignallingToCentre } from './uplink/uplink.ts';
import { TrunkDirectory } from './trunks/trunk-directory.ts';
import { TrunkRegistrar } from './trunks/trunk-registrar.ts';
import { TrunkWatch } from './trunks/trunk-watch.ts';
import { WaysOut } from './trunks/ways-out.ts';
import { ExpectedVisits } from './visits/expected-visits.ts';
import { ReservedNumbers } from './visits/reserved-numbers.ts';
import { VisitLines } from './visits/visit-lines.ts';
import { visitReach } from './visits/visit-reach.ts';
import { WebCalls } from './web-calls/web-calls.ts';

export interface NodeParts {
  readonly config: ProcessConfig;
  readonly product: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly log: NodeLog;
  readonly ledger: ConfigLedger;
  readonly journal: EventJournal;
  readonly answers: AnswerMemory;
  readonly paces: PaceMemory;
  readonly shareLedger: ShareLedger;
  readonly prompts: PromptFiles;
  readonly synthesiser: Synthesiser;
  readonly recordings: RecordingStore;
  readonly messages: MessageStore;
  readonly callbacks: Callbacks;
  readonly faxes: FaxStore;
  readonly ladders: CallLadders;
  /** Hears every SIP message. */
  readonly trace: SipTrace;
  /** Says where the hosts of trunks are. */
  readonly names: NameService;
  readonly createMediaEngine: (options: MediaEngineOptions) => Promise<MediaEngine>;
  readonly sendFloor: (tenantId: TenantId, draw: () => Floor) => void;
  readonly isCentreThere: () => boolean;
  readonly centreAwaySinceMs: () => number | null;
  readonly askCentre: NodeConnectorsOptions['askCentre'];
  /** Not at all while the link is down. */
  readonly tellCentre: (message: SignallingToCentre) => void;
  /** Absent: the machine it runs on. A simulation gives what it has instead. */
  readonly machine?: NodeMachine;
}

export interface NodeMachine {
  readonly openTransport: OpenTransport;
  readonly measureLoad: (nowMs: number) => NodeLoad;
  /** Whether browsers find a door: desks of a simulation come to the hub by themselves. */
  readonly hasDoor: boolean;
}

export class EdgeNode {
  readonly hub = new AgentHub();
  readonly directory = new TenantDirectory();
  readonly trunks: TrunkDirectory;
  readonly #watch: TrunkWatch;
  readonly #registrar: TrunkRegistrar;
  readonly admission: CallAdmission;
  readonly calls = new Map<CallId, Call>();
  readonly phones: PhoneRegistry;
  readonly exchange: Exchange;
  readonly media: MediaEngine;
  readonly sip: SipUserAgent;
  readonly floor: FloorBoard;
  readonly places: KeptPlaces;
  readonly desks: DeskServer;
  readonly connectors: NodeConnectors;
  /** Calls of other nodes that agents here are kept for. */
  readonly visits: ExpectedVisits;
  readonly visitLines: VisitLines;
  readonly #reservedNumbers: ReservedNumbers;
  #visitReach: ReturnType<typeof visitReach>;
  readonly matches: NodeMatches;
  readonly siteFlows: SiteFlows;
  readonly phonesElsewhere: PhonesElsewhere;
  readonly ears: Ears;
  readonly routes: RouteQuestions;
  readonly shares: NodeShares;
  readonly #voices: TenantVoices;
  readonly #extensions: ExtensionRunner;
  readonly #webCalls: WebCalls;
  readonly #parts: NodeParts;
  readonly #acds = new WeakMap<TenantAtNode, AcdRunner>();

  /** Starts the media threads; nothing is answered before `start`. */
  static async open(parts: NodeParts): Promise<EdgeNode> {
    const { config } = parts;
    let node: EdgeNode | null = null;
    const media = await parts.createMediaEngine({
      workers: config.mediaWorkers,
      bindAddress: config.sipAddress,
      advertisedAddress: config.sipAdvertised,
      ...(config.sipSecond
        ? {
            secondAddress: {
              bindAddress: config.sipSecond.address,
              advertisedAddress: config.sipSecond.advertised,
            },
          }
        : {}),
      ports: config.rtpPorts,
      webrtcPorts: config.webrtcPorts,
      toneCountry: config.toneCountry,
      rtpCodecs: config.rtpCodecs,
      browserCodecs: config.browserCodecs,
      listener: { onWorkerLost: (lost) => node?.workerLost(lost) },
    });
    node = new EdgeNode(parts, media);
    return node;
  }

  private constructor(parts: NodeParts, media: MediaEngine) {
    const { config, clock, log } = parts;
    this.#parts = parts;
    this.#reservedNumbers = new ReservedNumbers(clock);
    const phones = (this.phones = new PhoneRegistry(clock));
    this.floor = new FloorBoard(clock, parts.sendFloor);
    this.places = new KeptPlaces(clock);
    this.media = media;
    const reach = sipReach(config);
    this.trunks = new TrunkDirectory({
      locate: (target) => locateServers(target, reach, parts.names),
      clock,
      random: parts.random,
      log,
    });
    const { directory, trunks } = this;
    const { machine } = parts;
    const measure = machine?.measureLoad ?? nodeLoadMeter(media, parts.journal, this.calls);
    const admission = (this.admission = new CallAdmission({ clock, log, measure }));
    const lights = new MessageLights({
      directory,
      messages: parts.messages,
      tell: (realm, username) => this.sip.messagesChanged(realm, username),
    });
    const visits = (this.visits = new ExpectedVisits({
      directory,
      hub: this.hub,
      isOpen: () => admission.isOpen && !this.exchange.isDraining,
      isPhoneThere: (tenant, asked) => isPhoneThere(services, tenant, asked),
      clock,
      random: parts.random,
      nodeId: () => parts.ledger.current()?.nodeId,
      reach: () => this.#visitReach,
      numbers: this.#reservedNumbers,
      onNumbersAgain: () => this.matches.tellAgain(),
      onNotCalled: (line) => this.visitLines.callOff(line, 'withdrawn'),
      numbersUse: () => parts.ledger.current()?.publicNumbersUse ?? 'unreached',
      log,
    }));
    this.visitLines = new VisitLines({
      ...parts,
      tell: parts.tellCentre,
      onCall: (heard) => visits.reserve(heard),
      onCallOff: (heard) => visits.callOff(heard),
      isAwaited: (heard) => visits.isAwaited(heard),
    });
    this.matches = new NodeMatches({
      directory,
      visits,
      clock,
      ids: parts.ids,
      nodeId: () => parts.ledger.current()?.nodeId,
      isDraining: () => this.exchange.isDraining,
      tell: parts.tellCentre,
      acd: (tenant) => this.#acd(tenant, services),
      elsewhereChanged: (tenant) => this.hub.news.surroundingsChanged(tenant),
    });
    this.siteFlows = new SiteFlows({
      ...parts,
      visits,
      nodeId: () => parts.ledger.current()?.nodeId,
      tell: parts.tellCentre,
    });
    this.phonesElsewhere = new PhonesElsewhere({
      ...parts,
      phones,
      visits,
      nodeId: () => parts.ledger.current()?.nodeId,
      tell: parts.tellCentre,
    });
    this.ears = new Ears({
      ...parts,
      visits,
      hub: this.hub,
      hasCentre: config.centreUrl !== null,
      believe: (token) => this.desks.believeSupervisor(token),
      tell: parts.tellCentre,
    });
    this.routes = new RouteQuestions({ ...parts, tell: parts.tellCentre });
    this.shares = new NodeShares({
      ledger: parts.shareLedger,
      clock,
      log,
      tenants: () => directory.all(),
      signedIn: (tenant) => this.hub.signedInAt(tenant),
      tell: parts.tellCentre,
    });
    const door = new SipDoor({
      directory,
      trunks,
      phones,
      admission,
      log,
      lights,
      visits,
      onInvite: (invite) => this.exchange.onInvite(invite),
      onVisit: (invite, asked) => this.exchange.onVisit(invite, asked),
      isDraining: () => this.exchange.isDraining,
    });
    this.sip = createSipUserAgent({
      clock,
      random: parts.random,
      product: parts.product,
      listen: sipListens(config),
      handler: door,
      trace: parts.trace,
      ...(machine && { openTransport: machine.openTransport }),
    });
    this.#visitReach = visitReach(config, config.sipTls ? readTlsFiles(config.sipTls) : undefined);
    this.#registrar = new TrunkRegistrar({ trunks, sip: this.sip, clock, random: parts.random, log });
    this.#watch = new TrunkWatch({
      trunks,
      sip: this.sip,
      sipHost: config.sipAdvertised,
      clock,
      random: parts.random,
      log,
    });
    const connectors = (this.connectors = new NodeConnectors(parts));
    this.#voices = new TenantVoices(config.synthesiser, connectors);
    this.#extensions = new ExtensionRunner(parts);
    const files = new TenantFiles(join(config.dataFolder, 'tenant-files'));
    const services: CallServices = {
      clock,
      ids: parts.ids,
      random: parts.random,
      log,
      admission,
      journal: parts.journal,
      answers: parts.answers,
      paces: parts.paces,
      media: this.media,
      sip: this.sip,
      sipHost: config.sipAdvertised,
      directory,
      trunks,
      waysOut: new WaysOut(directory, trunks, parts.random),
      phones,
      speech: new Speech({ ...parts, voices: this.#voices, warn: (what) => log.warn({}, what) }),
      outside: new OutsideWorld(
        new Map<string, Performer>([
          ['is-centre-there', () => parts.isCentreThere()],
          ['ask-connector', askConnectors(connectors)],
          ['find-recogniser', findRecogniser],
          ['recognise', recognise(connectors)],
          ['run-extension', runExtensions(this.#extensions)],
          ['file', ({ call, request }) => files.perform(call.tenant.id, request as FileRequest)],
        ]),
      ),
      chance: new FairChance(parts.random),
      recordings: parts.recordings,
      messages: parts.messages,
      pins: new PinCheck(clock),
      callbacks: parts.callbacks,
      places: this.places,
      faxes: parts.faxes,
      faxLines: new FaxLines({ bindAddress: config.sipAddress, library: config.faxLibrary }),
      ladders: parts.ladders,
      hub: this.hub,
      matches: this.matches,
      siteFlows: this.siteFlows,
      phonesElsewhere: this.phonesElsewhere,
      visits,
      visitLines: this.visitLines,
      ears: this.ears,
      routes: this.routes,
      shares: this.shares,
      floor: this.floor,
      centreAwaySinceMs: parts.centreAwaySinceMs,
      phonesRinging: new Map(),
      calls: this.calls,
      acd: (tenant) => this.#acd(tenant, services),
    };
    this.exchange = new Exchange(services);
    this.hub.services = services;
    parts.callbacks.services = services;
    this.hub.exchange = this.exchange;
    this.floor.services = services;
    this.floor.onChange((tenant) => this.hub.news.surroundingsChanged(tenant));
    const { random } = parts;
    this.#webCalls = new WebCalls({
      directory,
      exchange: this.exchange,
      clock,
      random,
      log,
      relays: config.relays,
    });
    this.floor.onChange((tenant) => this.#webCalls.changed(tenant.id));
    const logins = new LocalLogins({ ...parts, directory });
    this.desks = new DeskServer({
      logins,
      portal: new LocalPortal({
        logins,
        folder: config.tenantPortalFolder,
        isSecure: config.deskUrl.startsWith('wss:'),
        log,
      }),
      address: config.deskAddress,
      port: config.deskPort,
      origins: config.deskOrigins,
      hub: this.hub,
      directory,
      webCalls: this.#webCalls,
      relays: config.relays,
      clock,
      log,
    });
    phones.onChange((tenant, extension) => this.#phoneChanged(tenant, extension));
    directory.onApplied((tenant) => {
      services.acd(tenant).configure();
      this.hub.configured(tenant);
      this.floor.changed(tenant);
    });
  }

  /** For whoever connects from now on. */
  renewCertificates(tls: SipTls): void {
    this.sip.renewTls(tls);
    this.#visitReach = visitReach(this.#parts.config, tls);
  }

  /** Takes the ledger's configuration, closes what a crash left open, then lets callers and agents in. */
  async start(): Promise<{ readonly deskPort: number }> {
    const { ledger, journal, answers, recordings, messages, faxes, callbacks, log, clock } = this.#parts;
    const current = ledger.current();
    if (current) this.#configure(current);
    ledger.onApplied((config) => this.#configure(config));
    const openCallsClosed = closeOpenCalls(journal, this.directory);
    answers.recall(this.directory.all());
    recountToday({ journal, answers, directory: this.directory, hub: this.hub, clock });
    journal.record(null, {
      kind: 'node.started',
      openCallsClosed,
      generation: current?.generation ?? 0,
    });
    // What a crash left is looked up now and converted meanwhile: no caller waits for it.
    recordings
      .recover()
      .catch((error: unknown) => log.error({ err: error }, 'recordings could not be recovered'));
    messages.start();
    callbacks.start();
    faxes.start();
    await this.sip.start();
    this.#watch.start();
    this.#registrar.start();
    const hasDoor = this.#parts.machine?.hasDoor ?? true;
    return { deskPort: hasDoor ? await this.desks.start() : 0 };
  }

  /** Nothing new; what runs may finish until `drainMs` has passed. Then it is ended, and everything of ours is closed. */
  async stop(drainMs: number): Promise<void> {
    const { clock, recordings, messages, faxes, callbacks } = this.#parts;
    this.matches.close();
    this.visits.close();
    this.exchange.isStopping = true;
    callbacks.stop();
    const untilMs = clock.nowMs() + drainMs;
    while (this.calls.size > 0 && clock.nowMs() < untilMs)
      await new Promise<void>((resolve) => clock.after(100, resolve));
    const hasCalls = this.calls.size > 0;
    this.exchange.endAll('the node was shut down');
    // BYEs are answered, recordings closed.
    if (hasCalls) await new Promise<void>((resolve) => clock.after(500, resolve));
    this.hub.signOutAll();
    await this.desks.close();
    this.#webCalls.close();
    this.floor.close();
    this.connectors.close();
    await this.#extensions.close();
    this.hub.news.close();
    this.#watch.stop();
    await this.#registrar.stop();
    this.trunks.close();
    await this.sip.close();
    await this.media.close();
    await recordings.settled();
    await messages.settled();
    await faxes.settled();
  }

  /** The centre may know nothing of what has not changed since. */
  linkUp(): void {
    this.floor.again();
    this.visitLines.linkUp();
  }

  linkDown(): void {
    this.matches.close();
  }

  /** Desks are told whether the centre is there. */
  centreChanged(): void {
    for (const tenant of this.directory.all()) this.hub.news.tellSurroundings(tenant);
  }

  vitals(): {
    readonly load: { main: number; media: number };
    readonly calls: number;
    readonly agentsSignedIn: number;
    readonly trunks: TrunkPulse[];
    readonly intruders: number;
  } {
    const { config, clock } = this.#parts;
    return {
      load: { main: mainLoad(), media: Math.max(0, ...this.media.load().workers) },
      calls: this.calls.size,
      agentsSignedIn: this.hub.signedIn,
      trunks: Array.from(this.trunks.all(), (trunk) => trunk.pulse()),
      intruders: this.sip.statistics().shutOut + boxIntruders(config.boxState, clock.nowMs()),
    };
  }

  inspect(): unknown {
    return {
      vitals: this.vitals(),
      admission: this.admission.describe(),
      sip: this.sip.statistics(),
      tenants: [...this.directory.all()].map((tenant) => ({
        slug: tenant.tenant.slug,
        state: tenant.tenant.state,
        callsNow: tenant.callsNow,
        mayTake: this.shares.mayTake(tenant),
        floor: this.floor.picture(tenant),
      })),
    };
  }

  #configure(config: NodeConfig): void {
    const isDrainNews = this.exchange.isDrained !== config.isDraining;
    this.exchange.isDrained = config.isDraining;
    this.routes.neighbours = config.neighbours;
    this.#reservedNumbers.configure(config.reservedNumbers);
    this.directory.apply(config);
    if (isDrainNews) this.matches.drainChanged();
    this.shares.configured();
    this.trunks.apply(config);
    this.#watch.configured();
    this.#registrar.configured();
    this.desks.configure(config);
    this.connectors.configured(this.directory);
    this.#parts.synthesiser.prepare(
      [...this.directory.all()].flatMap((tenant) => this.#spokenBefore(tenant)),
    );
  }

  /** What callers will want to hear; a tenant's texts also by the voice that stands in for a chosen one. */
  #spokenBefore(tenant: TenantAtNode): SpokenBy[] {
    const plain = [
      ...commonAnnouncements(tenant.locale),
      ...([...tenant.queues.values()].some(({ callback }) => callback)
        ? commonCallbackWords(tenant.locale)
        : []),
      ...(tenant.faxBoxes.size > 0 ? commonFaxWords(tenant.locale) : []),
      ...(tenant.mailboxes.size > 0 ? commonMessageWords(tenant.locale) : []),
    ];
    const texts = textsOf(tenant.config);
    const isSpoken = new Set(tenant.config.spoken.map(({ locale, text }) => `${locale} ${text}`));
    const chosen = texts.flatMap(({ text, locale }) => {
      const voice = isSpoken.has(`${locale} ${text}`) ? undefined : this.#voices.chosen(tenant, locale);
      return voice ? [{ text, voice }] : [];
    });
    return [
      ...[...plain, ...texts].map(({ text, locale }) => ({ text, voice: this.#voices.own(tenant, locale) })),
      ...chosen,
    ];
  }

  #acd(tenant: TenantAtNode, services: CallServices): AcdRunner {
    let acd = this.#acds.get(tenant);
    if (!acd) this.#acds.set(tenant, (acd = new AcdRunner(services, tenant, this.#parts.random)));
    return acd;
  }

  #phoneChanged(tenant: TenantAtNode, extension: string): void {
    const agent = tenant.agentsByExtension.get(extension);
    const seat = agent && this.hub.seat(agent.id);
    if (seat) this.hub.news.seatChanged(seat);
  }

  private workerLost(lost: { readonly callKeys: readonly string[]; readonly cause: string }): void {
    this.#parts.log.error(lost, 'a media worker was lost');
    for (const key of lost.callKeys) {
      this.calls.get(key as CallId)?.soundLost(lost.cause);
      this.ears.soundLost(key);
    }
  }
}

let loadBefore = performance.eventLoopUtilization();

/** Share of the time since the last asking in which the main thread was busy. */
function mainLoad(): number {
  const now = performance.eventLoopUtilization();
  const { utilization } = performance.eventLoopUtilization(now, loadBefore);
  loadBefore = now;
  return utilization;
}
