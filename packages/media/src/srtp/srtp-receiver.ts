/**
 * What a leg believes of what comes over SRTP: packets whose tag is right and which it has not seen. Nothing else leaves a
 * trace here, whatever it says of itself.
 */
import { readUint32 } from '../rtp/rtp-packet.ts';
import { srtpPacketOctetsMax, srtpSourcesMax } from '../limits.ts';
import { indexNear, ReplayWindow } from './packet-index.ts';
import { refused, rtcpClearOctets, type PacketTransform } from './packet-transform.ts';
import { payloadStartOf } from './payload-start.ts';
import type { SrtpKeying } from './srtp-suite.ts';
import { transformOf } from './transform-of.ts';

interface Source {
  readonly ssrc: number;
  readonly window: ReplayWindow;
}

interface Keys {
  readonly transform: PacketTransform;
  /** The latest to speak first. RFC 4568 §6.4.1: SDP names no SSRC; whoever has the key is believed. */
  readonly rtp: Source[];
  readonly rtcp: Source[];
}

export class SrtpReceiver {
  #keys: Keys;
  /** The key before, until the first packet under the new one. */
  #keysBefore: Keys | undefined;

  constructor(keying: SrtpKeying) {
    this.#keys = newKeys(keying);
  }

  rekey(keying: SrtpKeying): void {
    this.#keysBefore = this.#keys;
    this.#keys = newKeys(keying);
  }

  /** The packet without its protection, in its own memory; undefined when it is not to be believed. */
  openRtp(packet: Uint8Array): Uint8Array | undefined {
    if (packet.length > srtpPacketOctetsMax) return undefined;
    const payloadStart = payloadStartOf(packet);
    if (payloadStart < 0) return undefined;
    const octets = this.#openRtpUnder(this.#keys, packet, payloadStart, this.#keysBefore);
    if (octets !== refused) {
      this.#keysBefore = undefined;
      return packet.subarray(0, octets);
    }
    if (this.#keysBefore === undefined) return undefined;
    const late = this.#openRtpUnder(this.#keysBefore, packet, payloadStart, undefined);
    return late === refused ? undefined : packet.subarray(0, late);
  }

  openRtcp(packet: Uint8Array): Uint8Array | undefined {
    if (packet.length > srtpPacketOctetsMax) return undefined;
    let octets = openRtcpUnder(this.#keys, packet);
    if (octets === refused && this.#keysBefore !== undefined)
      octets = openRtcpUnder(this.#keysBefore, packet);
    return octets === refused ? undefined : packet.subarray(0, octets);
  }

  #openRtpUnder(keys: Keys, packet: Uint8Array, payloadStart: number, before: Keys | undefined): number {
    const ssrc = readUint32(packet, 8);
    const sequence = (packet[2]! << 8) | packet[3]!;
    const known = keys.rtp.find((source) => source.ssrc === ssrc);
    if (known !== undefined) {
      const index = indexNear(known.window.highest, sequence);
      if (index < 0 || !known.window.isNew(index)) return refused;
      const octets = keys.transform.openRtp(packet, payloadStart, index);
      if (octets !== refused) believe(keys.rtp, known, index);
      return octets;
    }
    // RFC 3711 §3.3.1: a stream goes on counting under its new key. Some senders begin anew all the same.
    const highest = before?.rtp.find((source) => source.ssrc === ssrc)?.window.highest ?? -1;
    for (const index of new Set([indexNear(highest, sequence), sequence])) {
      const octets = index < 0 ? refused : keys.transform.openRtp(packet, payloadStart, index);
      if (octets === refused) continue;
      believe(keys.rtp, { ssrc, window: new ReplayWindow() }, index);
      return octets;
    }
    return refused;
  }
}

function openRtcpUnder(keys: Keys, packet: Uint8Array): number {
  if (packet.length < rtcpClearOctets) return refused;
  const ssrc = readUint32(packet, 4);
  const index = keys.transform.rtcpIndex(packet);
  const source = keys.rtcp.find((one) => one.ssrc === ssrc) ?? { ssrc, window: new ReplayWindow() };
  if (index === refused || !source.window.isNew(index)) return refused;
  const octets = keys.transform.openRtcp(packet);
  if (octets !== refused) believe(keys.rtcp, source, index);
  return octets;
}

/** Only who has proven itself takes a place. */
function believe(sources: Source[], source: Source, index: number): void {
  source.window.note(index);
  if (sources[0] === source) return;
  const at = sources.indexOf(source);
  if (at > 0) sources.splice(at, 1);
  sources.unshift(source);
  if (sources.length > srtpSourcesMax) sources.length = srtpSourcesMax;
}

function newKeys(keying: SrtpKeying): Keys {
  return { transform: transformOf(keying), rtp: [], rtcp: [] };
}
