/**
 * Stands where the centre would, for tests: real HTTP and WebSocket by the contract, events stored once by id, and faults on
 * demand. What it believes and refuses is what the contract says, no more.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importJWK, jwtVerify, type JWK } from 'jose';
import { WebSocketServer, type WebSocket } from 'ws';
import {
  enrolBodySchema,
  nodeKeyBodySchema,
  linkBeatMs,
  linkProtocol,
  nodeToCentreSchema,
  type CentreToNode,
  type NodeToCentre,
} from '@seatgrid/contracts/link/link-messages.ts';
import type { WantedCopy } from '@seatgrid/contracts/link/recording-copies.ts';
import type { JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import { exampleNodeId } from '../ledger/minimal-config.ts';
import { realClock } from '../runtime/real-clock.ts';

export const enrolToken = 'one-time-token-of-the-test';

export class StandingCentre {
  readonly heard: NodeToCentre[] = [];
  /** Every event that came, in order of arrival, repeats included. */
  readonly arrived: JournalEvent[] = [];
  /** What a centre keeps: once by id. */
  readonly stored = new Map<string, JournalEvent>();
  readonly prompts = new Map<string, Uint8Array>();
  readonly recordings = new Map<string, { readonly octets: Buffer; readonly fileOctets: number }>();
  /** What the node may bring; `from` is how much of it came. */
  wantedCopy: WantedCopy | undefined;
  acknowledged = 0;
  connections = 0;
  promptRequests = 0;
  /** `silent`: stores and does not say so, as one that dies in between. `deaf`: stores nothing. */
  intake: 'sound' | 'silent' | 'deaf' = 'sound';
  isBeating = true;
  /** Looks on while the test waits. */
  onHeard: (message: NodeToCentre) => void = () => {};
  /** Refuses links with this status while set. */
  refusesWith: number | null = null;
  publicKey: JWK | undefined;
  nextPublicKey: JWK | undefined;
  /** Dies before it has said that it took the key. */
  isKeyAnswerLost = false;
  isTokenUsed = false;
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(
      ({ status, body }) => response.writeHead(status).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  #link: WebSocket | undefined;

  async listen(port = 0): Promise<void> {
    this.#server.on('upgrade', (request, socket, head) => {
      void this.#believes(request).then((isBelieved) => {
        const status = this.refusesWith ?? (isBelieved && request.url === '/api/link' ? null : 401);
        if (status !== null) return void socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
        this.#sockets.handleUpgrade(request, socket, head, (link) => this.#take(link));
      });
    });
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  send(message: CentreToNode | { kind: 'config'; config: unknown }): void {
    this.#link?.send(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.#link?.send(text);
  }

  /** As a broken line does: no goodbye. */
  cut(): void {
    this.#link?.terminate();
    this.#link = undefined;
  }

  /** The line stays open and nothing more comes through. */
  freeze(): void {
    this.isBeating = false;
    this.#link?.pause();
  }

  async close(): Promise<void> {
    this.isBeating = false;
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  ofKind<Kind extends NodeToCentre['kind']>(kind: Kind): Extract<NodeToCentre, { kind: Kind }>[] {
    return this.heard.filter(
      (message): message is Extract<NodeToCentre, { kind: Kind }> => message.kind === kind,
    );
  }

  #take(link: WebSocket): void {
    this.#link = link;
    this.connections++;
    link.on('error', () => {});
    link.on('message', (data) => {
      // What was under way when the line was cut is lost.
      if (link === this.#link) this.#hear(nodeToCentreSchema.parse(JSON.parse(String(data))));
    });
    const beat = () => {
      if (link.readyState !== link.OPEN || !this.isBeating) return;
      link.send(JSON.stringify({ kind: 'beat', atMs: realClock.nowMs() }));
      realClock.after(linkBeatMs, beat);
    };
    beat();
  }

  #hear(message: NodeToCentre): void {
    this.heard.push(message);
    this.onHeard(message);
    if (message.kind === 'hello')
      this.send({
        kind: 'welcome',
        protocol: linkProtocol,
        acknowledged: this.acknowledged,
        atMs: realClock.nowMs(),
      });
    if (message.kind !== 'events') return;
    this.arrived.push(...message.events);
    if (this.intake === 'deaf') return;
    for (const event of message.events) this.stored.set(event.id, event);
    this.acknowledged = Math.max(this.acknowledged, message.events.at(-1)!.sequence);
    if (this.intake === 'sound') this.send({ kind: 'acknowledged', sequence: this.acknowledged });
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: string | Uint8Array }> {
    const url = request.url ?? '';
    const octets = await bodyOf(request);
    if (request.method === 'POST' && url === '/api/node/enrol') return this.#enrol(String(octets));
    if (!(await this.#believes(request))) return { status: 401, body: 'not believed' };
    if (request.method === 'POST' && url === '/api/node/key') {
      const { publicKey } = nodeKeyBodySchema.parse(JSON.parse(String(octets)));
      if (publicKey.x !== this.publicKey?.x) this.nextPublicKey = publicKey;
      return this.isKeyAnswerLost ? { status: 503, body: 'lost' } : { status: 204, body: '' };
    }
    const recordingId = /^\/api\/node\/recordings\/(.+)$/.exec(url)?.[1];
    if (request.method === 'POST' && recordingId !== undefined) {
      this.recordings.set(recordingId, { octets, fileOctets: Number(request.headers['x-file-octets']) });
      return { status: 204, body: '' };
    }
    if (url === '/api/node/copies')
      return { status: 200, body: JSON.stringify({ items: this.wantedCopy ? [this.wantedCopy] : [] }) };
    if (request.method === 'POST' && url.startsWith('/api/node/copies/') && this.wantedCopy) {
      this.wantedCopy = { ...this.wantedCopy, from: this.wantedCopy.from + octets.length };
      return { status: 200, body: JSON.stringify({ from: this.wantedCopy.from }) };
    }
    this.promptRequests++;
    const prompt = this.prompts.get(/^\/api\/node\/prompts\/(.+)$/.exec(url)?.[1] ?? '');
    return prompt === undefined ? { status: 404, body: 'no such prompt' } : { status: 200, body: prompt };
  }

  #enrol(body: string): { status: number; body: string } {
    const { token, publicKey } = enrolBodySchema.parse(JSON.parse(body));
    if (token !== enrolToken || this.isTokenUsed) return { status: 403, body: 'this token is not valid' };
    this.isTokenUsed = true;
    this.publicKey = publicKey;
    return { status: 200, body: JSON.stringify({ nodeId: exampleNodeId, name: 'Test node' }) };
  }

  async #believes(request: IncomingMessage): Promise<boolean> {
    if (await this.#isProven(request, this.publicKey)) return true;
    if (!(await this.#isProven(request, this.nextPublicKey))) return false;
    this.publicKey = this.nextPublicKey;
    this.nextPublicKey = undefined;
    return true;
  }

  async #isProven(request: IncomingMessage, publicKey: JWK | undefined): Promise<boolean> {
    if (publicKey === undefined) return false;
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    try {
      const { payload } = await jwtVerify(token, await importJWK(publicKey, 'EdDSA'), {
        algorithms: ['EdDSA'],
        audience: 'seatgrid-link',
        maxTokenAge: 60,
      });
      return payload.sub === exampleNodeId;
    } catch {
      return false;
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
