/** For the people at the machine, on loopback only: health, what is alive now, metrics, and the timeline of any call. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { isUuid, type CallId } from '@seatgrid/core/kernel/ids.ts';
import { metricsContentType, metricsText, type MetricFamily } from '@seatgrid/core/kernel/metrics.ts';
import type { CallLadders } from '../ladder/call-ladders.ts';
import { ladderPcap } from '../ladder/ladder-pcap.ts';
import type { ConfigLedger } from '../ledger/config-ledger.ts';
import type { EventJournal } from '../ledger/event-journal.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import type { PromptFiles } from '../prompts/prompt-files.ts';
import type { Uplink } from '../uplink/uplink.ts';

export interface LocalApi {
  /** The port listened on. */
  readonly port: number;
  close(): Promise<void>;
}

export interface LocalApiOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly ledger: ConfigLedger;
  readonly journal: EventJournal;
  readonly uplink: Uplink;
  readonly prompts: PromptFiles;
  readonly ladders: Pick<CallLadders, 'find'>;
  /** `GET /inspect`: live calls, agents, queues as plain data. */
  readonly inspect: () => unknown;
  readonly metrics: () => readonly MetricFamily[];
  readonly clock: Clock;
  readonly log?: NodeLog;
}

const loopback = '127.0.0.1';

/** Listens on loopback; rejects when the port is taken, naming it. */
export async function startLocalApi(options: LocalApiOptions): Promise<LocalApi> {
  const { port, clock, log = silentLog } = options;
  const startedAtMs = clock.nowMs();
  const server = createServer((request, response) => {
    answer(request, response, { ...options, startedAtMs }).catch((error: unknown) => {
      log.error({ err: error, url: request.url }, 'a request to the local API failed');
      if (!response.headersSent) sendJson(response, 500, { error: 'the node failed to answer; see its log' });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`port ${port} on ${loopback} is taken; set SEATGRID_LOCAL_API_PORT to another`, {
              cause: error,
            })
          : error,
      ),
    );
    server.listen(port, loopback, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Served = LocalApiOptions & { readonly startedAtMs: number };

async function answer(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  // A page in a browser on this machine must not read it by a name that points to loopback.
  if (!/^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? ''))
    return sendJson(response, 403, { error: 'this answers to 127.0.0.1 and localhost only' });
  if (request.method !== 'GET') return sendJson(response, 405, { error: 'only GET is answered here' });
  const { pathname } = new URL(request.url ?? '/', `http://${loopback}`);
  if (pathname === '/healthz') {
    const health = healthOf(served);
    return sendJson(response, health.isServing ? 200 : 503, health);
  }
  if (pathname === '/inspect') return sendJson(response, 200, served.inspect());
  if (pathname === '/metrics') {
    response.writeHead(200, { 'content-type': metricsContentType });
    return void response.end(metricsText(served.metrics()));
  }
  const [, callId, ladderEnding] = /^\/calls\/([^/]+?)(?:\/ladder(|\.pcap))?$/.exec(pathname) ?? [];
  if (callId === undefined)
    return sendJson(response, 404, {
      error:
        'answered are /healthz, /inspect, /metrics, /calls/<id>, /calls/<id>/ladder and /calls/<id>/ladder.pcap',
    });
  if (ladderEnding !== undefined)
    return sendLadder(response, served, { callId, isPcap: ladderEnding !== '' });
  const events = isUuid(callId) ? served.journal.timeline(callId as CallId) : [];
  if (events.length === 0)
    return sendJson(response, 404, { error: `no call ${callId} in this node's journal` });
  sendJson(response, 200, { callId, events });
}

async function sendLadder(
  response: ServerResponse,
  { ladders }: Served,
  { callId, isPcap }: { readonly callId: string; readonly isPcap: boolean },
): Promise<void> {
  const ladder = isUuid(callId) ? await ladders.find(callId as CallId) : undefined;
  if (!ladder) return sendJson(response, 404, { error: `no ladder of a call ${callId} is kept here` });
  if (!isPcap) return sendJson(response, 200, ladder);
  response.writeHead(200, {
    'content-type': 'application/vnd.tcpdump.pcap',
    'content-disposition': `attachment; filename="call-${callId}.pcap"`,
  });
  response.end(ladderPcap(ladder));
}

/** Serving does not need the centre; it needs a config, and a journal that is written. */
function healthOf({ ledger, journal, uplink, prompts, clock, startedAtMs }: Served) {
  const config = ledger.current();
  const trouble = journal.trouble();
  return {
    isServing: config !== null && trouble === null,
    generation: config?.generation ?? 0,
    link: uplink.state(),
    linkTrouble: uplink.trouble(),
    journal: { pending: journal.pending(), waiting: journal.waiting(), trouble },
    promptsMissing: prompts.missing(),
    upMs: clock.nowMs() - startedAtMs,
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}
