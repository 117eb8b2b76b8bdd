/** What a supervisor's page is told by the centre, without a page: every node's newest floor. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Floor, FloorAgent } from '@seatgrid/contracts/realtime/floor.ts';
import type { RealtimeFrame } from '@seatgrid/contracts/realtime/frames.ts';
import type { AgentId, NodeId } from '@seatgrid/core/kernel/ids.ts';

export interface WatchedFloor {
  /** Where signed in at any node. */
  agent(agentId: AgentId): FloorAgent | undefined;
  close(): void;
}

export async function watchFloor(centreUrl: string, cookie: string): Promise<WatchedFloor> {
  const floors = new Map<NodeId, Floor>();
  const socket = new WebSocket(`${centreUrl.replace('http', 'ws')}/api/realtime`, {
    headers: { cookie },
    origin: centreUrl,
  });
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as RealtimeFrame;
    if (frame.kind === 'floor') floors.set(frame.nodeId, frame.floor);
  });
  await once(socket, 'open');
  return {
    agent: (agentId) =>
      [...floors.values()]
        .flatMap(({ agents }) => agents)
        .find((one) => one.agentId === agentId && one.state !== 'offline'),
    close: () => socket.terminate(),
  };
}
