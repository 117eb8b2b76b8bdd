/**
 * RTCP (RFC 3550 §6): a report, a source description and at the end a BYE, in one compound packet as §6.1 demands; and the
 * reading of what others send. A BYE of theirs is nothing to us: whether a call is over is told by its signalling.
 */
import { readUint32, writeUint32 } from './rtp-packet.ts';

const senderReport = 200;
const receiverReport = 201;
const sourceDescription = 202;
const bye = 203;
const headerOctets = 8;
const senderInfoOctets = 20;
const blockOctets = 24;
const byeOctets = 8;
const canonicalNameItem = 1;
/** Seconds from 1900 (NTP) to 1970 (Unix). */
const ntpEpochSeconds = 2_208_988_800;

export interface ReceptionBlock {
  readonly ssrc: number;
  readonly fractionLost: number;
  readonly lost: number;
  readonly highestExtended: number;
  readonly jitterSamples: number;
  /** Middle 32 bits of the last sender report's time, and the delay since it, in 1/65536 s. */
  readonly lastReport: number;
  readonly delaySinceLast: number;
}

export interface SenderInfo {
  readonly nowMs: number;
  readonly timestamp: number;
  readonly packets: number;
  readonly octets: number;
}

export interface RtcpReport {
  readonly ssrc: number;
  readonly cname: string;
  readonly sender: SenderInfo | undefined;
  readonly block: ReceptionBlock | undefined;
  /** RFC 3550 §6.3.7: the last one says goodbye. */
  readonly isLast: boolean;
}

export function buildRtcp(report: RtcpReport): Uint8Array {
  const infoOctets = report.sender === undefined ? 0 : senderInfoOctets;
  const blocks = report.block === undefined ? 0 : 1;
  const reportOctets = headerOctets + infoOctets + blocks * blockOctets;
  const name = new TextEncoder().encode(report.cname);
  const itemOctets = 2 + name.length;
  // RFC 3550 §6.5: a chunk ends in at least one null octet and on a 32-bit boundary.
  const chunkOctets = 4 + itemOctets + (4 - (itemOctets % 4));
  const packet = new Uint8Array(reportOctets + 4 + chunkOctets + (report.isLast ? byeOctets : 0));
  writeHeader(packet, 0, blocks, report.sender === undefined ? receiverReport : senderReport, reportOctets);
  writeUint32(packet, 4, report.ssrc);
  let at = headerOctets;
  if (report.sender !== undefined) {
    const { seconds, fraction } = ntpTime(report.sender.nowMs);
    writeUint32(packet, at, seconds);
    writeUint32(packet, at + 4, fraction);
    writeUint32(packet, at + 8, report.sender.timestamp);
    writeUint32(packet, at + 12, report.sender.packets);
    writeUint32(packet, at + 16, report.sender.octets);
    at += senderInfoOctets;
  }
  if (report.block !== undefined) {
    writeUint32(packet, at, report.block.ssrc);
    writeUint32(packet, at + 4, (report.block.fractionLost << 24) | (report.block.lost & 0xff_ffff));
    writeUint32(packet, at + 8, report.block.highestExtended);
    writeUint32(packet, at + 12, Math.round(report.block.jitterSamples));
    writeUint32(packet, at + 16, report.block.lastReport);
    writeUint32(packet, at + 20, report.block.delaySinceLast);
    at += blockOctets;
  }
  writeHeader(packet, at, 1, sourceDescription, 4 + chunkOctets);
  writeUint32(packet, at + 4, report.ssrc);
  packet[at + 8] = canonicalNameItem;
  packet[at + 9] = name.length;
  packet.set(name, at + 10);
  if (report.isLast) {
    at += 4 + chunkOctets;
    writeHeader(packet, at, 1, bye, byeOctets);
    writeUint32(packet, at + 4, report.ssrc);
  }
  return packet;
}

export interface ReceivedRtcp {
  /** Middle 32 bits of the sender's time, when a sender report was among them. */
  senderReportTime: number | undefined;
  /** What the far end says of our stream `ssrc`. */
  theirs: FarReception | undefined;
}

export interface FarReception {
  readonly fractionLost: number;
  readonly lost: number;
  readonly jitterSamples: number;
  /** Which report of ours they had last, and how long it lay there, in 1/65536 s; 0 where they had none. */
  readonly lastReport: number;
  readonly delaySinceLast: number;
}

const paddingBit = 0x20;

/** Undefined for what is no sound compound packet (RFC 3550 §A.2): its first is an unpadded report, its lengths add up. */
export function readRtcp(packet: Uint8Array, ssrc: number): ReceivedRtcp | undefined {
  const [first, firstType] = packet as unknown as [number, number];
  if (packet.length < headerOctets || (first & paddingBit) !== 0) return undefined;
  if (firstType !== senderReport && firstType !== receiverReport) return undefined;
  const result: ReceivedRtcp = { senderReportTime: undefined, theirs: undefined };
  let at = 0;
  while (at < packet.length) {
    if (at + 4 > packet.length || packet[at]! >> 6 !== 2) return undefined;
    const end = at + 4 * (((packet[at + 2]! << 8) | packet[at + 3]!) + 1);
    if (end > packet.length) return undefined;
    const type = packet[at + 1]!;
    if (type === senderReport || type === receiverReport) readReport(packet, { at, end, ssrc }, result);
    at = end;
  }
  return result;
}

function readReport(
  packet: Uint8Array,
  report: { readonly at: number; readonly end: number; readonly ssrc: number },
  result: ReceivedRtcp,
): void {
  const { at, end, ssrc } = report;
  let block = at + headerOctets;
  if (packet[at + 1] === senderReport && block + senderInfoOctets <= end) {
    result.senderReportTime = readUint32(packet, block + 2);
    block += senderInfoOctets;
  }
  for (; block + blockOctets <= end; block += blockOctets) {
    if (readUint32(packet, block) !== ssrc) continue;
    const lost = readUint32(packet, block + 4);
    result.theirs = {
      fractionLost: lost >>> 24,
      lost: (lost << 8) >> 8,
      jitterSamples: readUint32(packet, block + 12),
      lastReport: readUint32(packet, block + 16),
      delaySinceLast: readUint32(packet, block + 20),
    };
  }
}

function writeHeader(packet: Uint8Array, at: number, count: number, type: number, octets: number): void {
  packet[at] = 0x80 | count;
  packet[at + 1] = type;
  const words = octets / 4 - 1;
  packet[at + 2] = words >> 8;
  packet[at + 3] = words;
}

function ntpTime(nowMs: number): { readonly seconds: number; readonly fraction: number } {
  const whole = Math.floor(nowMs / 1_000);
  return {
    seconds: (whole + ntpEpochSeconds) >>> 0,
    fraction: Math.floor(((nowMs - whole * 1_000) / 1_000) * 0x1_0000_0000) >>> 0,
  };
}

/** The middle 32 bits of an NTP time, as reports quote it. */
export function compactNtp(nowMs: number): number {
  const { seconds, fraction } = ntpTime(nowMs);
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}
