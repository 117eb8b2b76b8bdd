/** Our offer (RFC 3264 §5, §8.1): what we speak, and where to. In an open dialog its lines keep their places. */
import type { LocalAudio } from './audio-terms.ts';
import { offeredCrypto } from './agree-crypto.ts';
import { isRtpAudio } from './answer-offer.ts';
import { codecNames, digitNames, type CodecName } from './codec-names.ts';
import { parseSdp, type SdpMedia } from './parse-sdp.ts';
import { codecLines, digitLines, ptimeMsDefault, refusedLine, rtcpMuxLine, writeSdp } from './write-sdp.ts';

export function makeOffer(local: LocalAudio): string {
  const before = local.previousSdp === '' ? undefined : parseSdp(local.previousSdp)?.media;
  const ours = before?.findIndex((media) => isRtpAudio(media) && media.port !== 0) ?? -1;
  if (!before || ours < 0) return writeSdp(local, [firstLine(local)]);
  const lines = before.map((media, index) =>
    index === ours ? `m=audio ${local.port} ${offeredTerms(local, media)}` : refusedLine(media),
  );
  return writeSdp(local, lines);
}

function firstLine(local: LocalAudio): string {
  const { use } = local.srtp;
  const isUsual = (use === 'never' || use === 'accept') && local.direction === 'sendrecv';
  if (isUsual) return `m=audio ${local.port} ${usualTermsOf(local)}`;
  return `m=audio ${local.port} ${offeredTerms(local, nothingBefore(use === 'require' ? 'RTP/SAVP' : 'RTP/AVP'))}`;
}

/** By the list of our codecs, which is one for all calls: how they begin. */
const usualTerms = new WeakMap<LocalAudio['codecs'], string>();

function usualTermsOf(local: LocalAudio): string {
  let terms = usualTerms.get(local.codecs);
  if (terms === undefined)
    usualTerms.set(local.codecs, (terms = offeredTerms(local, nothingBefore('RTP/AVP'))));
  return terms;
}

function nothingBefore(protocol: string): Before {
  return { protocol, isRtcpMuxed: false, crypto: [], codecs: new Map() };
}

type Before = Pick<SdpMedia, 'protocol' | 'isRtcpMuxed' | 'crypto' | 'codecs'>;

/** Protocol, formats, and the lines that follow. */
function offeredTerms(local: LocalAudio, before: Before): string {
  const typeOf = payloadTypesAfter(before);
  let formats = '';
  let attributes = '';
  const clocks = new Set<number>();
  for (const codec of local.codecs) {
    const type = typeOf(codecNames[codec]);
    formats += ` ${type}`;
    attributes += codecLines(codec, type);
    clocks.add(codecNames[codec].clockHz);
  }
  for (const name of digitNames) {
    if (!clocks.has(name.clockHz)) continue;
    const type = typeOf(name);
    formats += ` ${type}`;
    attributes += digitLines(name, type);
  }
  attributes += `a=ptime:${ptimeMsDefault}\r\na=${local.direction}\r\n`;
  if (before.isRtcpMuxed) attributes += rtcpMuxLine;
  attributes += offeredCrypto(local, before.crypto);
  return `${before.protocol}${formats}\r\n${attributes}`;
}

/** RFC 3551 §3. */
const dynamicTypesFrom = 96;

/** RFC 3264 §8.3.2: a payload type keeps its meaning as long as the session lasts; what is new takes one that has none. */
function payloadTypesAfter({ codecs: before }: Before): (name: CodecName) => number {
  const typeOf = new Map<string, number>();
  const types = new Set<number>();
  const take = (known: string, type: number) => {
    typeOf.set(known, type);
    types.add(type);
    return type;
  };
  for (const [format, known] of before) take(known, Number(format));
  return ({ known, payloadType }) => {
    const itsOwn = typeOf.get(known);
    if (itsOwn !== undefined) return itsOwn;
    let type = payloadType;
    if (types.has(type)) for (type = dynamicTypesFrom; types.has(type);) type += 1;
    return take(known, type);
  };
}
