/**
 * The node's line to the centre: one outbound WebSocket with signalling only. Config comes in through the ledger, events go
 * out of the journal until acknowledged, floors go out newest only. Never awaited by the call path.
 */
import {
  centreToNodeSchema,
  linkProtocol,
  linkProtocolOldest,
  type CentreToNode,
  type NodeToCentre,
} from '@seatgrid/contracts/link/link-messages.ts';
import { join } from 'node:path';
import type { ConnectorHeld } from '@seatgrid/adapters/connectors/connectors-in-use.ts';
import type { ConnectorOutcome } from '@seatgrid/core/connectors/ask-connector.ts';
import type { MatchToCentre } from '@seatgrid/contracts/link/match-messages.ts';
import type { RouteToCentre } from '@seatgrid/contracts/link/route-messages.ts';
import type { PhoneToCentre } from '@seatgrid/contracts/link/phone-messages.ts';
import type { VisitToCentre } from '@seatgrid/contracts/link/visit-link-messages.ts';
import type { EarToCentre } from '@seatgrid/contracts/link/ear-messages.ts';
import type { SiteFlowToCentre } from '@seatgrid/contracts/link/site-flow-messages.ts';
import type { QuotaHeld } from '@seatgrid/contracts/link/share-messages.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { TrunkPulse } from '@seatgrid/contracts/realtime/trunk-pulse.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { KeptPlaces } from '../acd/kept-places.ts';
import type { CallLadders } from '../ladder/call-ladders.ts';
import type { ConfigLedger } from '../ledger/config-ledger.ts';
import type { EventJournal } from '../ledger/event-journal.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import type { Callbacks } from '../callbacks/callbacks.ts';
import type { FaxStore } from '../faxes/fax-store.ts';
import type { RouteQuestions } from '../calls/route-questions.ts';
import type { NodeMatches } from '../matching/node-matches.ts';
import type { PhonesElsewhere } from '../matching/phones-elsewhere.ts';
import type { Ears } from '../ears/ears.ts';
import type { SiteFlows } from '../matching/site-flows.ts';
import type { VisitLines } from '../visits/visit-lines.ts';
import type { NodeShares } from '../shares/node-shares.ts';
import type { MessageStore } from '../messages/message-store.ts';
import type { PromptFiles } from '../prompts/prompt-files.ts';
import type { CentreAccess } from './centre-access.ts';
import { CentreSight } from './centre-sight.ts';
import { takeConfig } from './config-intake.ts';
import { ConnectorQuestions, type ConnectorQuestion } from './connector-questions.ts';
import { EventOutbox } from './event-outbox.ts';
import { FloorOutbox } from './floor-outbox.ts';
import {
  nodeKeyLookEveryMs,
  recordingFetchesAtOnceMax,
  recordingFetchesWaitingMax,
  unknownKindsMax,
  trafficToldEveryMs,
} from './limits.ts';
import { LinkMachine, type LinkEffect, type LinkInput } from './link-machine.ts';
import { openLinkSocket, type LinkSocket } from './link-socket.ts';
import { TrafficCounter, tellTraffic, type LinkTraffic } from './link-traffic.ts';
import { UploadBudget } from './upload-budget.ts';
import { RecordingUpload } from './recording-upload.ts';
import { RecordingPace } from './recording-pace.ts';
import { sendLadder, sendRecording, type LadderRequest, type RecordingRequest } from './recording-fetch.ts';

/** Of a match, a call's route, a flow of another site, desk phones, a supervisor's ear, shares of quotas, or a visit by number. */
export type SignallingToCentre =
  MatchToCentre | RouteToCentre | SiteFlowToCentre | PhoneToCentre | EarToCentre | QuotaHeld | VisitToCentre;

export interface Uplink {
  start(): void;
  /** A tenant's floor has changed; it is drawn when it is its turn to be sent. */
  sendFloor(tenantId: TenantId, draw: () => Floor): void;
  state(): 'up' | 'down';
  /** Why the link is down, for people; null while it is up or nothing was tried. */
  trouble(): string | null;
  /** As people are told, which is not at every turn of the line; null: it is there, or there is none. */
  centreAwaySinceMs(): number | null;
  /** A connector that runs at the centre; undefined while the link is down. */
  askCentre(question: ConnectorQuestion): Promise<ConnectorOutcome> | undefined;
  /** Lost while the link is down. */
  tell(message: SignallingToCentre): void;
  /** Octets and messages on the wire, by direction and kind. */
  traffic(): LinkTraffic;
  close(): Promise<void>;
}

export interface UplinkOptions {
  /** Null: a node on its own; the uplink stays down. */
  readonly centre: CentreAccess | null;
  readonly product: string;
  readonly deskUrl: string;
  /** `host:port`. */
  readonly sipAddress: string;
  readonly ledger: ConfigLedger;
  readonly journal: EventJournal;
  readonly prompts: PromptFiles;
  readonly recordingsFolder: string;
  readonly messages: Pick<MessageStore, 'act'>;
  readonly callbacks: Pick<Callbacks, 'list' | 'cancel'>;
  readonly places: Pick<KeptPlaces, 'keep'>;
  readonly faxes: Pick<FaxStore, 'act'>;
  readonly receivesFaxes: boolean;
  readonly ladders: Pick<CallLadders, 'find'>;
  readonly matches: Pick<NodeMatches, 'hear'>;
  readonly siteFlows: Pick<SiteFlows, 'hear'>;
  readonly phonesElsewhere: Pick<PhonesElsewhere, 'hear' | 'up' | 'down'>;
  readonly visits: Pick<VisitLines, 'hear'>;
  readonly ears: Pick<Ears, 'hear'>;
  readonly routes: Pick<RouteQuestions, 'hear'>;
  readonly shares: Pick<NodeShares, 'hear' | 'up' | 'down'>;
  /** Told of each link that is up, and of its end. */
  readonly onUp: () => void;
  readonly onDown: () => void;
  /** Tries a connector from here, for who defines it. */
  readonly tryConnector: (held: ConnectorHeld) => Promise<ConnectorOutcome>;
  /** Asked at each beat. */
  readonly vitals: () => {
    readonly load: { readonly main: number; readonly media: number };
    readonly calls: number;
    readonly agentsSignedIn: number;
    readonly trunks?: TrunkPulse[];
    readonly intruders?: number;
  };
  /** What `centreAwaySinceMs` says has changed. */
  readonly onCentreChanged?: () => void;
  readonly clock: Clock;
  readonly random: Random;
  /** A real one where absent. */
  readonly openSocket?: typeof openLinkSocket;
  readonly log?: NodeLog;
}

export function createUplink(options: UplinkOptions): Uplink {
  const { centre } = options;
  if (centre === null)
    return {
      start: () => {},
      sendFloor: () => {},
      state: () => 'down',
      trouble: () => null,
      centreAwaySinceMs: () => null,
      askCentre: () => undefined,
      tell: () => {},
      traffic: () => new TrafficCounter().read(),
      close: () => Promise.resolve(),
    };
  return new CentreUplink({ ...options, centre, log: options.log ?? silentLog });
}

type TrialRequest = Extract<CentreToNode, { kind: 'try-connector' }>;
type TrialOutcome = Extract<NodeToCentre, { kind: 'connector-outcome' }>['outcome'];

class CentreUplink implements Uplink {
  readonly #options: UplinkOptions & { readonly centre: CentreAccess; readonly log: NodeLog };
  readonly #machine: LinkMachine;
  readonly #events: EventOutbox;
  readonly #floors = new FloorOutbox();
  readonly #traffic = new TrafficCounter();
  readonly #fetches: (RecordingRequest | LadderRequest)[] = [];
  readonly #questions: ConnectorQuestions;
  readonly #pace: RecordingPace;
  readonly #upload: RecordingUpload;
  /** As of the last beat. */
  #calls = 0;
  #fetching = 0;
  #socket: LinkSocket | undefined;
  /** Counts the tries: what an earlier one still brings is not heard. */
  #try = 0;
  #nodeId: NodeId | undefined;
  /** Whether the centre said so in its last welcome. */
  #sharesQuotas = false;
  #findsPhones = false;
  #cancelTimer: Cancel | undefined;
  #cancelCommitted: Cancel | undefined;
  #cancelKeyLook: Cancel | undefined;
  #toldWhy = '';
  /** Kinds of messages that came and are not known here, each told once. */
  readonly #unknown = new Set<string>();
  readonly #sight: CentreSight;
  readonly #beganAtMs: number;
  #trafficToldAtMs = -Infinity;
  #cancelReturn: Cancel | undefined;

  constructor(options: UplinkOptions & { readonly centre: CentreAccess; readonly log: NodeLog }) {
    this.#options = options;
    this.#beganAtMs = options.clock.nowMs();
    this.#sight = new CentreSight(this.#beganAtMs);
    this.#machine = new LinkMachine(options.random);
    this.#events = new EventOutbox(options.journal.committed);
    this.#questions = new ConnectorQuestions(options.clock, (message) => this.#send(message));
    this.#pace = new RecordingPace({
      clock: options.clock,
      ping: (onAnswered) => this.#socket?.ping(onAnswered),
    });
    this.#upload = new RecordingUpload({
      centre: options.centre,
      folder: options.recordingsFolder,
      budget: new UploadBudget(join(options.recordingsFolder, '.upload-budget.json')),
      pace: this.#pace,
      policy: () => options.ledger.current()?.recordingUpload ?? null,
      busy: () => ({
        isUp: this.state() === 'up',
        calls: this.#calls,
        pendingEvents: options.journal.pending(),
      }),
      clock: options.clock,
      log: options.log,
    });
  }

  start(): void {
    const { journal, clock } = this.#options;
    this.#cancelCommitted ??= journal.onCommitted((events) => {
      this.#events.committed(journal.committed, clock.nowMs());
      this.#traffic.countCallsEnded(events.filter(({ facts }) => facts.kind === 'call.ended').length);
      this.#pump();
    });
    this.#handle({ kind: 'start' });
  }

  sendFloor(tenantId: TenantId, draw: () => Floor): void {
    this.#floors.put(tenantId, draw);
    if (this.#machine.state === 'up') this.#pump();
  }

  state(): 'up' | 'down' {
    return this.#machine.state === 'up' ? 'up' : 'down';
  }

  trouble(): string | null {
    return this.#toldWhy === '' ? null : this.#toldWhy;
  }

  centreAwaySinceMs(): number | null {
    return this.#sight.awaySinceMs(this.#options.clock.nowMs());
  }

  askCentre(question: ConnectorQuestion): Promise<ConnectorOutcome> | undefined {
    return this.state() === 'up' ? this.#questions.ask(question) : undefined;
  }

  tell(message: SignallingToCentre): void {
    if (this.state() === 'up') this.#send(message);
  }

  traffic(): LinkTraffic {
    return this.#traffic.read();
  }

  close(): Promise<void> {
    this.#cancelCommitted?.();
    this.#cancelKeyLook?.();
    this.#events.down();
    this.#floors.down();
    this.#questions.down();
    this.#cancelReturn?.();
    this.#upload.close();
    this.#pace.close();
    this.#handle({ kind: 'stop' });
    return Promise.resolve();
  }

  #handle(input: LinkInput): void {
    for (const effect of this.#machine.handle(input, this.#options.clock.nowMs())) this.#perform(effect);
    this.#pump();
  }

  #perform(effect: LinkEffect): void {
    const { log, clock } = this.#options;
    switch (effect.kind) {
      case 'connect':
        return void this.#connect();
      case 'disconnect':
        return this.#disconnect();
      case 'send-hello':
        return this.#sendHello();
      case 'send-beat':
        return this.#sendBeat();
      case 'up':
        this.#toldWhy = '';
        log.info({ acknowledged: effect.acknowledged }, 'the link to the centre is up');
        this.#pace.lineChanged();
        this.#sight.up(clock.nowMs());
        // Another centre, or another replica, knows nothing of it yet.
        this.#trafficToldAtMs = -Infinity;
        this.#sightChanged();
        this.#meet(effect.acknowledged);
        this.#events.up(effect.acknowledged, clock.nowMs());
        void this.#lookAtKey();
        this.#upload.look();
        this.#floors.up(clock.nowMs());
        this.#options.shares.up(this.#sharesQuotas);
        this.#options.phonesElsewhere.up(this.#findsPhones);
        return this.#options.onUp();
      case 'down':
        this.#pace.lineChanged();
        this.#sight.down(clock.nowMs());
        this.#sightChanged();
        this.#events.down();
        this.#questions.down();
        this.#floors.down();
        this.#options.shares.down();
        this.#options.phonesElsewhere.down();
        this.#options.onDown();
        // A centre that is away for a night is one line, not thousands.
        if (effect.why !== this.#toldWhy) log.warn({ why: effect.why }, 'the link to the centre is down');
        this.#toldWhy = effect.why;
    }
  }

  /** Told now, and again when it will have stayed long enough. */
  #sightChanged(): void {
    const { clock, onCentreChanged } = this.#options;
    this.#cancelReturn?.();
    const backAtMs = this.#sight.backAtMs(clock.nowMs());
    this.#cancelReturn =
      backAtMs === null ? undefined : clock.after(backAtMs - clock.nowMs(), () => onCentreChanged?.());
    onCentreChanged?.();
  }

  async #connect(): Promise<void> {
    const { centre } = this.#options;
    const thisTry = ++this.#try;
    const isCurrent = () => thisTry === this.#try;
    try {
      this.#nodeId = await centre.nodeId();
      const authorization = await centre.authorization();
      if (!isCurrent()) return;
      this.#socket = (this.#options.openSocket ?? openLinkSocket)(
        { url: centre.url, authorization },
        {
          onOpened: () => isCurrent() && this.#handle({ kind: 'opened' }),
          onText: (text) => isCurrent() && this.#hear(text),
          onClosed: (why) => isCurrent() && this.#handle({ kind: 'closed', why }),
          onWire: (octets) => this.#traffic.countWire(octets),
        },
      );
    } catch (error) {
      if (isCurrent()) this.#handle({ kind: 'closed', why: (error as Error).message });
    }
  }

  #disconnect(): void {
    this.#try++;
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Our journal and the centre's word of it, brought together. */
  #meet(acknowledged: number): void {
    const { journal, log } = this.#options;
    if (acknowledged > journal.committed) journal.continueAbove(acknowledged);
    else if (acknowledged < journal.acknowledged)
      log.warn(
        { acknowledged, own: journal.acknowledged },
        'the centre has forgotten events; what is still here is told again',
      );
    journal.acknowledge(acknowledged);
    this.#events.committed(journal.committed, this.#options.clock.nowMs());
  }

  #sendHello(): void {
    const { ledger, journal, product, deskUrl, sipAddress } = this.#options;
    this.#send({
      kind: 'hello',
      protocol: linkProtocol,
      product,
      generation: ledger.current()?.generation ?? 0,
      sequence: journal.committed,
      deskUrl,
      sipAddress,
      receivesFaxes: this.#options.receivesFaxes,
    });
  }

  #sendBeat(): void {
    const { clock, journal, vitals } = this.#options;
    const told = vitals();
    this.#calls = told.calls;
    const nowMs = clock.nowMs();
    const isTrafficDue = nowMs - this.#trafficToldAtMs >= trafficToldEveryMs;
    if (isTrafficDue) this.#trafficToldAtMs = nowMs;
    this.#send({
      kind: 'beat',
      atMs: nowMs,
      ...told,
      journalPending: journal.pending(),
      ...(isTrafficDue
        ? { traffic: tellTraffic(this.traffic(), { sinceMs: this.#beganAtMs, atMs: nowMs }) }
        : {}),
    });
  }

  #hear(text: string): void {
    this.#handle({ kind: 'heard' });
    const message = readMessage(text);
    this.#traffic.countReceived(message?.kind ?? 'unknown', Buffer.byteLength(text));
    if (message === undefined) return this.#passOver(text);
    const { clock, journal } = this.#options;
    switch (message.kind) {
      case 'welcome':
        if (message.protocol < linkProtocolOldest)
          return this.#handle({
            kind: 'refused',
            why: `it speaks link protocol ${message.protocol}: update the centre`,
          });
        this.#sharesQuotas = message.sharesQuotas === true;
        this.#findsPhones = message.findsPhones === true;
        return this.#handle({ kind: 'welcome', acknowledged: message.acknowledged });
      case 'beat':
        return;
      case 'config':
        return void this.#takeConfig(message.config);
      case 'acknowledged':
        if (message.sequence > journal.committed) return;
        journal.acknowledge(message.sequence);
        this.#events.acknowledged(message.sequence, clock.nowMs());
        return this.#pump();
      case 'fetch-recording':
      case 'fetch-ladder':
        return this.#queueFetch(message);
      case 'act-on-message': {
        const { tenantId, messageId, act } = message;
        this.#options.messages.act(tenantId, messageId, { act, way: 'portal' });
        return;
      }
      case 'list-callbacks':
        return this.#options.callbacks.list(message.tenantId, message.queueId, message.numbers);
      case 'cancel-callback':
        return this.#options.callbacks.cancel(message.tenantId, message.callbackId);
      case 'keep-places':
        return this.#options.places.keep(message.nodeId, message.places);
      case 'act-on-fax': {
        const { tenantId, faxId, act } = message;
        this.#options.faxes.act(tenantId, faxId, { act, way: 'portal' });
        return;
      }
      case 'try-connector':
        return void this.#tryConnector(message);
      case 'match-spread':
      case 'match-elsewhere':
      case 'match-picture':
      case 'match-reserve':
      case 'match-claim':
      case 'match-release':
      case 'match-serve-own':
      case 'agent-found':
        return this.#options.matches.hear(message);
      case 'site-flow-asked':
      case 'site-flow-found':
        return this.#options.siteFlows.hear(message);
      case 'phone-asked':
      case 'phone-found':
        return this.#options.phonesElsewhere.hear(message);
      case 'visit-heard':
      case 'visit-answer':
        return this.#options.visits.hear(message);
      case 'ear-asked':
      case 'ear-told':
        return this.#options.ears.hear(message);
      case 'quota-share':
        return this.#options.shares.hear(message);
      case 'route-told':
        return this.#options.routes.hear(message);
      case 'connector-outcome':
        return this.#questions.answered(message.requestId, message.outcome);
      case 'refused':
        return this.#handle({ kind: 'refused', why: message.why });
      case 'change-key':
        return void this.#changeKey();
    }
  }

  /** A centre that is ahead of this node says more than is understood here; what it says beside that still counts. */
  #passOver(text: string): void {
    const said = /"kind":"([^"]{1,40})"/.exec(text)?.[1] ?? 'no message';
    if (this.#unknown.has(said) || this.#unknown.size >= unknownKindsMax) return;
    this.#unknown.add(said);
    this.#options.log.warn(
      { said, beginning: text.slice(0, 80) },
      'the centre says what this node does not understand',
    );
  }

  async #takeConfig(config: unknown): Promise<void> {
    const { ledger, prompts, clock, log } = this.#options;
    if (this.#nodeId === undefined) return;
    const report = await takeConfig(config, { nodeId: this.#nodeId, ledger, prompts, clock });
    if (report.kind === 'config-refused') log.warn(report, 'a config was refused');
    else log.info(report, 'a new config is in force');
    this.#upload.look();
    this.#send(report);
  }

  /** While the link is up, once a day. */
  async #lookAtKey(): Promise<void> {
    const { centre, clock } = this.#options;
    this.#cancelKeyLook?.();
    this.#cancelKeyLook = clock.after(nodeKeyLookEveryMs, () => void this.#lookAtKey());
    if (this.state() === 'up' && (await centre.isKeyOld())) await this.#changeKey();
  }

  async #changeKey(): Promise<void> {
    try {
      await this.#options.centre.changeKey();
    } catch (error) {
      this.#options.log.warn({ cause: String(error) }, 'the node keeps its key');
    }
  }

  async #tryConnector({
    requestId,
    tenantId,
    connector: { secrets, ...connector },
    innerHosts,
  }: TrialRequest): Promise<void> {
    const outcome = await this.#options.tryConnector({ tenantId, connector, secrets, innerHosts });
    this.#send({ kind: 'connector-outcome', requestId, outcome: outcome as TrialOutcome });
  }

  #queueFetch(request: RecordingRequest | LadderRequest): void {
    if (this.#fetches.length >= recordingFetchesWaitingMax)
      return this.#send({
        kind: 'recording-missing',
        requestId: request.requestId,
        why: 'too many are being fetched',
      });
    this.#fetches.push(request);
    while (this.#fetching < recordingFetchesAtOnceMax && this.#fetches.length > 0) void this.#fetchNext();
  }

  async #fetchNext(): Promise<void> {
    const request = this.#fetches.shift();
    if (request === undefined) return;
    const { centre, recordingsFolder: folder, ladders, clock, log } = this.#options;
    const facts = request.kind === 'fetch-recording' ? { path: request.path } : { callId: request.callId };
    const options = { centre, folder, ladders, pace: this.#pace, clock };
    this.#fetching++;
    try {
      const sent =
        request.kind === 'fetch-recording'
          ? await sendRecording(request, options)
          : await sendLadder(request, options);
      if (!sent.ok) {
        log.warn({ ...facts, why: sent.failure }, 'what the centre asked for could not be sent');
        this.#send({ kind: 'recording-missing', requestId: request.requestId, why: sent.failure });
      }
    } catch (error) {
      log.warn({ ...facts, why: String(error) }, 'what the centre asked for could not be sent');
      this.#send({ kind: 'recording-missing', requestId: request.requestId, why: 'it cannot be read' });
    } finally {
      this.#fetching--;
    }
    await this.#fetchNext();
  }

  /** Sends what may go now, and sets the timer for what may not. */
  #pump(): void {
    const { clock, journal } = this.#options;
    const nowMs = clock.nowMs();
    for (let part = this.#events.next(nowMs); part !== null; part = this.#events.next(nowMs)) {
      const events = journal.readAfter(part.after, part.eventsMax);
      const last = events.at(-1);
      if (last === undefined) break;
      this.#sendText('events', `{"kind":"events","events":[${events.map(({ json }) => json).join(',')}]}`);
      this.#events.sent(last.sequence, nowMs);
    }
    const floor = this.#floors.next(nowMs);
    if (floor !== null)
      this.#sendText('floor', JSON.stringify({ kind: 'floor', ...floor }), (octets) => {
        this.#floors.left(octets, clock.nowMs());
        this.#pump();
      });
    this.#plan(nowMs);
  }

  #plan(nowMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const wakes = [this.#machine.wakeAtMs, this.#events.wakeAtMs, this.#floors.wakeAtMs];
    const wakeAtMs = Math.min(...wakes.map((wake) => wake ?? Infinity));
    if (wakeAtMs === Infinity) return;
    this.#cancelTimer = this.#options.clock.after(Math.max(1, wakeAtMs - nowMs), () =>
      this.#handle({ kind: 'wake' }),
    );
  }

  #send(message: NodeToCentre): void {
    this.#sendText(message.kind, JSON.stringify(message));
  }

  #sendText(kind: NodeToCentre['kind'], text: string, onLeft?: (octets: number) => void): void {
    this.#socket?.send(text, (octets) => {
      this.#traffic.countSent(kind, octets);
      onLeft?.(octets);
    });
  }
}

/** A config travels as it is: the ledger reads it, and answers for one it does not know. */
type Heard =
  Exclude<CentreToNode, { kind: 'config' }> | { readonly kind: 'config'; readonly config: unknown };

function readMessage(text: string): Heard | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { kind, config } = (message ?? {}) as { kind?: unknown; config?: unknown };
  if (kind === 'config') return { kind, config };
  const parsed = centreToNodeSchema.safeParse(message);
  return parsed.success ? (parsed.data as Heard) : undefined;
}
