/**
 * SDP as phones, trunks and browsers' gateways write it (RFC 8866), read line by line into what audio needs. Lines we do
 * not use are stepped over; lines we use and cannot read make the whole unreadable.
 */
import { isIP } from 'node:net';
import { sdpCharsMax, sdpCryptoLinesMax, sdpMediaMax } from '../limits.ts';
import { readCrypto, type CryptoAttribute } from './crypto-attribute.ts';

export type SdpDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface SdpDescription {
  /** Session id and version of the o= line, as text: they may be wider than a number. */
  readonly sessionId: string;
  readonly sessionVersion: string;
  readonly media: readonly SdpMedia[];
}

export interface SdpMedia {
  /** `audio`, `video`, `application`… */
  readonly kind: string;
  /** 0 where the line is refused or switched off. */
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  /** '' where neither the line nor the session names one. */
  readonly address: string;
  readonly direction: SdpDirection;
  /** Format to `NAME/rate`, in upper case. */
  readonly codecs: ReadonlyMap<string, string>;
  /** Format to its parameters (`a=fmtp`). */
  readonly parameters: ReadonlyMap<string, string>;
  readonly ptimeMs: number | undefined;
  /** RFC 3605. */
  readonly rtcpPort: number | undefined;
  /** RFC 5761: reports share the port of the sound. */
  readonly isRtcpMuxed: boolean;
  /** RFC 4568: those we can do, best first. */
  readonly crypto: readonly CryptoAttribute[];
}

type Draft = { -readonly [Key in keyof SdpMedia]: SdpMedia[Key] } & {
  codecs: Map<string, string>;
  parameters: Map<string, string>;
  crypto: CryptoAttribute[];
};

/** RFC 3551 §6: formats that need no rtpmap. */
const staticCodecs: Readonly<Record<string, string>> = {
  '0': 'PCMU/8000',
  '8': 'PCMA/8000',
  '9': 'G722/8000',
};

/** Undefined where it is no SDP. */
export function parseSdp(text: string): SdpDescription | undefined {
  if (text.length > sdpCharsMax || !text.startsWith('v=0')) return undefined;
  let sessionId = '0';
  let sessionVersion = '0';
  let address = '';
  let direction: SdpDirection = 'sendrecv';
  const media: Draft[] = [];
  let current: Draft | undefined;
  for (let at = 0; at < text.length;) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const line = text.slice(at, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
    at = end + 1;
    if (line === '') continue;
    if (line.charCodeAt(1) !== 61) return undefined;
    switch (line.charCodeAt(0)) {
      case 111: {
        const [, id, version] = line.slice(2).split(' ');
        if (id === undefined || version === undefined) return undefined;
        sessionId = id;
        sessionVersion = version;
        break;
      }
      case 99: {
        const found = connectionAddress(line);
        if (found === undefined) return undefined;
        if (current) current.address = found;
        else address = found;
        break;
      }
      case 109: {
        current = mediaOf(line, address, direction);
        if (current === undefined || media.length >= sdpMediaMax) return undefined;
        media.push(current);
        break;
      }
      case 97: {
        const found = directionOf(line);
        if (found && current) current.direction = found;
        else if (found) direction = found;
        else if (current) readAttribute(line, current);
        break;
      }
    }
  }
  return { sessionId, sessionVersion, media };
}

/** `m=audio 49170[/2] RTP/AVP 0 8 101` */
function mediaOf(line: string, address: string, direction: SdpDirection): Draft | undefined {
  const words = line.slice(2).trimEnd().split(' ');
  const [kind = '', portText = '', protocol] = words;
  const slash = portText.indexOf('/');
  const port = Number(slash < 0 ? portText : portText.slice(0, slash));
  // What is refused is repeated in our answer: it must not bring a line end along.
  if (line.includes('\r')) return undefined;
  if (kind === '' || protocol === undefined || !Number.isInteger(port) || port < 0 || port > 0xffff)
    return undefined;
  const formats = words.slice(3);
  const codecs = new Map<string, string>();
  for (const format of formats) {
    const codec = staticCodecs[format];
    if (codec !== undefined) codecs.set(format, codec);
  }
  return {
    kind,
    port,
    protocol: protocol.toUpperCase(),
    formats,
    address,
    direction,
    codecs,
    parameters: new Map(),
    ptimeMs: undefined,
    rtcpPort: undefined,
    isRtcpMuxed: false,
    crypto: [],
  };
}

/** `c=IN IP4 192.0.2.1[/ttl]` */
function connectionAddress(line: string): string | undefined {
  const [network, family, value] = line.slice(2).trimEnd().split(' ');
  if (network !== 'IN' || (family !== 'IP4' && family !== 'IP6') || value === undefined) return undefined;
  const slash = value.indexOf('/');
  const address = slash < 0 ? value : value.slice(0, slash);
  // Deviation (RFC 8866 §5.7): a name would need DNS in the middle of a call; the line is refused with its address unknown.
  return isIP(address) === 0 ? '' : address;
}

function directionOf(line: string): SdpDirection | undefined {
  switch (line) {
    case 'a=sendrecv':
      return 'sendrecv';
    case 'a=sendonly':
      return 'sendonly';
    case 'a=recvonly':
      return 'recvonly';
    case 'a=inactive':
      return 'inactive';
    default:
      return undefined;
  }
}

function readAttribute(line: string, media: Draft): void {
  if (line.startsWith('a=rtpmap:')) {
    const space = line.indexOf(' ', 9);
    if (space < 0) return;
    const [name = '', rate = ''] = line
      .slice(space + 1)
      .trim()
      .split('/');
    const format = line.slice(9, space);
    // RFC 3550 §5.1: a payload type has seven bits.
    if (/^\d{1,3}$/.test(format) && Number(format) < 128) {
      media.codecs.set(format, `${name.toUpperCase()}/${rate}`);
    }
  } else if (line.startsWith('a=fmtp:')) {
    const space = line.indexOf(' ', 7);
    if (space > 0) media.parameters.set(line.slice(7, space), line.slice(space + 1));
  } else if (line.startsWith('a=ptime:')) {
    const value = Number(line.slice(8).trim());
    if (value > 0 && value <= 1_000) media.ptimeMs = value;
  } else if (line.startsWith('a=rtcp:')) {
    const port = Number.parseInt(line.slice(7), 10);
    if (port > 0 && port <= 0xffff) media.rtcpPort = port;
  } else if (line === 'a=rtcp-mux') {
    media.isRtcpMuxed = true;
  } else if (line.startsWith('a=crypto:') && media.crypto.length < sdpCryptoLinesMax) {
    const crypto = readCrypto(line);
    if (crypto) media.crypto.push(crypto);
  }
}
