/**
 * The desk socket: agents' browsers on one WebSocket each at `/desk`. The first frame proves who it is (a desk token of the
 * centre, EdDSA); everything after is a command or a beat.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { createLocalJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import {
  deskToNodeSchema,
  deskTokenClaimsSchema,
  type DeskCommand,
  type NodeToDesk,
} from '@seatgrid/contracts/desk/desk-messages.ts';
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import { deskCommandsPerSecondMax, deskFrameBytesMax, deskHelloMaxMs, deskSilentMaxMs, desksMax, deskUnsentBytesMax } from '../limits.ts'; // prettier-ignore
import type { NodeLog } from '../node-log.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import type { AgentHub } from './agent-hub.ts';
import type { AgentSeat } from './agent-seat.ts';
import type { DeskConnection } from './desk-connection.ts';
import { performDeskCommand } from './desk-commands.ts';

export interface DeskServerOptions {
  readonly address: string;
  readonly port: number;
  /** Origins a page may come from; null: any, as the token alone decides. */
  readonly origins: readonly string[] | null;
  readonly hub: AgentHub;
  readonly directory: TenantDirectory;
  readonly clock: Clock;
  readonly log: NodeLog;
}

export class DeskServer {
  readonly #options: DeskServerOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: deskFrameBytesMax,
    perMessageDeflate: false,
  });
  readonly #open = new Set<DeskSocket>();
  #keys: JWTVerifyGetKey | null = null;

  constructor(options: DeskServerOptions) {
    this.#options = options;
    this.#http = createServer((_request, response) => response.writeHead(404).end());
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Rejects with the system's error when the port is taken. */
  start(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(this.#options.port, this.#options.address, () => {
        const address = this.#http.address();
        resolve(typeof address === 'object' && address ? address.port : this.#options.port);
      });
    });
  }

  configure(config: NodeConfig): void {
    this.#keys = createLocalJWKSet({ keys: config.deskTokenKeys as never });
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.goAway();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { origins } = this.#options;
    const { origin } = request.headers;
    const path = request.url?.split('?')[0];
    const status =
      path !== '/desk'
        ? '404 Not Found'
        : origin !== undefined && origins !== null && !origins.includes(origin)
          ? '403 Forbidden'
          : this.#open.size >= desksMax
            ? '503 Service Unavailable'
            : null;
    if (status) {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const desk = new DeskSocket(
        webSocket,
        this.#options,
        (token) => this.#believe(token),
        () => this.#open.delete(desk),
      );
      this.#open.add(desk);
    });
  }

  /** The seat's tenant and agent, or undefined for a token that is not ours, expired, or of somebody unknown here. */
  async #believe(token: string) {
    if (!this.#keys) return undefined;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        audience: 'seatgrid-desk',
        algorithms: ['EdDSA', 'Ed25519'],
        currentDate: new Date(this.#options.clock.nowMs()),
      });
      const claims = deskTokenClaimsSchema.safeParse(payload);
      if (!claims.success) return undefined;
      const tenant = this.#options.directory.byId(claims.data.tenantId);
      return tenant?.agents.has(claims.data.sub) ? { tenant, agentId: claims.data.sub } : undefined;
    } catch {
      return undefined;
    }
  }
}

type Believe = (
  token: string,
) => Promise<{ tenant: AgentSeat['tenant']; agentId: AgentSeat['agentId'] } | undefined>;

class DeskSocket implements DeskConnection {
  readonly #socket: WebSocket;
  readonly #options: DeskServerOptions;
  readonly #believe: Believe;
  #seat: AgentSeat | null = null;
  /** Settles once the token was looked at; commands sent close behind the hello wait for it. */
  #greeting: Promise<void> | null = null;
  #cancelWatch: Cancel;
  #commandsInSecond = 0;
  #secondBegan = 0;

  constructor(socket: WebSocket, options: DeskServerOptions, believe: Believe, onGone: () => void) {
    this.#socket = socket;
    this.#options = options;
    this.#believe = believe;
    this.#cancelWatch = options.clock.after(deskHelloMaxMs, () => socket.terminate());
    socket.on('message', (data, isBinary) => this.#received(data, isBinary));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#cancelWatch();
      if (this.#seat) options.hub.detach(this.#seat, this);
      this.#seat = null;
      onGone();
    });
  }

  send(message: NodeToDesk): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    // A browser that does not read is gone; it comes back and is told everything anew.
    if (this.#socket.bufferedAmount > deskUnsentBytesMax) return this.#socket.terminate();
    this.#socket.send(text);
  }

  close(why: (NodeToDesk & { kind: 'closed' })['why']): void {
    this.send({ kind: 'closed', why });
    this.#socket.close(4_000, why);
  }

  goAway(): void {
    this.#socket.close(1_001);
  }

  #received(data: RawData, isBinary: boolean): void {
    const frame = isBinary ? undefined : parseFrame(String(data));
    if (!frame) return this.#socket.close(1_008, 'malformed');
    if (!this.#greeting) {
      if (frame.kind !== 'hello') return this.#socket.close(1_008, 'hello first');
      this.#greeting = this.#hello(frame.token);
      return;
    }
    this.#watch();
    if (frame.kind === 'beat') this.send({ kind: 'beat', atMs: this.#options.clock.nowMs() });
    else if (frame.kind === 'malformed')
      this.send({ kind: 'refusal', id: frame.id, ok: false, code: 'malformed', detail: frame.detail });
    else if (frame.kind === 'command') void this.#command(frame.id, frame.command);
  }

  async #hello(token: string): Promise<void> {
    const who = await this.#believe(token);
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const seat = who && this.#options.hub.attach(who.tenant, who.agentId, this);
    if (!seat) return this.close(who ? 'replaced' : 'bad-token');
    this.#seat = seat;
    this.#watch();
  }

  async #command(id: number, command: DeskCommand): Promise<void> {
    await this.#greeting;
    const seat = this.#seat;
    if (!seat) return;
    const refuse = (code: 'malformed' | 'not-available', detail: string) =>
      this.send({ kind: 'refusal', id, ok: false, code, detail });
    if (this.#isTooFast()) return refuse('malformed', 'too many commands');
    try {
      const outcome = await performDeskCommand(this.#options.hub, seat, this, command);
      if (outcome.ok)
        this.send({
          kind: 'reply',
          id,
          ok: true,
          answer: outcome.answer ?? null,
          callId: outcome.callId ?? null,
        });
      else this.send({ kind: 'refusal', id, ok: false, code: outcome.code, detail: outcome.detail });
    } catch (error) {
      this.#options.log.error(
        { err: error, command: command.kind },
        'a desk command failed by our own mistake',
      );
      refuse('not-available', 'the node made a mistake');
    }
  }

  #isTooFast(): boolean {
    const second = Math.floor(this.#options.clock.nowMs() / 1_000);
    if (second !== this.#secondBegan) {
      this.#secondBegan = second;
      this.#commandsInSecond = 0;
    }
    return ++this.#commandsInSecond > deskCommandsPerSecondMax;
  }

  #watch(): void {
    this.#cancelWatch();
    this.#cancelWatch = this.#options.clock.after(deskSilentMaxMs, () => this.#socket.terminate());
  }
}

type Frame =
  | { readonly kind: 'hello'; readonly token: string }
  | { readonly kind: 'beat' }
  | { readonly kind: 'command'; readonly id: number; readonly command: DeskCommand }
  | { readonly kind: 'malformed'; readonly id: number; readonly detail: string };

function parseFrame(text: string): Frame | undefined {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = deskToNodeSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const id = (input as { id?: unknown } | null)?.id;
  if (typeof id !== 'number' || !Number.isInteger(id)) return undefined;
  const [issue] = parsed.error.issues;
  return { kind: 'malformed', id, detail: `${issue?.path.join('.')}: ${issue?.message}` };
}
