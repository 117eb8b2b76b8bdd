/** The client's side of SIP over WebSocket (RFC 7118), which a page plays and our stack does not. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { OpenTransport } from '@seatgrid/media/sip/transport/open-transport.ts';
import type { SipFlow, SipTls } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';

export function dialWebSocket(server: SipFlow, tls: SipTls): OpenTransport {
  return () => {
    const url = `wss://${server.address}:${server.port}`;
    const socket = new WebSocket(url, 'sip', { ca: tls.authorities });
    return {
      async open(receive) {
        await once(socket, 'open');
        socket.on('message', (octets) => receive(octets as Buffer, server));
        // RFC 7118 §5.4: nobody can connect to it, so that its port is of no use.
        return 9;
      },
      send: (octets, _flow, onFailure) =>
        socket.send(octets, { binary: false }, (cause) => cause && onFailure?.(cause)),
      close: async () => socket.terminate(),
    };
  };
}
