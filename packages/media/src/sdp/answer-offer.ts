/** Their offer, our answer (RFC 3264 §6): the first plain audio line we can speak is taken, every other line refused. */
import {
  maySend,
  mirrored,
  narrowed,
  type AgreedAudio,
  type AudioCodec,
  type LocalAudio,
  type SdpFailure,
} from './audio-terms.ts';
import { parseSdp, type SdpMedia } from './parse-sdp.ts';
import { digitEvents, ptimeMsDefault, refusedLine, writeSdp } from './write-sdp.ts';

export type AnsweredOffer =
  { readonly ok: true; readonly answer: string; readonly negotiated: AgreedAudio } | SdpFailure;

export function answerOffer(offerSdp: string, local: LocalAudio): AnsweredOffer {
  const offer = parseSdp(offerSdp);
  if (!offer) return { ok: false, reason: 'malformed-sdp', detail: 'the offer is no SDP' };
  let negotiated: AgreedAudio | undefined;
  const lines: string[] = [];
  for (const media of offer.media) {
    const agreed = negotiated ? undefined : agree(media, local);
    if (agreed) {
      negotiated = agreed;
      lines.push(acceptedLine(media, agreed, local));
    } else lines.push(refusedLine(media));
  }
  if (!negotiated) return { ok: false, reason: 'no-common-codec', detail: describe(offer.media, local) };
  return { ok: true, answer: writeSdp(local, lines), negotiated };
}

/** The terms for one line of an offer, where it is one we can take. */
function agree(media: SdpMedia, local: LocalAudio): AgreedAudio | undefined {
  if (!isPlainAudio(media) || media.port === 0 || media.address === '') return undefined;
  // RFC 3264 §6.1: the offer's order is the offerer's preference; the answer follows it.
  const format = media.formats.find((one) => codecOf(media, one, local) !== undefined);
  if (format === undefined) return undefined;
  const codec = codecOf(media, format, local)!;
  const payloadType = Number(format);
  const digits = digitFormatOf(media);
  const theirs = directionOf(media);
  return {
    codec,
    sendPayloadType: payloadType,
    receivePayloadType: payloadType,
    sendDigitPayloadType: digits,
    receiveDigitPayloadType: digits,
    remoteAddress: media.address,
    remotePort: media.port,
    remoteRtcpPort: media.rtcpPort ?? media.port + 1,
    ptimeMs: media.ptimeMs ?? ptimeMsDefault,
    direction: narrowed(local.direction, mirrored(theirs)),
    isHeld: theirs !== 'sendrecv',
  };
}

function acceptedLine(media: SdpMedia, agreed: AgreedAudio, local: LocalAudio): string {
  const { codec, receivePayloadType, receiveDigitPayloadType: digits } = agreed;
  let formats = String(receivePayloadType);
  let attributes = `a=rtpmap:${receivePayloadType} ${codec}/8000\r\n`;
  if (digits !== undefined) {
    formats += ` ${digits}`;
    attributes += `a=rtpmap:${digits} telephone-event/8000\r\na=fmtp:${digits} ${digitEvents}\r\n`;
  }
  attributes += `a=ptime:${ptimeMsDefault}\r\na=${agreed.direction}\r\n`;
  return `m=audio ${local.port} ${media.protocol} ${formats}\r\n${attributes}`;
}

export function isPlainAudio(media: SdpMedia): boolean {
  return media.kind === 'audio' && (media.protocol === 'RTP/AVP' || media.protocol === 'RTP/AVPF');
}

export function codecOf(media: SdpMedia, format: string, local: LocalAudio): AudioCodec | undefined {
  const name = media.codecs.get(format);
  return local.codecs.find((codec) => name === `${codec}/8000`);
}

export function digitFormatOf(media: SdpMedia): number | undefined {
  const format = media.formats.find((one) => media.codecs.get(one) === 'TELEPHONE-EVENT/8000');
  return format === undefined ? undefined : Number(format);
}

/** RFC 3264 §8.4: the old way to hold was an address of zeros; nothing may be sent there. */
export function directionOf(media: SdpMedia): SdpMedia['direction'] {
  const isNowhere = media.address === '0.0.0.0' || media.address === '::';
  if (!isNowhere) return media.direction;
  return maySend(media.direction) ? 'sendonly' : 'inactive';
}

function describe(media: readonly SdpMedia[], local: LocalAudio): string {
  if (media.length === 0) return 'the offer has no media line';
  const offered = media.map(({ kind, protocol, port, address, formats, codecs }) => {
    const names = formats.map((format) => codecs.get(format) ?? format).join(' ');
    return `${kind} ${port === 0 ? 'switched off' : address === '' ? 'without an address' : protocol} ${names}`;
  });
  return `offered ${offered.join('; ')}; we speak RTP/AVP ${local.codecs.join(' ')}`;
}
