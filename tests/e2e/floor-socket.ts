/** What a supervisor's page is told, without a page: the floor of the tenant as frames come in. */
import { WebSocket } from 'ws';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { RealtimeFrame } from '@seatgrid/contracts/realtime/frames.ts';
import { until, type Product } from './product.ts';
import type { Session } from '../../scripts/seatgrid/house/centre-session.ts';

export interface FloorSocket {
  floor(): Floor;
  close(): void;
}

export async function openFloor(product: Product, supervisor: Session): Promise<FloorSocket> {
  let floor: Floor | undefined;
  const socket = new WebSocket(`${product.api.replace(/^http/, 'ws')}/api/realtime`, {
    headers: { cookie: supervisor.cookie() },
    origin: product.api,
  });
  socket.on('error', () => undefined);
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as RealtimeFrame;
    if (frame.kind === 'floor') floor = frame.floor;
  });
  await until('the first picture of the floor', () => floor);
  return { floor: () => floor!, close: () => socket.terminate() };
}
