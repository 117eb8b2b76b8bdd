/** One node's link while it lasts: hello, beats both ways, events in their order, configuration and requests out. */
import type { RawData, WebSocket } from 'ws';
import { isRecord } from '@seatgrid/adapters/postgres/record.ts';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  findNode,
  saveAcknowledged,
  saveNodeHeard,
  saveNodeHello,
  type FleetNode,
} from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import {
  linkBeatMs,
  linkBeatsMissedMax,
  linkProtocol,
  nodeToCentreSchema,
  type CentreToNode,
  type NodeToCentre,
} from '@seatgrid/contracts/link/link-messages.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { topic, type Centre } from '../centre.ts';
import { linkHelloTimeoutMs, nodeHeardEveryMs } from '../limits.ts';
import type { NodePulse } from '../realtime/live-picture.ts';
import { takeEvents } from './event-intake.ts';
import type { ConfigReader, NodeConfigs } from './node-configs.ts';

type Hello = Extract<NodeToCentre, { kind: 'hello' }>;

export class NodeLink implements ConfigReader {
  readonly nodeId: NodeId;
  generationSent = 0;
  readonly #centre: Centre;
  readonly #socket: WebSocket;
  readonly #configs: NodeConfigs;
  /** Messages are worked off one by one, so that events are stored in the order they happened. */
  #work: Promise<void> = Promise.resolve();
  #isGreeted = false;
  #isOver = false;
  #heardAtMs: number;
  #savedAtMs = 0;
  #pulse: NodePulse;
  #cancelBeat: Cancel;

  constructor(parts: { centre: Centre; socket: WebSocket; node: FleetNode; configs: NodeConfigs }) {
    const { centre, socket, node, configs } = parts;
    this.nodeId = node.id;
    this.#centre = centre;
    this.#socket = socket;
    this.#configs = configs;
    this.#heardAtMs = centre.clock.nowMs();
    this.#pulse = {
      nodeId: node.id,
      isLinkUp: false,
      heardAtMs: this.#heardAtMs,
      generation: node.generationApplied,
      product: node.product,
      calls: 0,
      agentsSignedIn: 0,
      load: { main: 0, media: 0 },
      journalPending: 0,
      trunks: [],
    };
    this.#cancelBeat = centre.clock.after(linkBeatMs, () => this.#beat());
    socket.on('message', (data) => this.#heard(data));
    socket.on('error', (error) => centre.log.warn({ err: error, nodeId: node.id }, 'link fault'));
  }

  get isGreeted(): boolean {
    return this.#isGreeted && !this.#isOver;
  }

  send(message: CentreToNode | NodeConfigMessage): void {
    const framed = 'kind' in message ? message : { kind: 'config' as const, config: message };
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(framed));
  }

  close(why: string): void {
    this.send({ kind: 'refused', why });
    this.#socket.close(1000, why.slice(0, 120));
    // A peer that is gone never answers the closing handshake.
    this.#centre.clock.after(linkBeatMs, () => this.#socket.terminate());
  }

  /** Called once, when the socket is closed. */
  async over(): Promise<void> {
    this.#isOver = true;
    this.#cancelBeat();
    await this.#work;
    if (this.#isGreeted) await this.#tellPulse({ isLinkUp: false });
  }

  #beat(): void {
    if (this.#isOver) return;
    const silentMs = this.#centre.clock.nowMs() - this.#heardAtMs;
    const silenceMax = this.#isGreeted ? linkBeatMs * linkBeatsMissedMax : linkHelloTimeoutMs;
    if (silentMs > silenceMax) {
      this.#centre.log.warn({ nodeId: this.nodeId, silentMs }, 'link lost: the node fell silent');
      this.#socket.terminate();
      return;
    }
    if (this.#isGreeted) this.send({ kind: 'beat', atMs: this.#centre.clock.nowMs() });
    this.#cancelBeat = this.#centre.clock.after(linkBeatMs, () => this.#beat());
  }

  #heard(data: RawData): void {
    this.#heardAtMs = this.#centre.clock.nowMs();
    this.#work = this.#work
      .then(() => this.#take(data.toString()))
      .catch((error: unknown) => {
        // Nothing was acknowledged that is not stored, so the node will say it again on the next link.
        this.#centre.log.error(
          { err: error, nodeId: this.nodeId },
          'a message of the link could not be worked off',
        );
        this.#socket.close(1011, 'the centre made a mistake');
      });
  }

  async #take(text: string): Promise<void> {
    if (this.#isOver) return;
    const json = parseJson(text);
    // Events are looked at one by one, so that a bad one does not condemn its neighbours.
    if (this.#isGreeted && isRecord(json) && json['kind'] === 'events' && Array.isArray(json['events'])) {
      const sequence = await takeEvents(this.#centre, this.nodeId, json['events']);
      this.send({ kind: 'acknowledged', sequence });
      return;
    }
    const message = nodeToCentreSchema.safeParse(json);
    if (!message.success)
      return this.close(`not understood: ${message.error.issues[0]?.message ?? 'malformed'}`);
    if (message.data.kind === 'hello') return this.#greet(message.data);
    if (!this.#isGreeted) return this.close('say hello first');
    await this.#obey(message.data);
  }

  async #greet(hello: Hello): Promise<void> {
    if (hello.protocol !== linkProtocol)
      return this.close(`this centre speaks link protocol ${linkProtocol}, the node ${hello.protocol}`);
    const nowMs = this.#centre.clock.nowMs();
    const { deskUrl, sipAddress, product, generation, receivesFaxes = null } = hello;
    const acknowledged = await inPlatform(this.#centre.database.platform, async (trx) => {
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
      if (known <= hello.sequence) return known;
      await saveAcknowledged(trx, this.nodeId, 0);
      return 0;
    });
    await this.#configs.overtake(this.nodeId, generation);
    this.generationSent = generation;
    this.#isGreeted = true;
    this.send({ kind: 'welcome', protocol: linkProtocol, acknowledged, atMs: nowMs });
    await this.#tellPulse({ isLinkUp: true, generation, product });
    this.#centre.log.info(
      { nodeId: this.nodeId, generation, sequence: hello.sequence, acknowledged },
      'link up',
    );
    void this.#configs.push();
  }

  async #obey(message: Exclude<NodeToCentre, Hello>): Promise<void> {
    switch (message.kind) {
      case 'beat': {
        const { calls, agentsSignedIn, load, journalPending, trunks = [] } = message;
        await this.#tellPulse({ calls, agentsSignedIn, load, journalPending, trunks });
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
      case 'events':
        // Taken before the whole message was parsed.
        return;
    }
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

type NodeConfigMessage = Extract<CentreToNode, { kind: 'config' }>['config'];

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
