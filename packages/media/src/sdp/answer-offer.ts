/** Their offer, our answer (RFC 3264 §6): the first audio line we can speak is taken, a protected one before a plain one; every other is refused. */
import {
  maySend,
  mirrored,
  narrowed,
  type AgreedAudio,
  type AudioCodec,
  type LocalAudio,
  type SdpFailure,
} from './audio-terms.ts';
import { answerCrypto, isSecureProfile, type CryptoTerms } from './agree-crypto.ts';
import { codecNames, digitNameOf, digitNames } from './codec-names.ts';
import { readOpusWishes, type OpusWishes } from './opus-wishes.ts';
import { parseSdp, type SdpMedia } from './parse-sdp.ts';
import { codecLines, digitLines, ptimeMsDefault, refusedLine, rtcpMuxLine, writeSdp } from './write-sdp.ts';

export type AnsweredOffer =
  { readonly ok: true; readonly answer: string; readonly negotiated: AgreedAudio } | SdpFailure;

export function answerOffer(offerSdp: string, local: LocalAudio): AnsweredOffer {
  const offer = parseSdp(offerSdp);
  if (!offer) return { ok: false, reason: 'malformed-sdp', detail: 'the offer is no SDP' };
  const taken = takenLine(offer.media, local);
  if (!taken) return { ok: false, reason: 'no-common-codec', detail: describe(offer.media, local) };
  const lines = offer.media.map((media) =>
    media === taken.media ? acceptedLine(taken, local) : refusedLine(media),
  );
  return { ok: true, answer: writeSdp(local, lines), negotiated: taken.agreed };
}

interface TakenLine {
  readonly media: SdpMedia;
  readonly agreed: AgreedAudio;
  readonly terms: CryptoTerms;
}

/** Some phones offer the same sound twice, protected and plain, and leave the choice to us. */
function takenLine(offered: readonly SdpMedia[], local: LocalAudio): TakenLine | undefined {
  let plain: TakenLine | undefined;
  for (const media of offered) {
    const taken = agree(media, local);
    if (taken?.terms.kind === 'secure') return taken;
    plain ??= taken;
  }
  return plain;
}

/** The terms for one line of an offer, where it is one we can take. */
function agree(media: SdpMedia, local: LocalAudio): TakenLine | undefined {
  if (!isRtpAudio(media) || media.port === 0 || !isReachable(media, local)) return undefined;
  const format = preferredFormat(media, local);
  if (format === undefined) return undefined;
  const codec = codecOf(media, format, local)!;
  const payloadType = Number(format);
  const { format: digits, clockHz: digitClockHz } = digitFormatOf(media, codec);
  const theirs = directionOf(media);
  const terms = answerCrypto(media, local);
  if (!terms) return undefined;
  const agreed = {
    codec,
    sendPayloadType: payloadType,
    receivePayloadType: payloadType,
    sendDigitPayloadType: digits,
    receiveDigitPayloadType: digits,
    digitClockHz,
    opus: opusWishesOf(media, format, codec),
    remoteAddress: media.address,
    remotePort: media.port,
    remoteRtcpPort: rtcpPortOf(media),
    ptimeMs: media.ptimeMs ?? ptimeMsDefault,
    direction: narrowed(local.direction, mirrored(theirs)),
    isHeld: theirs !== 'sendrecv',
    crypto: terms.kind === 'secure' ? terms.crypto : undefined,
  };
  return { media, agreed, terms };
}

/**
 * RFC 3264 §6.1: the offer's order is the offerer's preference, and the answer should follow it. Deviation: G.711 and other codecs
 * are ranked by our own list, since a phone that offers both would otherwise have each call with a trunk recoded.
 */
function preferredFormat(media: SdpMedia, local: LocalAudio): string | undefined {
  let best: string | undefined;
  let bestPlace = Infinity;
  const { formats } = media;
  for (let index = 0; index < formats.length; index++) {
    const format = formats[index]!;
    const codec = codecOf(media, format, local);
    const place = codec === undefined ? Infinity : placeOf(codec, local);
    if (place < bestPlace) {
      best = format;
      bestPlace = place;
    }
  }
  return best;
}

function placeOf(codec: AudioCodec, { codecs }: LocalAudio): number {
  const sound = soundOf(codec);
  let place = 0;
  while (soundOf(codecs[place]!) !== sound) place++;
  return place;
}

/** The two laws of G.711 are as good as each other. */
function soundOf(codec: AudioCodec): AudioCodec {
  return codec === 'PCMU' ? 'PCMA' : codec;
}

function acceptedLine({ media, agreed, terms }: TakenLine, local: LocalAudio): string {
  const { codec, receivePayloadType, receiveDigitPayloadType: digits, digitClockHz } = agreed;
  let formats = String(receivePayloadType);
  let attributes = codecLines(codec, receivePayloadType);
  if (digits !== undefined) {
    formats += ` ${digits}`;
    attributes += digitLines(digitNameOf(digitClockHz), digits);
  }
  attributes += `a=ptime:${ptimeMsDefault}\r\na=${agreed.direction}\r\n`;
  // RFC 5761 §5.1.1: reports share the port where both say so.
  if (media.isRtcpMuxed) attributes += rtcpMuxLine;
  if (terms.kind === 'secure') attributes += terms.line;
  return `m=audio ${local.port} ${media.protocol} ${formats}\r\n${attributes}`;
}

export function isRtpAudio({ kind, protocol }: SdpMedia): boolean {
  return kind === 'audio' && (protocol === 'RTP/AVP' || protocol === 'RTP/AVPF' || isSecureProfile(protocol));
}

/** Our port speaks one family of IP; an address of zeros (the old hold) is nowhere in either. */
export function isReachable(media: SdpMedia, local: LocalAudio): boolean {
  if (media.address === '') return false;
  return isNowhere(media) || isIp6(media.address) === isIp6(local.address);
}

/** Of what is an address of either family. */
function isIp6(address: string): boolean {
  return address.includes(':');
}

function isNowhere({ address }: SdpMedia): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** RFC 3605 names it, RFC 5761 shares it, RFC 3550 §11 has it on the next port. */
export function rtcpPortOf(media: SdpMedia): number {
  return media.isRtcpMuxed ? media.port : (media.rtcpPort ?? media.port + 1);
}

export function codecOf(media: SdpMedia, format: string, local: LocalAudio): AudioCodec | undefined {
  const name = media.codecs.get(format);
  if (name === undefined) return undefined;
  const { codecs } = local;
  for (let index = 0; index < codecs.length; index++) {
    const codec = codecs[index]!;
    if (codecNames[codec].known === name) return codec;
  }
  return undefined;
}

/** Events in the clock of the codec, else in one that phones use all the same. */
export function digitFormatOf(
  media: SdpMedia,
  codec: AudioCodec,
): { readonly format: number | undefined; readonly clockHz: number } {
  const { clockHz } = codecNames[codec];
  let inOther: { readonly format: number; readonly clockHz: number } | undefined;
  for (const name of digitNames) {
    const format = formatNamed(media, name.known);
    if (format === undefined) continue;
    const found = { format: Number(format), clockHz: name.clockHz };
    if (name.clockHz === clockHz) return found;
    inOther ??= found;
  }
  return inOther ?? { format: undefined, clockHz };
}

/** Under which number a line has that codec. */
export function formatNamed({ formats, codecs }: SdpMedia, known: string): string | undefined {
  for (let index = 0; index < formats.length; index++) {
    const format = formats[index]!;
    if (codecs.get(format) === known) return format;
  }
  return undefined;
}

export function opusWishesOf(media: SdpMedia, format: string, codec: AudioCodec): OpusWishes | undefined {
  return codec === 'opus' ? readOpusWishes(media.parameters.get(format) ?? '') : undefined;
}

/** RFC 3264 §8.4: the old way to hold was an address of zeros; nothing may be sent there. */
export function directionOf(media: SdpMedia): SdpMedia['direction'] {
  if (!isNowhere(media)) return media.direction;
  return maySend(media.direction) ? 'sendonly' : 'inactive';
}

function describe(media: readonly SdpMedia[], local: LocalAudio): string {
  if (media.length === 0) return 'the offer has no media line';
  const offered = media.map(({ kind, protocol, port, address, formats, codecs, crypto }) => {
    const names = formats.map((format) => codecs.get(format) ?? format).join(' ');
    return `${kind} ${port === 0 ? 'switched off' : address === '' ? 'without an address' : protocol} ${names}${crypto.length > 0 ? ' with keys' : ''}`;
  });
  return `offered ${offered.join('; ')}; we speak ${local.codecs.join(' ')}, SRTP: ${local.srtp.use}`;
}
