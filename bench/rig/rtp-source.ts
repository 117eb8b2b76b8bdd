/**
 * The far ends of many legs in one process, so that it can be pinned to the other core: sends each leg a packet every 20 ms,
 * spread over the frame, and counts what comes back. Started by `fork`, spoken to by messages.
 */
import { createSocket, type Socket } from 'node:dgram';
import { setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';
import { writeRtpHeader, rtpHeaderOctets } from '@seatgrid/media/rtp/rtp-packet.ts';
import { frameMs, frameSamples } from '@seatgrid/media/frame.ts';

export type ToSource =
  { readonly kind: 'send'; readonly ports: readonly number[] } | { readonly kind: 'count' };
export type FromSource =
  | { readonly kind: 'ready'; readonly ports: readonly number[] }
  | {
      readonly kind: 'counted';
      readonly sent: number;
      readonly received: number;
      readonly lateMsMax: number;
    };

const sockets = 8;
const slots = 4;

const open: Socket[] = [];
let sent = 0;
let received = 0;
let lateMsMax = 0;
let legs: {
  readonly packet: Buffer;
  readonly header: Parameters<typeof writeRtpHeader>[1];
  readonly port: number;
  readonly socket: Socket;
}[] = [];

for (let index = 0; index < sockets; index++) {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: 4 * 1024 * 1024,
    lookup: (address, _options, found) => found(null, address, 4),
  });
  socket.on('message', () => (received += 1));
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', () => bound()));
  open.push(socket);
}

try {
  setPriority(-15);
} catch {
  console.warn('the far ends share the machine as everyone does: their lateness is not the worker’s');
}
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToSource) => {
  if (message.kind === 'count') {
    tell({ kind: 'counted', sent, received, lateMsMax });
    sent = 0;
    received = 0;
    lateMsMax = 0;
    return;
  }
  legs = message.ports.map((port, index) => {
    const packet = Buffer.alloc(rtpHeaderOctets + frameSamples);
    for (let at = rtpHeaderOctets; at < packet.length; at++) packet[at] = (at * 37) & 0xff;
    const header = { isMarked: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: 1_000 + index };
    return { packet, header, port, socket: open[index % sockets]! };
  });
});
tell({ kind: 'ready', ports: open.map((socket) => socket.address().port) });

let dueMs = performance.now();
let slot = 0;

function tick(): void {
  lateMsMax = Math.max(lateMsMax, performance.now() - dueMs);
  while (dueMs <= performance.now()) {
    for (let index = slot; index < legs.length; index += slots) {
      const { packet, header, port, socket } = legs[index]!;
      writeRtpHeader(packet, header);
      header.sequence = (header.sequence + 1) & 0xffff;
      header.timestamp = (header.timestamp + frameSamples) >>> 0;
      socket.send(packet, port, '127.0.0.1');
      sent += 1;
    }
    slot = (slot + 1) % slots;
    dueMs += frameMs / slots;
  }
  setTimeout(tick, Math.max(0, dueMs - performance.now()));
}
tick();

function tell(message: FromSource): void {
  process.send!(message);
}
