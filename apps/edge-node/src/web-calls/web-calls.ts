/**
 * Web calls of a node: the pages behind web buttons at `/web-call/<button>`, and the sockets of visitors who opened one. The
 * node serves both itself, as it serves the call: a visitor needs no centre. Calls beyond the door are calls like any other.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { RelaysAtHand } from '../agents/relay-passes.ts';
import type { Exchange } from '../calls/exchange.ts';
import type { NodeLog } from '../node-log.ts';
import type { TenantDirectory, WebButtonAtNode } from '../tenants/tenant-directory.ts';
import { visitorStateEveryMs } from './limits.ts';
import { VisitorGate } from './visitor-gate.ts';
import { pageFiles, pageSafety, visitorPage } from './visitor-page.ts';
import { VisitorSocket } from './visitor-socket.ts';
import { VisitorTokens } from './visitor-tokens.ts';

export interface WebCallsOptions {
  readonly directory: TenantDirectory;
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: NodeLog;
  readonly relays: RelaysAtHand | null;
}

const root = '/web-call/';
export const visitorSocketPath = '/web-call/socket';

export class WebCalls {
  readonly #options: WebCallsOptions;
  readonly #gate = new VisitorGate();
  readonly #tokens: VisitorTokens;
  readonly #sockets = new Set<VisitorSocket>();
  readonly #changed = new Set<TenantId>();
  #cancelTelling: Cancel | null = null;

  constructor(options: WebCallsOptions) {
    this.#options = options;
    this.#tokens = new VisitorTokens(options.random);
  }

  /** False where the path is none of ours. */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const path = request.url?.split('?')[0] ?? '';
    if (!path.startsWith(root)) return false;
    const { status, text, headers } = this.#answer(path.slice(root.length), request);
    response.writeHead(status, {
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-length': Buffer.byteLength(text),
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : text);
    return true;
  }

  open(webSocket: WebSocket, address: string, onGone: () => void): VisitorSocket {
    const { clock, log, exchange, directory, relays } = this.#options;
    const nowMs = () => clock.nowMs();
    const socket = new VisitorSocket(
      webSocket,
      {
        clock,
        log,
        relays,
        exchange,
        believe: (token) => this.#open(directory.webButton(this.#tokens.take(token, address, nowMs()) ?? '')),
        begin: ({ button }) => this.#gate.begin(address, button, nowMs()),
      },
      () => {
        this.#sockets.delete(socket);
        onGone();
      },
    );
    this.#sockets.add(socket);
    return socket;
  }

  /** Calls of a tenant have changed: its visitors hear of theirs a moment later, all at once. */
  changed(tenantId: TenantId): void {
    if (this.#sockets.size === 0) return;
    this.#changed.add(tenantId);
    this.#cancelTelling ??= this.#options.clock.after(visitorStateEveryMs, () => this.#tell());
  }

  close(): void {
    this.#cancelTelling?.();
  }

  #tell(): void {
    this.#cancelTelling = null;
    for (const socket of this.#sockets)
      if (socket.tenantId && this.#changed.has(socket.tenantId)) socket.changed();
    this.#changed.clear();
  }

  #answer(name: string, { method, socket }: IncomingMessage): Answer {
    if (method !== 'GET' && method !== 'HEAD') return plain(405, 'Only GET.');
    const file = pageFiles.get(name);
    if (file)
      return {
        status: 200,
        text: file.text,
        headers: { 'content-type': file.contentType, 'cache-control': 'public, max-age=300' },
      };
    const address = socket.remoteAddress ?? '';
    const nowMs = this.#options.clock.nowMs();
    if (!this.#gate.mayLoad(address, nowMs)) return plain(429, 'Too many pages from this address.');
    const button = this.#open(this.#options.directory.webButton(name));
    // One answer for what is closed, suspended, another's or nowhere: who asks learns nothing of a tenant.
    if (!button) return plain(404, 'There is no such page.');
    const token = this.#tokens.give(button.button.id, address, nowMs);
    if (token === undefined) return plain(503, 'Too many pages are open.');
    return {
      status: 200,
      text: visitorPage(button, token),
      headers: { 'content-type': 'text/html; charset=utf-8', ...pageSafety(button) },
    };
  }

  #open(found: WebButtonAtNode | undefined): WebButtonAtNode | undefined {
    return found?.button.isOpen && found.did.tenant.isServed ? found : undefined;
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

function plain(status: number, text: string): Answer {
  return {
    status,
    text: `${text}\n`,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  };
}
