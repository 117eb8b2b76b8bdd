/**
 * A leg's packets over UDP: latched to the far end, protected where keys were agreed, reports beside them or, where the far end
 * wishes, among them.
 */
import type { DatagramPlace } from '../../datagrams/datagrams.ts';
import { rtpPacketOctetsMax } from '../../limits.ts';
import { emptyRtpHeader, isRtcp, readRtpHeader } from '../../rtp/rtp-packet.ts';
import type { MediaPath } from '../media-engine.ts';
import type { RtpFarEnd } from '../media-messages.ts';
import { LegSecurity } from './leg-security.ts';
import type { LegTransport } from './leg-transport.ts';
import { MediaPlaces, type PlaceCount } from './media-places.ts';
import { SymmetricLatch } from './symmetric-latch.ts';
import type { UdpPort } from './udp-ports.ts';

export interface RtpLegReceiver {
  onRtp(packet: Uint8Array, nowMs: number): void;
  onRtcp(packet: Uint8Array, nowMs: number): void;
  /** It came from elsewhere. */
  onForeign(): void;
  /** It came from there, and is not to be believed. */
  onRefused(): void;
}

const scratchHeader = emptyRtpHeader();

export class RtpLegTransport implements LegTransport {
  readonly #port: UdpPort;
  readonly #receiver: RtpLegReceiver;
  readonly #onClose: () => void;
  readonly #nowMs: () => number;
  readonly #latch = new SymmetricLatch();
  readonly #places: MediaPlaces;
  /** The place our packets go to at present; undefined until one does, or comes from there. */
  #place: PlaceCount | undefined;
  #security: LegSecurity | undefined;
  #rtcpPort = 0;
  #isMuxed = false;
  /** The signalling came from elsewhere, so that who named this address may not be who lives there. */
  #isThirdParty = false;
  #isWithheld = false;

  constructor(
    port: UdpPort,
    receiver: RtpLegReceiver,
    owner: { readonly nowMs: () => number; readonly onClose: () => void; readonly local: string },
  ) {
    const { nowMs } = owner;
    this.#places = new MediaPlaces(owner.local);
    this.#port = port;
    this.#receiver = receiver;
    this.#onClose = owner.onClose;
    this.#nowMs = nowMs;
    port.rtp.onPacket = (packet, from) => {
      const atMs = nowMs();
      if (!this.#latch.isSignalled) return;
      if (packet.length > rtpPacketOctetsMax) receiver.onRefused();
      else if (this.#security !== undefined) this.#receiveSecure(packet, from, atMs);
      else if (this.#latch.holds(from.address, from.port, atMs)) {
        if (isRtcp(packet)) receiver.onRtcp(packet, atMs);
        else this.#receive(packet, this.#present, packet.length, atMs);
      } else this.#receiveUnknown(packet, from, atMs);
    };
    if (port.rtcp === undefined) return;
    port.rtcp.onPacket = (packet, from) => {
      if (from.address !== this.#latch.address) return;
      const plain = this.#security === undefined ? packet : this.#security.receiver.openRtcp(packet);
      if (plain === undefined || packet.length > rtpPacketOctetsMax) receiver.onRefused();
      else receiver.onRtcp(plain, nowMs());
    };
  }

  /** The first packet, or one from another port: any RTP is believed, as what keeps a NAT open may be of an unknown kind (RFC 6263 §4.6). */
  #receiveUnknown(packet: Buffer, { address, port }: DatagramPlace, atMs: number): void {
    if (this.#latch.isFormer(address, port, atMs))
      this.#receive(packet, this.#places.at(address, port), packet.length, atMs);
    else if (!this.#latch.couldTake(address, port, atMs)) this.#receiver.onForeign();
    else if (isRtcp(packet)) this.#receiver.onRtcp(packet, atMs);
    else if (readRtpHeader(packet, scratchHeader)) {
      this.#take(address, port, atMs);
      this.#receive(packet, this.#present, packet.length, atMs);
    } else this.#receiver.onRefused();
  }

  #take(address: string, port: number, atMs: number): void {
    this.#latch.take(address, port, atMs);
    this.#place = undefined;
  }

  get #present(): PlaceCount {
    return (this.#place ??= this.#places.at(this.#latch.address, this.#latch.port));
  }

  /** `octets` as they came, which under SRTP are more than those that are heard. */
  #receive(packet: Uint8Array, from: PlaceCount, octets: number, atMs: number): void {
    from.packetsIn += 1;
    from.octetsIn += octets;
    this.#receiver.onRtp(packet, atMs);
  }

  /** Here the proof decides, also over whom the latch takes: nobody without the key moves the sound. */
  #receiveSecure(packet: Buffer, { address, port }: DatagramPlace, atMs: number): void {
    const isFormer = this.#latch.isFormer(address, port, atMs);
    const isHeld = isFormer || this.#latch.holds(address, port, atMs);
    if (!isHeld && !this.#latch.couldTake(address, port, atMs)) return this.#receiver.onForeign();
    const isReport = isRtcp(packet);
    const { receiver } = this.#security!;
    const plain = isReport ? receiver.openRtcp(packet) : receiver.openRtp(packet);
    if (plain === undefined) return this.#receiver.onRefused();
    if (isReport) return this.#receiver.onRtcp(plain, atMs);
    if (!isHeld) this.#take(address, port, atMs);
    this.#receive(plain, isFormer ? this.#places.at(address, port) : this.#present, packet.length, atMs);
  }

  setFarEnd(farEnd: RtpFarEnd): void {
    this.#rtcpPort = farEnd.rtcpPort;
    this.#isMuxed = farEnd.rtcpPort === farEnd.port;
    this.#isThirdParty = farEnd.isThirdParty;
    const { address, port, believedAddresses: believed } = farEnd;
    this.#latch.signal({ address, port, believed, nowMs: this.#nowMs() });
    this.#places.signal(address, port);
    this.#place = undefined;
    const { security } = farEnd;
    if (security === undefined) this.#security = undefined;
    else if (this.#security === undefined) this.#security = new LegSecurity(security);
    else this.#security.change(security);
  }

  get srtp(): string | undefined {
    return this.#security?.suite;
  }

  withhold(isWithheld: boolean): void {
    this.#isWithheld = isWithheld && this.#isThirdParty && !this.#latch.isTaken;
  }

  sendRtp(packet: Uint8Array): void {
    const { address, port } = this.#latch;
    if (port === 0 || this.#isWithheld) return;
    const outgoing = this.#security === undefined ? packet : this.#security.sender.sealRtp(packet);
    if (outgoing === undefined) return;
    const place = this.#present;
    place.packetsOut += 1;
    place.octetsOut += outgoing.length;
    this.#port.rtp.send(outgoing, port, address);
  }

  sendRtcp(packet: Uint8Array): void {
    const { address, port } = this.#latch;
    if (port === 0) return;
    const outgoing = this.#security === undefined ? packet : this.#security.sender.sealRtcp(packet);
    if (this.#isMuxed) this.#port.rtp.send(outgoing, port, address);
    else this.#port.rtcp?.send(outgoing, this.#rtcpPort, address);
  }

  path(): MediaPath {
    return this.#places.path();
  }

  close(): void {
    this.#onClose();
  }
}
