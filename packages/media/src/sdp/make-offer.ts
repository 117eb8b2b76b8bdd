/** Our offer (RFC 3264 §5, §8.1): what we speak, and where to. In an open dialog its lines keep their places. */
import type { AudioCodec, LocalAudio } from './audio-terms.ts';
import { isPlainAudio } from './answer-offer.ts';
import { parseSdp, type SdpMedia } from './parse-sdp.ts';
import { digitEvents, ptimeMsDefault, refusedLine, writeSdp } from './write-sdp.ts';

export const payloadTypes: Readonly<Record<AudioCodec, number>> = { PCMU: 0, PCMA: 8 };
export const digitPayloadType = 101;

export function makeOffer(local: LocalAudio): string {
  const before = local.previousSdp === '' ? undefined : parseSdp(local.previousSdp)?.media;
  const ours = before?.findIndex((media) => isPlainAudio(media) && media.port !== 0) ?? -1;
  if (!before || ours < 0) return writeSdp(local, [offeredLine(local, 'RTP/AVP', digitPayloadType)]);
  const lines = before.map((media, index) =>
    index === ours ? offeredLine(local, media.protocol, digitFormatIn(media)) : refusedLine(media),
  );
  return writeSdp(local, lines);
}

/** RFC 3264 §8.3.2: a dynamic payload type keeps its meaning as long as the session lasts. */
function digitFormatIn(media: SdpMedia): number {
  for (const [format, name] of media.codecs) if (name === 'TELEPHONE-EVENT/8000') return Number(format);
  return digitPayloadType;
}

function offeredLine(local: LocalAudio, protocol: string, digits: number): string {
  let formats = '';
  let attributes = '';
  for (const codec of local.codecs) {
    formats += ` ${payloadTypes[codec]}`;
    attributes += `a=rtpmap:${payloadTypes[codec]} ${codec}/8000\r\n`;
  }
  attributes += `a=rtpmap:${digits} telephone-event/8000\r\na=fmtp:${digits} ${digitEvents}\r\n`;
  return `m=audio ${local.port} ${protocol}${formats} ${digits}\r\n${attributes}a=ptime:${ptimeMsDefault}\r\na=${local.direction}\r\n`;
}
