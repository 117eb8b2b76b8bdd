/** A leg's packets over plain UDP: latched to the far end, reports beside them or, where the far end wishes, among them. */
import type { RemoteInfo } from 'node:dgram';
import { isRtcp } from '../../rtp/rtp-packet.ts';
import type { RtpFarEnd } from '../media-messages.ts';
import type { LegTransport } from './leg-transport.ts';
import { SymmetricLatch } from './symmetric-latch.ts';
import type { UdpPort } from './udp-ports.ts';

export interface RtpLegReceiver {
  onRtp(packet: Buffer, nowMs: number): void;
  onRtcp(packet: Buffer, nowMs: number): void;
  onForeign(): void;
}

export class RtpLegTransport implements LegTransport {
  readonly #port: UdpPort;
  readonly #onClose: () => void;
  readonly #latch = new SymmetricLatch();
  #rtcpPort = 0;
  #isMuxed = false;

  constructor(
    port: UdpPort,
    receiver: RtpLegReceiver,
    owner: { readonly nowMs: () => number; readonly onClose: () => void },
  ) {
    const { nowMs } = owner;
    this.#port = port;
    this.#onClose = owner.onClose;
    port.onRtp = (packet: Buffer, from: RemoteInfo) => {
      const atMs = nowMs();
      if (!this.#latch.isSignalled) return;
      if (!this.#latch.admits(from.address, from.port, atMs)) receiver.onForeign();
      else if (isRtcp(packet)) receiver.onRtcp(packet, atMs);
      else receiver.onRtp(packet, atMs);
    };
    port.onRtcp = (packet: Buffer, from: RemoteInfo) => {
      if (from.address === this.#latch.address) receiver.onRtcp(packet, nowMs());
    };
  }

  setFarEnd(farEnd: RtpFarEnd): void {
    this.#rtcpPort = farEnd.rtcpPort;
    this.#isMuxed = farEnd.rtcpPort === farEnd.port;
    this.#latch.signal({ address: farEnd.address, port: farEnd.port, believed: farEnd.believedAddresses });
  }

  sendRtp(packet: Uint8Array): void {
    const { address, port } = this.#latch;
    if (port !== 0) this.#port.rtp.send(packet, port, address);
  }

  sendRtcp(packet: Uint8Array): void {
    const { address, port } = this.#latch;
    if (port === 0) return;
    if (this.#isMuxed) this.#port.rtp.send(packet, port, address);
    else this.#port.rtcp?.send(packet, this.#rtcpPort, address);
  }

  close(): void {
    this.#onClose();
  }
}
