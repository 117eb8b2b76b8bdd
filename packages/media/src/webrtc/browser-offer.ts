/**
 * What of a browser's offer we take: one audio section, G.711 or Opus, and telephone events in its clock. The rest is left out before the
 * offer reaches the WebRTC library, which answers with all that it is shown. Works on the lines themselves, so that every
 * line it does not know passes through as it came.
 */
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { offerOctetsMax } from '../limits.ts';
import {
  browserCodecsDefault,
  encodingsOf,
  nameOf,
  rtpmapPattern,
  takenOf,
  type BrowserCodec,
} from './browser-codecs.ts';

export interface BrowserSound {
  readonly codec: BrowserCodec;
  readonly payloadType: number;
  /** What the browser says of how it wants Opus (RFC 7587 §6.1). */
  readonly parameters: string;
  readonly eventPayloadType: number | undefined;
  readonly eventClockHz: number;
}

export interface BrowserOffer {
  /** The offer as the library shall see it. */
  readonly sdp: string;
  readonly sound: BrowserSound;
  /** What each payload type that is shown stands for. */
  readonly names: ReadonlyMap<number, string>;
}

export interface BrowserOfferFault {
  readonly reason: 'malformed-sdp' | 'no-common-codec';
  readonly detail: string;
}

const mediaPattern = /^m=audio (\d+) (\S+) ([\d ]+)$/;
const parametersPattern = /^a=fmtp:(\d{1,3}) (.*)$/;
/** Lines that speak of one payload type. */
const perTypePattern = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d{1,3}) /;
/** Header extensions and feedback for encodings we do not take; we relay neither. */
const droppedPattern = /^a=(?:extmap|extmap-allow-mixed|rtcp-fb)\b/;

/** `codecs` are ours, best first; of the two laws of G.711 the browser chooses. */
export function readBrowserOffer(
  offerSdp: string,
  codecs: readonly BrowserCodec[] = browserCodecsDefault,
): Result<BrowserOffer, BrowserOfferFault> {
  if (offerSdp.length > offerOctetsMax)
    return fault('malformed-sdp', `the offer has ${offerSdp.length} characters`);
  const lines = offerSdp.split(/\r?\n/).filter((line) => line !== '');
  if (lines[0] !== 'v=0') return fault('malformed-sdp', 'the offer does not begin with v=0');
  const sections = lines.filter((line) => line.startsWith('m='));
  const media = mediaPattern.exec(sections[0] ?? '');
  if (sections.length !== 1 || media === null)
    return fault('malformed-sdp', 'the offer must have one audio section and no other');
  const [, port, protocol, types] = media as unknown as [string, string, string, string];
  if (port === '0') return fault('malformed-sdp', 'the audio section is refused by its own port');
  const has = (prefix: string) => lines.some((line) => line.startsWith(prefix));
  if (!protocol.endsWith('SAVPF') || !has('a=fingerprint:') || !has('a=ice-ufrag:') || !has('a=ice-pwd:'))
    return fault('malformed-sdp', 'the audio section is no WebRTC: ICE and a DTLS fingerprint are needed');

  const taken = takenOf(encodingsOf(lines, types.trim().split(/ +/).map(Number)), codecs);
  if (taken === undefined)
    return fault('no-common-codec', `the offer has nothing we speak with browsers: ${codecs.join()}`);
  const { voice, event, kept } = taken;
  const names = new Map(kept.map((encoding) => [encoding.payloadType, nameOf(encoding)]));
  const shown = lines.flatMap((line) => {
    if (line === sections[0]) return [`m=audio ${port} ${protocol} ${[...names.keys()].join(' ')}`];
    const about = perTypePattern.exec(line);
    if (droppedPattern.test(line) || (about !== null && !names.has(Number(about[1])))) return [];
    return [line];
  });
  return success({
    sdp: shown.join('\r\n') + '\r\n',
    names,
    sound: {
      codec: voice.codec,
      payloadType: voice.payloadType,
      parameters: parametersOf(lines, voice.payloadType),
      eventPayloadType: event?.payloadType,
      eventClockHz: event?.clockHz ?? voice.clockHz,
    },
  });
}

function parametersOf(lines: readonly string[], payloadType: number): string {
  for (const line of lines) {
    const found = parametersPattern.exec(line);
    if (found !== null && Number(found[1]) === payloadType) return found[2]!;
  }
  return '';
}

/** The library's answer set right: each payload type means what it meant in the offer, and our stream is named, so that the browser knows it at once. */
export function finishAnswer(
  answerSdp: string,
  ours: {
    readonly names: ReadonlyMap<number, string>;
    readonly ssrc: number;
    readonly boundAddress: string;
    readonly advertisedAddress: string | undefined;
  },
): string {
  const lines = answerSdp.split(/\r?\n/).filter((line) => line !== '');
  const named = lines.flatMap((line) => {
    if (line.startsWith('a=msid:')) return [];
    const map = rtpmapPattern.exec(line);
    if (map !== null) return [`a=rtpmap:${map[1]} ${ours.names.get(Number(map[1])) ?? map[2]}`];
    if (line.startsWith('a=candidate:') && ours.advertisedAddress !== undefined)
      return [line.replace(` ${ours.boundAddress} `, ` ${ours.advertisedAddress} `)];
    if (line.startsWith('a=mid:'))
      return [line, 'a=msid:seatgrid audio', `a=ssrc:${ours.ssrc} cname:seatgrid`];
    return [line];
  });
  return named.join('\r\n') + '\r\n';
}

function fault(reason: BrowserOfferFault['reason'], detail: string) {
  return failure<BrowserOfferFault>({ reason, detail });
}
