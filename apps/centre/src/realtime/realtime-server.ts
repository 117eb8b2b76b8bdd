/**
 * The portals' live connection: whole pictures, gathered and sent at most every so often, each written once however many
 * read it. A reader sees its own tenant's floor, an operator the nodes; nobody anything else.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { liveBeatMs, type RealtimeFrame } from '@seatgrid/contracts/realtime/frames.ts';
import { mayDo, type Noun } from '@seatgrid/core/context/access.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { signedIn, type SignedIn } from '../api/auth/sign-in.ts';
import { topic, type Centre, type Changed } from '../centre.ts';
import { realtimeBufferedOctetsMax, realtimeFlushMs, realtimeSessionCheckMs } from '../limits.ts';
import { everyNodesHealth } from '../nodes/node-health.ts';
import { refuseUpgrade } from '../refuse-upgrade.ts';
import { repeat } from '../repeat.ts';
import type { NodeFloor, NodePulse } from './live-picture.ts';

interface Reader {
  readonly socket: WebSocket;
  readonly cookies: string | undefined;
  readonly person: SignedIn;
  checkedAtMs: number;
}

export interface RealtimeServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  stop(): Promise<void>;
}

export async function serveRealtime(centre: Centre): Promise<RealtimeServer> {
  const readers = new Set<Reader>();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  const changedFloors = new Map<string, NodeFloor>();
  const changedNouns = new Map<string, Changed>();
  const linkStates = new Map<string, boolean>();
  let areNodesChanged = false;
  let nodeNames = new Map<string, string>();

  const tellNode = (pulse: NodePulse) => {
    areNodesChanged = true;
    // When a link goes or comes, what portals show of that node turns stale or live, and its open calls are lost or found.
    if (linkStates.get(pulse.nodeId) === pulse.isLinkUp) return;
    linkStates.set(pulse.nodeId, pulse.isLinkUp);
    for (const one of centre.live.floorsOfNode(pulse.nodeId)) {
      const { tenantId } = one;
      changedFloors.set(`${one.nodeId} ${tenantId}`, one);
      changedNouns.set(`${tenantId} call`, { tenantId, noun: 'call' });
    }
  };
  const subscriptions = [
    await centre.bus.subscribe(topic.floor, (message) => {
      const one = message as unknown as NodeFloor;
      changedFloors.set(`${one.nodeId} ${one.tenantId}`, one);
    }),
    await centre.bus.subscribe(topic.nodeHealth, (message) => tellNode(message as unknown as NodePulse)),
    await centre.bus.subscribe(topic.changed, (message) => {
      const one = message as unknown as Changed;
      if (one.noun === 'node') areNodesChanged = true;
      changedNouns.set(`${one.tenantId} ${one.noun}`, one);
    }),
  ];

  function floorFrame({ nodeId, floor }: NodeFloor): RealtimeFrame {
    const isStale = !centre.live.isLinkUp(nodeId);
    return { kind: 'floor', nodeId, nodeName: nodeNames.get(nodeId) ?? '', isStale, floor };
  }

  async function flush(): Promise<void> {
    if (readers.size === 0) {
      changedFloors.clear();
      changedNouns.clear();
      return;
    }
    const floors = [...changedFloors.values()];
    changedFloors.clear();
    for (const one of floors) {
      const text = JSON.stringify(floorFrame(one));
      for (const reader of readers) if (maySeeFloor(reader.person, one.tenantId)) tell(reader, text);
    }
    const nouns = [...changedNouns.values()];
    changedNouns.clear();
    for (const { tenantId, noun } of nouns) {
      const text = JSON.stringify({ kind: 'changed', noun } satisfies RealtimeFrame);
      for (const reader of readers) if (isConcerned(reader.person, tenantId, noun)) tell(reader, text);
    }
    if (areNodesChanged) {
      areNodesChanged = false;
      await tellNodes([...readers]);
    }
  }

  async function tellNodes(whom: readonly Reader[]): Promise<void> {
    const nodes = await everyNodesHealth(centre);
    nodeNames = new Map(nodes.map((node) => [node.nodeId, node.name]));
    const text = JSON.stringify({ kind: 'nodes', nodes } satisfies RealtimeFrame);
    for (const reader of whom) if (reader.person.ctx.kind === 'platform') tell(reader, text);
  }

  function tell({ socket }: Reader, text: string): void {
    if (socket.bufferedAmount > realtimeBufferedOctetsMax) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.send(text);
  }

  async function beat(): Promise<void> {
    const nowMs = centre.clock.nowMs();
    const text = JSON.stringify({ kind: 'beat', atMs: nowMs } satisfies RealtimeFrame);
    for (const reader of readers) {
      tell(reader, text);
      if (nowMs - reader.checkedAtMs < realtimeSessionCheckMs) continue;
      reader.checkedAtMs = nowMs;
      const person = await signedIn(centre, reader.cookies);
      const isSame = person?.role === reader.person.role && person.ctx.kind === reader.person.ctx.kind;
      if (!isSame) reader.socket.close(4401, 'signed out');
    }
  }

  const duties = [
    repeat(centre, { name: 'realtime news', everyMs: realtimeFlushMs, work: flush }),
    repeat(centre, { name: 'realtime beat', everyMs: liveBeatMs, work: beat }),
  ];

  return {
    async upgrade(request, socket, head) {
      // A page of another origin may open a socket with our cookie; browsers say whose page it is.
      if (isForeign(request)) return refuseUpgrade(socket, 403);
      const cookies = request.headers.cookie;
      const person = await signedIn(centre, cookies);
      if (!person) return refuseUpgrade(socket, 401);
      sockets.handleUpgrade(request, socket, head, (websocket) => {
        const reader: Reader = { socket: websocket, cookies, person, checkedAtMs: centre.clock.nowMs() };
        readers.add(reader);
        websocket.on('error', () => websocket.terminate());
        websocket.once('close', () => readers.delete(reader));
        void welcome(reader).catch((error: unknown) => centre.log.error({ err: error }, 'realtime'));
      });
    },

    async stop() {
      for (const end of duties) end();
      await Promise.all(subscriptions.map((leave) => leave()));
      for (const { socket } of readers) socket.close(1001, 'the centre is going down');
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };

  /** Whole pictures at once, so that a reader never waits for something to change. */
  async function welcome(reader: Reader): Promise<void> {
    const { ctx } = reader.person;
    tell(reader, JSON.stringify({ kind: 'beat', atMs: centre.clock.nowMs() } satisfies RealtimeFrame));
    await tellNodes([reader]);
    if (ctx.kind === 'tenant' && maySeeFloor(reader.person, ctx.tenantId))
      for (const one of centre.live.floorsOf(ctx.tenantId)) tell(reader, JSON.stringify(floorFrame(one)));
  }
}

function maySeeFloor({ ctx, role }: SignedIn, tenantId: TenantId): boolean {
  return ctx.kind === 'tenant' && ctx.tenantId === tenantId && mayDo(role, 'floor', 'read');
}

function isConcerned({ ctx, role }: SignedIn, tenantId: TenantId | null, noun: Noun): boolean {
  if (!mayDo(role, noun, 'list') && !mayDo(role, noun, 'read')) return false;
  return ctx.kind === 'platform' || ctx.tenantId === tenantId;
}

function isForeign({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
}
