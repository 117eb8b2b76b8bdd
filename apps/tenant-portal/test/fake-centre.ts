/**
 * A stand-in for the centre and a node's desk socket, for trying the portal in a browser: serves the built pages, answers
 * the few calls of the API a page asks, speaks realtime and desk frames that a test scripts. Fakes no telephony.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

type Answer = (request: { readonly body: unknown; readonly url: URL }) => { status?: number; body?: unknown };

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export class FakeCentre {
  readonly answers = new Map<string, Answer>();
  readonly deskSockets: WebSocket[] = [];
  /** Everything desks sent, parsed, with the socket it came by. */
  ondesk: (message: Record<string, unknown>, socket: WebSocket) => void = () => {};
  /** Its desks are not let in any more. */
  isNodeGone = false;
  ondeskopen: (socket: WebSocket) => void = () => {};
  readonly #server: Server;
  readonly #realtime = new WebSocketServer({ noServer: true });
  readonly #desk = new WebSocketServer({ noServer: true });
  #lastRealtime = new Map<string, string>();

  constructor(buildFolder: string, base = '') {
    this.#server = createServer(
      (request, response) => void this.#answer(request, response, buildFolder, base),
    );
    this.#server.on('upgrade', (request, socket, head) => {
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      if (path === '/api/realtime') {
        this.#realtime.handleUpgrade(request, socket, head, (ws) => {
          for (const frame of this.#lastRealtime.values()) ws.send(frame);
        });
      } else if (path === '/desk' && !this.isNodeGone) {
        this.#desk.handleUpgrade(request, socket, head, (ws) => {
          this.deskSockets.push(ws);
          ws.on('message', (data) => this.ondesk(JSON.parse(String(data)) as Record<string, unknown>, ws));
          this.ondeskopen(ws);
        });
      } else socket.destroy();
    });
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get deskUrl(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/desk`;
  }

  /** Sends a frame to every realtime socket, and to those that come later under the same key. */
  broadcast(key: string, frame: unknown): void {
    const text = JSON.stringify(frame);
    this.#lastRealtime.set(key, text);
    for (const socket of this.#realtime.clients) socket.send(text);
  }

  async close(): Promise<void> {
    for (const socket of [...this.#realtime.clients, ...this.#desk.clients]) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    folder: string,
    base: string,
  ): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    if (url.pathname.startsWith('/api/')) {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const answer = this.answers.get(`${request.method} ${url.pathname}`);
      const reply = answer?.({ body: text ? (JSON.parse(text) as unknown) : undefined, url }) ?? {
        status: 404,
        body: {
          code: 'not-found',
          message: `the fake has no ${request.method} ${url.pathname}`,
          problems: [],
        },
      };
      response.writeHead(reply.body === undefined ? 204 : (reply.status ?? 200), {
        'content-type': 'application/json',
      });
      response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
      return;
    }
    const wanted = join(folder, url.pathname.slice(base.length));
    const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(folder, 'index.html');
    response.writeHead(200, { 'content-type': mediaTypes[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  }
}
