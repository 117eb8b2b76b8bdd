/** Their answer to our offer (RFC 3264 §7): what the stream has become. */
import { mirrored, narrowed, type AgreedAudio, type LocalAudio, type SdpFailure } from './audio-terms.ts';
import { acceptedCrypto } from './agree-crypto.ts';
import {
  codecOf,
  digitFormatOf,
  directionOf,
  formatNamed,
  isReachable,
  isRtpAudio,
  opusWishesOf,
  rtcpPortOf,
} from './answer-offer.ts';
import { parseSdp, type SdpMedia } from './parse-sdp.ts';
import { codecNames, digitNameOf } from './codec-names.ts';
import { ptimeMsDefault } from './write-sdp.ts';

export type ReadAnswer = { readonly ok: true; readonly negotiated: AgreedAudio } | SdpFailure;

/** `offerSdp` is our own, that this answers; `local` as it was made with. */
export function readAnswer(answerSdp: string, offerSdp: string, local: LocalAudio): ReadAnswer {
  const answer = parseSdp(answerSdp);
  const offer = parseSdp(offerSdp);
  if (!answer || !offer) return { ok: false, reason: 'malformed-sdp', detail: 'the answer is no SDP' };
  const place = offer.media.findIndex((media) => isRtpAudio(media) && media.port !== 0);
  // RFC 3264 §6: line for line. A single audio line elsewhere is forgiven.
  const media = answer.media[place] ?? answer.media.find(isRtpAudio);
  if (!media || !isRtpAudio(media) || media.port === 0) {
    return { ok: false, reason: 'no-common-codec', detail: 'the answer refuses our audio line' };
  }
  if (!isReachable(media, local))
    return {
      ok: false,
      reason: 'malformed-sdp',
      detail: `the answer names no address we reach: ${media.address}`,
    };
  const offered = offer.media[place];
  const terms = offered && acceptedCrypto(media, offered, local);
  if (!terms)
    return { ok: false, reason: 'no-common-codec', detail: 'the answer takes none of the keys we offered' };
  const format = media.formats.find((one) => codecOf(media, one, local) !== undefined);
  if (format === undefined) {
    const named = media.formats.map((one) => media.codecs.get(one) ?? one).join(' ');
    return {
      ok: false,
      reason: 'no-common-codec',
      detail: `the answer chooses ${named}, which was not offered`,
    };
  }
  const codec = codecOf(media, format, local)!;
  const { format: digits, clockHz: digitClockHz } = digitFormatOf(media, codec);
  const theirs = directionOf(media);
  return {
    ok: true,
    negotiated: {
      codec,
      sendPayloadType: Number(format),
      receivePayloadType: formatOf(offered, codecNames[codec].known)!,
      sendDigitPayloadType: digits,
      receiveDigitPayloadType:
        digits === undefined ? undefined : formatOf(offered, digitNameOf(digitClockHz).known),
      digitClockHz,
      opus: opusWishesOf(media, format, codec),
      remoteAddress: media.address,
      remotePort: media.port,
      remoteRtcpPort: rtcpPortOf(media),
      ptimeMs: media.ptimeMs ?? ptimeMsDefault,
      direction: narrowed(local.direction, mirrored(theirs)),
      // Narrower than our offer asked for is their own will.
      isHeld: narrowed(theirs, mirrored(local.direction)) !== mirrored(local.direction),
      crypto: terms.kind === 'secure' ? terms.crypto : undefined,
    },
  };
}

/** Under which number we had offered it. */
function formatOf(offered: SdpMedia, name: string): number | undefined {
  const format = formatNamed(offered, name);
  return format === undefined ? undefined : Number(format);
}
