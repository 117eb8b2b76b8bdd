/**
 * One node's link while it lasts: hello, beats both ways, events in their order, configuration and requests out. What is live is
 * not kept waiting by events that are being stored.
 */
import type { RawData, WebSocket } from 'ws';
import { isRecord } from '@seatgrid/adapters/postgres/record.ts';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  findNode,
  forgetAcknowledged,
  saveNodeHeard,
  saveNodeHello,
  type FleetNode,
} from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import {
  linkBeatMs,
  linkProtocol,
  linkProtocolOldest,
  linkSilentMs,
  nextLinkLookMs,
  nodeToCentreSchema,
  type CentreToNode,
  type NodeToCentre,
} from '@seatgrid/contracts/link/link-messages.ts';
import type { VisitToCentre } from '@seatgrid/contracts/link/visit-link-messages.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { BusMessage } from '@seatgrid/core/ports/bus.ts';
import { topic, type Centre } from '../centre.ts';
import { linkHelloTimeoutMs, linkUnknownKindsMax, nodeHeardEveryMs } from '../limits.ts';
import type { CallRoutes } from '../matching/call-routes.ts';
import { relayPhone } from '../matching/phone-asks.ts';
import { relayEar } from '../matching/ear-asks.ts';
import { relaySiteFlow } from '../matching/site-flow-asks.ts';
import type { MatchNews } from '../matching/match-duty.ts';
import type { NodePulse } from '../realtime/live-picture.ts';
import { takeEvents } from './event-intake.ts';
import type { ConfigReader, NodeConfigs } from './node-configs.ts';
import type { QuotaShares } from './quota-shares.ts';

/** As SIP says that somebody is not there. */
const nodeAwayStatus = 480;

type Hello = Extract<NodeToCentre, { kind: 'hello' }>;

export class NodeLink implements ConfigReader {
  readonly nodeId: NodeId;
  readonly linkId: string;
  generationSent = 0;
  readonly #centre: Centre;
  readonly #socket: WebSocket;
  readonly #configs: NodeConfigs;
  readonly #routes: CallRoutes;
  readonly #shares: QuotaShares;
  /** Worked off one by one, so that events are stored in the order they happened. */
  #events: Promise<void> = Promise.resolve();
  /** All other messages, one by one as well, beside the events. */
  #live: Promise<void> = Promise.resolve();
  /** Kinds that came and are not known here, each told once. */
  readonly #unknown = new Set<string>();
  #isGreeted = false;
  #isOver = false;
  #heardAtMs: number;
  #savedAtMs = 0;
  #pulse: NodePulse;
  #cancelBeat: Cancel;

  constructor(parts: {
    centre: Centre;
    socket: WebSocket;
    node: FleetNode;
    configs: NodeConfigs;
    routes: CallRoutes;
    shares: QuotaShares;
  }) {
    const { centre, socket, node, configs, routes, shares } = parts;
    this.nodeId = node.id;
    this.linkId = centre.ids.next<'link'>();
    this.#centre = centre;
    this.#socket = socket;
    this.#configs = configs;
    this.#routes = routes;
    this.#shares = shares;
    this.#heardAtMs = centre.clock.nowMs();
    this.#pulse = {
      nodeId: node.id,
      isLinkUp: false,
      linkedAtMs: this.#heardAtMs,
      heardAtMs: this.#heardAtMs,
      generation: node.generationApplied,
      product: node.product,
      calls: 0,
      agentsSignedIn: 0,
      load: { main: 0, media: 0 },
      journalPending: 0,
      intruders: 0,
      trunks: [],
    };
    this.#cancelBeat = centre.clock.after(linkBeatMs, () => this.#beat());
    socket.on('message', (data) => this.#heard(data));
    socket.on('error', (error) => centre.log.warn({ err: error, nodeId: node.id }, 'link fault'));
  }

  get isGreeted(): boolean {
    return this.#isGreeted && !this.#isOver;
  }

  send(message: CentreToNode): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Resolves when it has left, or will never. */
  sendConfig(text: string): Promise<void> {
    return new Promise((left) => this.#socket.send(`{"kind":"config","config":${text}}`, () => left()));
  }

  /** Coming back would hear the same. */
  close(why: string): void {
    this.send({ kind: 'refused', why });
    this.#bye(1_000, why);
  }

  /** The node may come back at once, to another replica. */
  leave(why: string): void {
    this.#bye(1_001, why);
  }

  #bye(code: number, why: string): void {
    this.#socket.close(code, why.slice(0, 120));
    // A peer that is gone never answers the closing handshake.
    this.#centre.clock.after(linkBeatMs, () => this.#socket.terminate());
  }

  /** Another link of this node took its place: what was said on it and not begun is said there again. */
  replaced(): void {
    this.#isOver = true;
    this.#cancelBeat();
    this.close('another link of this node replaced it');
  }

  /** Nothing more of what it says counts. */
  revoked(): void {
    this.#isOver = true;
    this.close(
      'this node was revoked at the centre: nothing it says counts until it is enrolled anew with a new one-time token',
    );
  }

  /** Called once, when the socket is closed. */
  async over(): Promise<void> {
    this.#isOver = true;
    this.#cancelBeat();
    await Promise.all([this.#events, this.#live]);
    if (this.#isGreeted) await this.#tellPulse({ isLinkUp: false });
  }

  #beat(): void {
    if (this.#isOver) return;
    const silentMs = this.#centre.clock.nowMs() - this.#heardAtMs;
    const nextMs = nextLinkLookMs(silentMs, this.#isGreeted ? linkSilentMs : linkHelloTimeoutMs);
    if (nextMs === null) {
      this.#centre.log.warn({ nodeId: this.nodeId, silentMs }, 'link lost: the node fell silent');
      this.#socket.terminate();
      return;
    }
    if (this.#isGreeted) this.send({ kind: 'beat', atMs: this.#centre.clock.nowMs() });
    this.#cancelBeat = this.#centre.clock.after(nextMs, () => this.#beat());
  }

  #heard(data: RawData): void {
    this.#heardAtMs = this.#centre.clock.nowMs();
    const json = parseJson(data.toString());
    const isEvents = isRecord(json) && json['kind'] === 'events' && Array.isArray(json['events']);
    if (isEvents) this.#events = this.#worked(this.#events, () => this.#takeEvents(json['events']));
    else this.#live = this.#worked(this.#live, () => this.#take(json));
  }

  #worked(before: Promise<void>, work: () => Promise<void>): Promise<void> {
    return before
      .then(() => (this.#isOver ? undefined : work()))
      .catch((error: unknown) => {
        // Nothing was acknowledged that is not stored, so the node will say it again on the next link.
        this.#centre.log.error(
          { err: error, nodeId: this.nodeId },
          'a message of the link could not be worked off',
        );
        this.#socket.close(1011, 'the centre made a mistake');
      });
  }

  /** They are looked at one by one, so that a bad one does not condemn its neighbours. */
  async #takeEvents(events: unknown): Promise<void> {
    if (!this.#isGreeted) return this.close('say hello first');
    const sequence = await takeEvents(this.#centre, this.nodeId, events as unknown[]);
    this.send({ kind: 'acknowledged', sequence });
  }

  async #take(json: unknown): Promise<void> {
    const message = nodeToCentreSchema.safeParse(json);
    if (message.success && message.data.kind === 'hello') return this.#greet(message.data);
    if (!this.#isGreeted) return this.close('say hello first');
    if (message.success) return this.#obey(message.data as Exclude<NodeToCentre, Hello>);
    this.#passOver(json, message.error.issues[0]);
  }

  /** A node that is ahead of this centre says more than is understood here; what it says beside that still counts. */
  #passOver(
    json: unknown,
    issue: { readonly path: PropertyKey[]; readonly message: string } | undefined,
  ): void {
    const said = isRecord(json) ? String(json['kind']).slice(0, 40) : 'no message';
    this.#centre.counters.linkNotUnderstood.add([]);
    if (this.#unknown.has(said) || this.#unknown.size >= linkUnknownKindsMax) return;
    this.#unknown.add(said);
    const why = `${issue?.path.join('.')}: ${issue?.message}`;
    this.#centre.log.warn({ nodeId: this.nodeId, said, why }, 'a message of a node is not understood');
  }

  async #greet(hello: Hello): Promise<void> {
    if (hello.protocol < linkProtocolOldest)
      return this.close(
        `this centre speaks link protocols from ${linkProtocolOldest} on, the node ${hello.protocol}: update the node`,
      );
    const nowMs = this.#centre.clock.nowMs();
    const { deskUrl, sipAddress, product, generation, receivesFaxes = null } = hello;
    const { acknowledged, isKeyWanted } = await inPlatform(this.#centre.database.platform, async (trx) => {
      await saveNodeHello(trx, {
        id: this.nodeId,
        deskUrl,
        sipAddress,
        product,
        receivesFaxes,
        generationApplied: generation,
        nowMs,
      });
      const node = await findNode(trx, this.nodeId);
      // A journal shorter than what we have of it is a new journal: its events carry new ids, so all of it is asked for.
      const known = node?.acknowledged ?? 0;
      const isKeyWanted = node?.isKeyWanted === true;
      if (known <= hello.sequence) return { acknowledged: known, isKeyWanted };
      await forgetAcknowledged(trx, this.nodeId);
      return { acknowledged: 0, isKeyWanted };
    });
    await this.#configs.overtake(this.nodeId, generation);
    this.generationSent = generation;
    this.#isGreeted = true;
    const protocol = Math.min(linkProtocol, hello.protocol);
    this.send({
      kind: 'welcome',
      protocol,
      acknowledged,
      atMs: nowMs,
      sharesQuotas: true,
      findsPhones: true,
    });
    await this.#centre.bus.publish(topic.greeted, { nodeId: this.nodeId, linkId: this.linkId });
    await this.#tellPulse({ isLinkUp: true, generation, product });
    this.#centre.log.info(
      { nodeId: this.nodeId, generation, sequence: hello.sequence, acknowledged },
      'link up',
    );
    void this.#configs.push();
    if (isKeyWanted) this.send({ kind: 'change-key' });
  }

  async #obey(message: Exclude<NodeToCentre, Hello>): Promise<void> {
    switch (message.kind) {
      case 'beat': {
        const { calls, agentsSignedIn, load, journalPending, trunks = [], intruders = 0, traffic } = message;
        await this.#tellPulse({
          calls,
          agentsSignedIn,
          load,
          journalPending,
          trunks,
          intruders,
          ...(traffic ? { traffic } : {}),
        });
        return;
      }
      case 'floor': {
        const { tenantId, floor } = message;
        await this.#centre.bus.publish(topic.floor, { nodeId: this.nodeId, tenantId, floor });
        return;
      }
      case 'config-applied':
        await this.#tellPulse({ generation: message.generation });
        return;
      case 'config-refused':
        this.#centre.log.error({ nodeId: this.nodeId, ...message }, 'the node refused its configuration');
        return;
      case 'recording-missing':
        await this.#centre.recordings.missing(this.nodeId, message.requestId, message.why);
        return;
      case 'ask-connector':
        // Not waited for: what the world outside takes its time over keeps no event from being stored.
        void this.#askConnector(message);
        return;
      case 'connector-outcome':
        await this.#centre.connectors.tried(this.nodeId, message);
        return;
      case 'calls-wanting':
      case 'agents-free':
      case 'match-reserved':
      case 'match-refused':
      case 'match-claimed':
      case 'match-given-away':
      case 'agent-wanted':
      case 'agent-not-wanted': {
        const news: MatchNews = { nodeId: this.nodeId, message };
        await this.#centre.bus.publish(topic.match, news as unknown as BusMessage);
        return;
      }
      case 'route-asked':
        this.send(await this.#routes.answer(this.nodeId, message));
        return;
      case 'route-number-asked':
        this.send(await this.#routes.answerNumber(this.nodeId, message));
        return;
      case 'site-flow-wanted':
      case 'site-flow-kept':
      case 'site-flow-refused':
        return relaySiteFlow(this.#centre, this.#routes, this.nodeId, message);
      case 'phones-registered':
      case 'phone-wanted':
      case 'phone-kept':
      case 'phone-refused':
        return relayPhone(this.#centre, this.#routes, this.nodeId, message);
      case 'visit-said':
      case 'visit-answered':
        return this.#relayVisit(message);
      case 'ear-wanted':
      case 'ear-answered':
        return relayEar(this.#centre, this.#routes, this.nodeId, message);
      case 'quota-held':
        this.#shares.heard(this.nodeId, message);
        return;
      case 'events':
        // Taken before the whole message was parsed.
        return;
    }
  }

  /** B-06: between the nodes of a visit nothing is kept here, nor understood. */
  #relayVisit({ nodeId, ...message }: VisitToCentre): void {
    const said = { ...message, nodeId: this.nodeId };
    const isTold = this.#centre.tellNode(
      nodeId,
      said.kind === 'visit-said' ? { ...said, kind: 'visit-heard' } : { ...said, kind: 'visit-answer' },
    );
    const { token, number } = message;
    if (!isTold && message.kind === 'visit-said')
      this.send({ kind: 'visit-answer', nodeId, token, number, status: nodeAwayStatus });
  }

  async #askConnector({
    requestId,
    ...asked
  }: Extract<NodeToCentre, { kind: 'ask-connector' }>): Promise<void> {
    const outcome = await this.#centre.connectors.ask(asked);
    this.send({ kind: 'connector-outcome', requestId, outcome });
  }

  async #tellPulse(change: Partial<NodePulse>): Promise<void> {
    const isNews = change.generation !== undefined || change.isLinkUp !== undefined;
    this.#pulse = { ...this.#pulse, ...change, heardAtMs: this.#heardAtMs };
    await this.#centre.bus.publish(topic.nodeHealth, { ...this.#pulse });
    if (!isNews && this.#heardAtMs - this.#savedAtMs < nodeHeardEveryMs) return;
    this.#savedAtMs = this.#heardAtMs;
    const { generation } = this.#pulse;
    await inPlatform(this.#centre.database.platform, (trx) =>
      saveNodeHeard(trx, { id: this.nodeId, nowMs: this.#heardAtMs, generationApplied: generation }),
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
