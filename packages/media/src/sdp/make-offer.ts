/** Our offer (RFC 3264 §5, §8.1): what we speak, and where to. In an open dialog its lines keep their places. */
import type { AudioCodec, LocalAudio } from './audio-terms.ts';
import { offeredCrypto } from './agree-crypto.ts';
import { isRtpAudio } from './answer-offer.ts';
import { parseSdp, type SdpMedia } from './parse-sdp.ts';
import { digitEvents, ptimeMsDefault, refusedLine, rtcpMuxLine, writeSdp } from './write-sdp.ts';

export const payloadTypes: Readonly<Record<AudioCodec, number>> = { PCMU: 0, PCMA: 8, G722: 9 };
export const digitPayloadType = 101;

export function makeOffer(local: LocalAudio): string {
  const before = local.previousSdp === '' ? undefined : parseSdp(local.previousSdp)?.media;
  const ours = before?.findIndex((media) => isRtpAudio(media) && media.port !== 0) ?? -1;
  if (!before || ours < 0) return writeSdp(local, [firstLine(local)]);
  const lines = before.map((media, index) =>
    index === ours ? offeredLine(local, media, digitFormatIn(media)) : refusedLine(media),
  );
  return writeSdp(local, lines);
}

/** RFC 3264 §8.3.2: a dynamic payload type keeps its meaning as long as the session lasts. */
function digitFormatIn(media: SdpMedia): number {
  for (const [format, name] of media.codecs) if (name === 'TELEPHONE-EVENT/8000') return Number(format);
  return digitPayloadType;
}

function firstLine(local: LocalAudio): string {
  const protocol = local.srtp.use === 'require' ? 'RTP/SAVP' : 'RTP/AVP';
  return offeredLine(local, { protocol, isRtcpMuxed: false, crypto: [] }, digitPayloadType);
}

function offeredLine(
  local: LocalAudio,
  before: Pick<SdpMedia, 'protocol' | 'isRtcpMuxed' | 'crypto'>,
  digits: number,
): string {
  let formats = '';
  let attributes = '';
  for (const codec of local.codecs) {
    formats += ` ${payloadTypes[codec]}`;
    attributes += `a=rtpmap:${payloadTypes[codec]} ${codec}/8000\r\n`;
  }
  attributes += `a=rtpmap:${digits} telephone-event/8000\r\na=fmtp:${digits} ${digitEvents}\r\n`;
  attributes += `a=ptime:${ptimeMsDefault}\r\na=${local.direction}\r\n`;
  if (before.isRtcpMuxed) attributes += rtcpMuxLine;
  attributes += offeredCrypto(local, before.crypto);
  return `m=audio ${local.port} ${before.protocol}${formats} ${digits}\r\n${attributes}`;
}
