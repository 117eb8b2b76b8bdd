/**
 * Where browsers reach the node: agents' desks at `/desk`, supervisors at `/supervise`, one WebSocket each, whose first frame
 * proves who it is (a token of the centre, EdDSA, or a pass of this node); everything after is a command or a beat. Visitors of web
 * buttons come through the same port, and are `web-calls/`' business; the portal, while the centre is away, is `alone/`'s.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { createLocalJWKSet, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { deskTokenClaimsSchema } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import { supervisionTokenClaimsSchema } from '@seatgrid/contracts/supervision/supervision-messages.ts';
import { deskFrameBytesMax, desksMax, supervisorsMax } from '../limits.ts';
import type { LocalLogins } from '../alone/local-logins.ts';
import type { LocalPortal } from '../alone/local-portal.ts';
import type { NodeLog } from '../node-log.ts';
import { SupervisorSocket } from '../supervision/supervisor-socket.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import { visitorSocketsMax } from '../web-calls/limits.ts';
import { visitorSocketPath, type WebCalls } from '../web-calls/web-calls.ts';
import type { VisitorSocket } from '../web-calls/visitor-socket.ts';
import type { AgentHub } from './agent-hub.ts';
import { DeskSocket } from './desk-socket.ts';
import type { RelaysAtHand } from './relay-passes.ts';

export interface DeskServerOptions {
  readonly address: string;
  readonly port: number;
  /** Origins a page may come from; null: any, as the token alone decides. */
  readonly origins: readonly string[] | null;
  readonly hub: AgentHub;
  readonly directory: TenantDirectory;
  readonly webCalls: WebCalls;
  readonly logins: Pick<LocalLogins, 'believeDesk'>;
  /** What the port serves that nobody else does. */
  readonly portal: Pick<LocalPortal, 'serve'>;
  readonly relays: RelaysAtHand | null;
  readonly clock: Clock;
  readonly log: NodeLog;
}

type Browser = DeskSocket | SupervisorSocket | VisitorSocket;

const browsersMax = {
  '/desk': desksMax,
  '/supervise': supervisorsMax,
  [visitorSocketPath]: visitorSocketsMax,
};
type Path = keyof typeof browsersMax;

export class DeskServer {
  readonly #options: DeskServerOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: deskFrameBytesMax,
    perMessageDeflate: false,
  });
  readonly #open: Readonly<Record<Path, Set<Browser>>> = {
    '/desk': new Set(),
    '/supervise': new Set(),
    [visitorSocketPath]: new Set(),
  };
  #keys: JWTVerifyGetKey | null = null;

  constructor(options: DeskServerOptions) {
    this.#options = options;
    this.#http = createServer((request, response) => {
      if (!options.webCalls.serve(request, response)) options.portal.serve(request, response);
    });
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
    for (const sockets of Object.values(this.#open)) for (const socket of sockets) socket.goAway();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { origins } = this.#options;
    const { origin } = request.headers;
    const asked = request.url?.split('?')[0];
    const path = Object.hasOwn(this.#open, asked ?? '') ? (asked as Path) : undefined;
    const open = path && this.#open[path];
    // Which pages may show a web button, its own page says; its token is worth nothing elsewhere.
    const isForeign =
      path !== visitorSocketPath &&
      origin !== undefined &&
      origins !== null &&
      !origins.includes(origin) &&
      !isOwnPage(origin, request.headers.host);
    const status = !open
      ? '404 Not Found'
      : isForeign
        ? '403 Forbidden'
        : open.size >= browsersMax[path]
          ? '503 Service Unavailable'
          : null;
    if (status || !open) {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const onGone = () => open.delete(browser);
      const browser = this.#welcome(path, webSocket, request.socket.remoteAddress ?? '', onGone);
      open.add(browser);
    });
  }

  #welcome(path: Path, webSocket: WebSocket, address: string, onGone: () => void): Browser {
    const options = this.#options;
    switch (path) {
      case '/desk':
        return new DeskSocket(webSocket, { ...options, believe: (token) => this.#believe(token) }, onGone);
      case '/supervise':
        return new SupervisorSocket(
          webSocket,
          { ...options, believe: (token) => this.believeSupervisor(token) },
          onGone,
        );
      case visitorSocketPath:
        return options.webCalls.open(webSocket, address, onGone);
    }
  }

  /** The seat's tenant and agent, or undefined for a token that is not ours, expired, or of somebody unknown here. */
  async #believe(token: string) {
    const local = this.#options.logins.believeDesk(token);
    if (local) return local;
    const claims = deskTokenClaimsSchema.safeParse(await this.#payloadOf(token, 'seatgrid-desk'));
    if (!claims.success) return undefined;
    const tenant = this.#options.directory.byId(claims.data.tenantId);
    return tenant?.agents.has(claims.data.sub) ? { tenant, agentId: claims.data.sub } : undefined;
  }

  /** Also of a supervisor whose socket is at another node. */
  async believeSupervisor(token: string) {
    const claims = supervisionTokenClaimsSchema.safeParse(
      await this.#payloadOf(token, 'seatgrid-supervision'),
    );
    const tenant = claims.data && this.#options.directory.byId(claims.data.tenantId);
    if (!claims.success || !tenant) return undefined;
    const { sub: userId, name, role } = claims.data;
    return { tenant, userId, name, role };
  }

  async #payloadOf(token: string, audience: string): Promise<JWTPayload | undefined> {
    if (!this.#keys) return undefined;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        audience,
        algorithms: ['EdDSA', 'Ed25519'],
        currentDate: new Date(this.#options.clock.nowMs()),
      });
      return payload;
    } catch {
      return undefined;
    }
  }
}

/** Of the portal this port serves while the centre is away. */
function isOwnPage(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
