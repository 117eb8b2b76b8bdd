/** One try of the link's WebSocket: texts in, texts out, and what they weighed on the wire. */
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { linkCompressedFromOctets } from '@seatgrid/contracts/link/link-messages.ts';
import { connectMaxMs, linkFrameOctetsMax } from './limits.ts';

export interface LinkSocket {
  /** `onLeft` hears the octets this message took on the wire. */
  send(text: string, onLeft: (octets: number) => void): void;
  /** Asks the far end for an answer at once; what is asked while an earlier one is open is not answered. */
  ping(onAnswered: () => void): void;
  /** Silent from here on. */
  close(): void;
}

export interface LinkSocketListener {
  onOpened(): void;
  onText(text: string): void;
  onClosed(why: string): void;
  onWire(octets: { readonly sent: number; readonly received: number }): void;
}

const notBelieved =
  'the centre does not believe this node’s key (401): it was revoked or enrolled anew elsewhere, or the clocks differ by minutes; a new one-time token, in the file enrol-token of its data folder or at its next start (SEATGRID_ENROL_TOKEN), makes it known again';

export function openLinkSocket(
  target: { readonly url: string; readonly authorization: string },
  listener: LinkSocketListener,
): LinkSocket {
  const socket = new WebSocket(`${target.url.replace(/^http/, 'ws')}/api/link`, {
    headers: { authorization: target.authorization },
    // The window is kept between messages: events repeat the same ids over and over.
    perMessageDeflate: { threshold: linkCompressedFromOctets, zlibDeflateOptions: { level: 6 } },
    maxPayload: linkFrameOctetsMax,
    handshakeTimeout: connectMaxMs,
    followRedirects: false,
  });
  let wire: Socket | undefined;
  let told = { sent: 0, received: 0 };
  let weighed = 0;
  let isOver = false;
  let answered: (() => void) | undefined;

  function countWire(): void {
    if (wire === undefined) return;
    const total = { sent: wire.bytesWritten, received: wire.bytesRead };
    listener.onWire({ sent: total.sent - told.sent, received: total.received - told.received });
    told = total;
  }

  function over(why: string): void {
    if (isOver) return;
    isOver = true;
    countWire();
    listener.onClosed(why);
  }

  socket.on('upgrade', (response) => {
    wire = response.socket;
    weighed = wire.bytesWritten;
  });
  socket.on('open', () => !isOver && listener.onOpened());
  socket.on('message', (data, isBinary) => {
    if (isOver || isBinary) return;
    countWire();
    listener.onText((data as Buffer).toString('utf8'));
  });
  socket.on('pong', () => {
    const heard = answered;
    answered = undefined;
    if (!isOver) heard?.();
  });
  socket.on('unexpected-response', (request, response) => {
    request.destroy();
    over(
      response.statusCode === 401
        ? notBelieved
        : `the centre answered ${response.statusCode} ${response.statusMessage ?? ''}`.trim(),
    );
  });
  socket.on('error', (error) =>
    over(error.message === '' ? String((error as NodeJS.ErrnoException).code) : error.message),
  );
  socket.on('close', (code, reason) =>
    over(`closed by the centre (${code}${reason.length > 0 ? ` ${String(reason)}` : ''})`),
  );

  return {
    send(text, onLeft) {
      if (isOver || socket.readyState !== WebSocket.OPEN) return;
      socket.send(text, (error) => {
        // Messages leave in order, so what was written since the last one is this one.
        if (error || isOver || wire === undefined) return;
        const octets = wire.bytesWritten - weighed;
        weighed = wire.bytesWritten;
        onLeft(octets);
      });
    },
    ping(onAnswered) {
      if (isOver || answered !== undefined || socket.readyState !== WebSocket.OPEN) return;
      answered = onAnswered;
      socket.ping();
    },
    close() {
      if (isOver) return;
      isOver = true;
      countWire();
      if (socket.readyState === WebSocket.OPEN) socket.close(1_000);
      // A peer that does not answer the closing is not waited for.
      socket.terminate();
    },
  };
}
