/** For tests only: the node's side of the link, driven by hand. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { WebSocket } from 'ws';
import { signNodeToken } from '@seatgrid/adapters/jose/tokens.ts';
import {
  centreToNodeSchema,
  linkBeatMs,
  linkProtocol,
  type CentreToNode,
  type NodeToCentre,
} from '@seatgrid/contracts/link/link-messages.ts';
import type { EventFacts, JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import { createIdSource, type NodeId, type TenantId } from '@seatgrid/core/kernel/ids.ts';
import { realClock } from '../src/runtime/real-clock.ts';
import { realRandom } from '../src/runtime/real-random.ts';
import type { TestCentre } from './test-centre.ts';

export const ids = createIdSource(realClock, realRandom);

export interface EnrolledNode {
  readonly nodeId: NodeId;
  readonly privateKey: KeyObject;
  bearer(): Promise<string>;
}

export async function enrolNode(centre: TestCentre, name: string): Promise<EnrolledNode> {
  const operator = await centre.operator();
  const site = await operator.call('POST /api/platform/sites', {
    body: { name: `Site of ${name}`, timeZone: 'UTC' },
  });
  const node = await operator.call('POST /api/platform/nodes', { body: { siteId: site.id, name } });
  const { token } = await operator.call('POST /api/platform/nodes/:id/enrolment-token', {
    params: { id: node.id },
  });
  const key = newNodeKey(node.id);
  await centre.browser().call('POST /api/node/enrol', { body: { token, publicKey: key.publicKey } });
  return key;
}

/** A pair of its own, which no centre knows yet. */
export function newNodeKey(nodeId: NodeId) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  return {
    nodeId,
    privateKey,
    publicKey: { kty: 'OKP', crv: 'Ed25519', x: x! } as const,
    bearer: async () => `Bearer ${await signNodeToken(privateKey, realClock, nodeId)}`,
  };
}

export class TestLink {
  readonly heard: CentreToNode[] = [];
  readonly socket: WebSocket;
  sequence = 0;
  #wake: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.heard.push(centreToNodeSchema.parse(JSON.parse(data.toString())));
      this.#wake();
    });
    socket.on('close', () => this.#wake());
  }

  static async open(centre: TestCentre, node: EnrolledNode): Promise<TestLink> {
    const socket = new WebSocket(`${centre.url.replace('http', 'ws')}/api/link`, {
      headers: { authorization: await node.bearer() },
    });
    const link = new TestLink(socket);
    await new Promise((open, fail) => socket.once('open', open).once('error', fail));
    return link;
  }

  static async greet(
    centre: TestCentre,
    node: EnrolledNode,
    hello: { generation?: number; sequence?: number; receivesFaxes?: boolean } = {},
  ): Promise<TestLink> {
    const link = await TestLink.open(centre, node);
    link.sequence = hello.sequence ?? 0;
    link.send({
      kind: 'hello',
      protocol: linkProtocol,
      product: 'test-node',
      generation: hello.generation ?? 0,
      sequence: hello.sequence ?? 0,
      deskUrl: 'ws://127.0.0.1:1/desk',
      sipAddress: '127.0.0.1:5060',
      ...(hello.receivesFaxes === undefined ? {} : { receivesFaxes: hello.receivesFaxes }),
    });
    await link.hear('welcome');
    link.#live();
    return link;
  }

  /** As a node's beats do, without saying anything: on a slow machine a test takes longer than the centre's patience. */
  #live(): void {
    realClock.after(linkBeatMs, () => {
      if (this.socket.readyState !== this.socket.OPEN) return;
      this.send({ kind: 'recording-missing', requestId: 'nobody asked', why: '' });
      this.#live();
    });
  }

  send(message: NodeToCentre): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first message of this kind not yet taken, that also satisfies `fits`. */
  async hear<Kind extends CentreToNode['kind']>(
    kind: Kind,
    fits: (message: Extract<CentreToNode, { kind: Kind }>) => boolean = () => true,
  ): Promise<Extract<CentreToNode, { kind: Kind }>> {
    const giveUpMs = realClock.nowMs() + 8_000;
    for (;;) {
      const index = this.heard.findIndex(
        (one) => one.kind === kind && fits(one as Extract<CentreToNode, { kind: Kind }>),
      );
      if (index >= 0) return this.heard.splice(index, 1)[0] as Extract<CentreToNode, { kind: Kind }>;
      const leftMs = giveUpMs - realClock.nowMs();
      if (leftMs <= 0)
        throw new Error(`no ${kind} heard; heard ${this.heard.map((one) => one.kind).join(', ')}`);
      await new Promise<void>((wake) => {
        const cancel = realClock.after(leftMs, wake);
        this.#wake = () => (cancel(), wake());
      });
    }
  }

  event(tenantId: TenantId | null, facts: EventFacts, atMs = realClock.nowMs()): JournalEvent {
    return { id: ids.next<'event'>(), sequence: ++this.sequence, atMs, tenantId, facts };
  }

  /** Sends and awaits the acknowledgement of the last. */
  async tell(events: JournalEvent[]): Promise<void> {
    this.send({ kind: 'events', events });
    const last = events.at(-1)!.sequence;
    await this.hear('acknowledged', ({ sequence }) => sequence >= last);
  }

  async close(): Promise<void> {
    // A slow machine lets the centre lose patience first.
    if (this.socket.readyState === this.socket.CLOSED) return;
    const closed = new Promise((done) => this.socket.once('close', done));
    this.socket.close();
    await closed;
  }
}
