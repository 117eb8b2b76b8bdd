/**
 * What of a browser's offer we take: one audio section, G.711 and telephone events at 8 kHz. The rest is left out before the
 * offer reaches the WebRTC library, which answers with all that it is shown. Works on the lines themselves, so that every
 * line it does not know passes through as it came.
 */
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { offerOctetsMax } from '../limits.ts';

export interface BrowserOffer {
  /** The offer as the library shall see it. */
  readonly sdp: string;
  readonly law: 'PCMU' | 'PCMA';
  readonly payloadType: number;
  readonly eventPayloadType: number | undefined;
}

export interface BrowserOfferFault {
  readonly reason: 'malformed-sdp' | 'no-common-codec';
  readonly detail: string;
}

interface Encoding {
  readonly payloadType: number;
  readonly name: string;
}

/** RFC 8866 §6.6: `a=rtpmap:<payload type> <encoding name>/<clock rate>[/<parameters>]`. */
const rtpmapPattern = /^a=rtpmap:(\d{1,3}) ([^/\s]+)\/(\d+)/;
const mediaPattern = /^m=audio (\d+) (\S+) ([\d ]+)$/;
/** Lines that speak of one payload type. */
const perTypePattern = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d{1,3}) /;
/** Header extensions and feedback for encodings we do not take; we relay neither. */
const droppedPattern = /^a=(?:extmap|extmap-allow-mixed|rtcp-fb)\b/;

export function readBrowserOffer(offerSdp: string): Result<BrowserOffer, BrowserOfferFault> {
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

  const encodings = encodingsOf(lines, types.trim().split(/ +/).map(Number));
  const voice = encodings.find(({ name }) => name !== eventName);
  if (voice === undefined)
    return fault('no-common-codec', 'the offer has neither PCMU nor PCMA; the browser must offer G.711');
  const kept = new Set(encodings.map(({ payloadType }) => payloadType));
  const shown = lines.flatMap((line) => {
    if (line === sections[0]) return [`m=audio ${port} ${protocol} ${[...kept].join(' ')}`];
    const about = perTypePattern.exec(line);
    if (droppedPattern.test(line) || (about !== null && !kept.has(Number(about[1])))) return [];
    return [line];
  });
  return success({
    sdp: shown.join('\r\n') + '\r\n',
    law: voice.name as 'PCMU' | 'PCMA',
    payloadType: voice.payloadType,
    eventPayloadType: encodings.find(({ name }) => name === eventName)?.payloadType,
  });
}

const eventName = 'TELEPHONE-EVENT';

/** Those we take, in the browser's order of preference. */
function encodingsOf(lines: readonly string[], types: readonly number[]): Encoding[] {
  // RFC 3551 §6: these two need no rtpmap.
  const names = new Map<number, string>([
    [0, 'PCMU'],
    [8, 'PCMA'],
  ]);
  for (const line of lines) {
    const map = rtpmapPattern.exec(line);
    if (map !== null) names.set(Number(map[1]), map[3] === '8000' ? map[2]!.toUpperCase() : '');
  }
  return types
    .map((payloadType) => ({ payloadType, name: names.get(payloadType) ?? '' }))
    .filter(({ name }) => name === 'PCMU' || name === 'PCMA' || name === eventName);
}

/** The library's answer set right: all runs at 8 kHz, and our stream is named, so that the browser knows it at once. */
export function finishAnswer(
  answerSdp: string,
  ours: {
    readonly ssrc: number;
    readonly boundAddress: string;
    readonly advertisedAddress: string | undefined;
  },
): string {
  const lines = answerSdp.split(/\r?\n/).filter((line) => line !== '');
  const named = lines.flatMap((line) => {
    if (line.startsWith('a=msid:')) return [];
    const map = rtpmapPattern.exec(line);
    if (map !== null) return [`a=rtpmap:${map[1]} ${map[2]}/8000`];
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
