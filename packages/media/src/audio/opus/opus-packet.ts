/** How long an Opus packet lasts, told from its first octets alone. */
import { samplesPerMs } from '../../frame.ts';
import type { OctetRange } from '../codec-edge.ts';

/** RFC 6716 §2.1.4: no packet lasts longer. */
const packetMsMax = 120;

/**
 * RFC 6716 §3.1:
 *
 *      0
 *      0 1 2 3 4 5 6 7
 *     +-+-+-+-+-+-+-+-+
 *     | config  |s| c |
 *     +-+-+-+-+-+-+-+-+
 */
const configShift = 3;
const countMask = 0x03;
const hybridFrom = 12;
const celtFrom = 16;
const silkFrameMs = [10, 20, 40, 60];
const hybridFrameMs = [10, 20];
const celtFrameMs = [2.5, 5, 10, 20];
/** RFC 6716 §3.2.5: the second octet of a code 3 packet. */
const frameCountMask = 0x3f;

/** In samples of the engine; 0 for what is no Opus. */
export function opusSamples(packet: Uint8Array, { from, to }: OctetRange): number {
  if (to <= from) return 0;
  const first = packet[from]!;
  const durationMs = frameMsOf(first >> configShift) * frameCount(packet, from, to);
  return durationMs > packetMsMax ? 0 : durationMs * samplesPerMs;
}

/** RFC 6716 §3.1, table 2. */
function frameMsOf(config: number): number {
  if (config < hybridFrom) return silkFrameMs[config & 3]!;
  return config < celtFrom ? hybridFrameMs[config & 1]! : celtFrameMs[config & 3]!;
}

/** RFC 6716 §3.2: one frame, two of them, or as many as the next octet says. */
function frameCount(packet: Uint8Array, from: number, to: number): number {
  const code = packet[from]! & countMask;
  if (code === 0) return 1;
  if (code < 3) return 2;
  return to - from < 2 ? 0 : packet[from + 1]! & frameCountMask;
}
