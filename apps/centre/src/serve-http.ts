/** One port for everything: the API, its document, health, the two portals, and the two kinds of WebSocket. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { servePortal, type Portal } from '@seatgrid/adapters/portals/serve-portal.ts';
import { databaseFacts } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { docsPage } from './api/docs-page.ts';
import { everyRoute } from './api/every-route.ts';
import { openApiDocument } from './api/openapi.ts';
import { serveApi } from './api/serve-api.ts';
import type { Centre } from './centre.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import type { LinkServer } from './nodes/link-server.ts';
import type { RealtimeServer } from './realtime/realtime-server.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';

export interface HttpParts {
  readonly centre: Centre;
  readonly links: LinkServer;
  readonly realtime: RealtimeServer;
  readonly portals: readonly Portal[];
  readonly metricsToken: string | undefined;
}

export function serveHttp({ centre, links, realtime, portals, metricsToken }: HttpParts): Server {
  const api = serveApi(centre, everyRoute);
  const document = openApiDocument(centre.facts.product);
  const documentJson = JSON.stringify(document);
  const documentPage = docsPage(document);

  async function answer(request: Request, { incoming }: HttpBindings | Http2Bindings): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/healthz') return health(centre);
    if (pathname === '/metrics') {
      const remoteAddress = incoming.socket.remoteAddress;
      const metrics = serveMetrics(centre, metricsToken, { remoteAddress, headers: request.headers });
      return metrics ?? nothing();
    }
    if (pathname === '/api/openapi.json') return text(documentJson, 'application/json');
    if (pathname === '/api/docs') return text(documentPage, 'text/html; charset=utf-8');
    if (pathname === '/api' || pathname.startsWith('/api/')) return api.fetch(request);
    const portal = portals.find(
      ({ base }) => base === '' || pathname === base || pathname.startsWith(`${base}/`),
    );
    return portal ? servePortal(portal, request) : nothing();
  }

  const server = createServer(getRequestListener(answer, { overrideGlobalObjects: false }));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const path = request.url?.split('?')[0];
    const taking =
      path === '/api/link'
        ? links.upgrade(request, socket, head)
        : path === '/api/realtime'
          ? realtime.upgrade(request, socket, head)
          : Promise.resolve(refuseUpgrade(socket, 404));
    taking.catch((error: unknown) => {
      centre.log.error({ err: error, path }, 'upgrade');
      refuseUpgrade(socket, 503);
    });
  });
  return server;
}

/** For load balancers and the one command: up means the database answers. */
async function health(centre: Centre): Promise<Response> {
  const { product, startedAtMs } = centre.facts;
  try {
    await inPlatform(centre.database.platform, databaseFacts);
    return Response.json({ state: 'ok', product, startedAtMs });
  } catch (error) {
    centre.log.error({ err: error }, 'not healthy');
    return Response.json({ state: 'no database', product, startedAtMs }, { status: 503 });
  }
}

const nothing = () => text('There is nothing here.\n', 'text/plain', 404);

function text(body: string, contentType: string, status = 200): Response {
  const headers = {
    'content-type': contentType,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  };
  return new Response(body, { status, headers });
}
