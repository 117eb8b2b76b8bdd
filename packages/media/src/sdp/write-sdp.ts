/** Our own SDP: one o= line that counts, then the media lines in the order the session has them (RFC 3264 §5, §8). */
import type { AudioCodec, LocalAudio } from './audio-terms.ts';
import { codecNames, type CodecName } from './codec-names.ts';
import { opusWishesLine } from './opus-wishes.ts';
import { parseSdp } from './parse-sdp.ts';

/** `media` are finished m= blocks, each line ended. */
export function writeSdp(local: LocalAudio, media: readonly string[]): string {
  const family = local.address.includes(':') ? 'IP6' : 'IP4';
  const rest = `s=-\r\nc=IN ${family} ${local.address}\r\nt=0 0\r\n${media.join('')}`;
  const { id, version } = sessionOf(local, rest);
  return `v=0\r\no=- ${id} ${version} IN ${family} ${local.address}\r\n${rest}`;
}

/** RFC 3264 §8: the version goes up by one where anything else has changed, and stays where nothing has. */
function sessionOf(local: LocalAudio, rest: string): { readonly id: string; readonly version: string } {
  const previous = local.previousSdp === '' ? undefined : parseSdp(local.previousSdp);
  if (!previous) return { id: local.sessionId, version: '1' };
  const isSame = local.previousSdp.slice(local.previousSdp.indexOf('s=-')) === rest;
  const version = BigInt(previous.sessionVersion) + (isSame ? 0n : 1n);
  return { id: previous.sessionId, version: String(version) };
}

/** RFC 3264 §6: a stream we do not take is refused with port 0; its line stays, so that places keep their meaning. */
export function refusedLine(media: { kind: string; protocol: string; formats: readonly string[] }): string {
  const formats = media.formats.length === 0 ? '0' : media.formats.join(' ');
  return `m=${media.kind} 0 ${media.protocol} ${formats}\r\n`;
}

export function codecLines(codec: AudioCodec, payloadType: number): string {
  const map = `a=rtpmap:${payloadType} ${codecNames[codec].written}\r\n`;
  return codec === 'opus' ? `${map}a=fmtp:${payloadType} ${opusWishesLine}\r\n` : map;
}

export function digitLines({ written }: CodecName, payloadType: number): string {
  return `a=rtpmap:${payloadType} ${written}\r\na=fmtp:${payloadType} ${digitEvents}\r\n`;
}

export const ptimeMsDefault = 20;
export const rtcpMuxLine = 'a=rtcp-mux\r\n';
/** RFC 4733 §2.5.1.1: the sixteen digits of a telephone. */
const digitEvents = '0-15';
