/** What leaves a leg over SRTP: one stream of ours and its reports, under one key at a time. */
import { rtpHeaderOctets } from '../rtp/rtp-packet.ts';
import { srtpPacketOctetsMax } from '../limits.ts';
import { transformOf } from './transform-of.ts';
import { indexNear, ReplayWindow } from './packet-index.ts';
import type { PacketTransform } from './packet-transform.ts';
import { payloadStartOf } from './payload-start.ts';
import { srtpOverheadOctetsMax, type SrtpKeying } from './srtp-suite.ts';

export class SrtpSender {
  #transform: PacketTransform;
  #window = new ReplayWindow();
  #rtcpIndex = 0;

  constructor(keying: SrtpKeying) {
    this.#transform = transformOf(keying);
  }

  /** RFC 3711 §3.3.1: another master key does not set the rollover counter back. */
  rekey(keying: SrtpKeying): void {
    this.#transform = transformOf(keying);
    const { highest } = this.#window;
    this.#window = new ReplayWindow();
    this.#window.highest = highest;
  }

  /** Undefined for a packet that must not leave: one index enciphers one packet and no other (RFC 3711 §9.1). */
  sealRtp(packet: Uint8Array): Uint8Array | undefined {
    const payloadStart = payloadStartOf(packet);
    if (payloadStart < rtpHeaderOctets || packet.length > srtpPacketOctetsMax) return undefined;
    const index = indexNear(this.#window.highest, (packet[2]! << 8) | packet[3]!);
    if (index < 0 || !this.#window.isNew(index)) return undefined;
    this.#window.note(index);
    const sealed = this.#copy(packet);
    return sealed.subarray(0, this.#transform.sealRtp(sealed, packet.length, payloadStart, index));
  }

  sealRtcp(packet: Uint8Array): Uint8Array {
    const sealed = this.#copy(packet);
    // RFC 3711 §3.4: the index starts at zero and counts every SRTCP packet, whatever the key.
    const octets = this.#transform.sealRtcp(sealed, packet.length, this.#rtcpIndex);
    this.#rtcpIndex += 1;
    return sealed.subarray(0, octets);
  }

  /** Memory of its own: after a pause of the machine many packets leave in one turn, and the system takes them later. */
  #copy(packet: Uint8Array): Buffer {
    const buffer = Buffer.allocUnsafe(packet.length + srtpOverheadOctetsMax);
    buffer.set(packet);
    return buffer;
  }
}
