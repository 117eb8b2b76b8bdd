/**
 * SDP as phones, trunks and browsers' gateways write it (RFC 8866), read line by line into what audio needs. Lines we do
 * not use are stepped over; lines we use and cannot read make the whole unreadable.
 */
import { isIP, isIPv4 } from 'node:net';
import { sdpCharsMax, sdpCryptoLinesMax, sdpMediaMax, sdpTermsCharsMax, sdpTermsKept } from '../limits.ts';
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

/** What a media section says but for its kind, its port, and what it takes over from the session. */
type MediaTerms = Omit<SdpMedia, 'kind' | 'port' | 'address' | 'direction'> & {
  readonly address: string | undefined;
  readonly direction: SdpDirection | undefined;
};

type Draft = { -readonly [Key in keyof MediaTerms]: MediaTerms[Key] } & {
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
  const media: SdpMedia[] = [];
  for (let at = 0; at < text.length;) {
    const kind = text.charCodeAt(at);
    if (text.charCodeAt(at + 1) !== equals && !isLineEnd(text, at)) return undefined;
    if (kind === kindOf.media) {
      const end = text.indexOf('\nm=', at);
      const found = mediaOf(end < 0 ? text.slice(at) : text.slice(at, end + 1), address, direction);
      if (found === undefined || media.length >= sdpMediaMax) return undefined;
      media.push(found);
      at = end < 0 ? text.length : end + 1;
      continue;
    }
    const next = afterLine(text, at);
    if (kind === kindOf.origin) {
      const line = lineOf(text, at, next);
      const idStart = line.indexOf(' ') + 1;
      const versionStart = idStart === 0 ? 0 : line.indexOf(' ', idStart) + 1;
      if (versionStart === 0) return undefined;
      const versionEnd = line.indexOf(' ', versionStart);
      sessionId = line.slice(idStart, versionStart - 1);
      sessionVersion = line.slice(versionStart, versionEnd < 0 ? line.length : versionEnd);
    } else if (kind === kindOf.connection) {
      const found = connectionAddress(lineOf(text, at, next));
      if (found === undefined) return undefined;
      address = found;
    } else if (kind === kindOf.attribute) direction = directionOf(lineOf(text, at, next)) ?? direction;
    at = next;
  }
  return { sessionId, sessionVersion, media };
}

const kindOf = { attribute: 97, connection: 99, media: 109, origin: 111 };
const equals = 61;
const lineFeed = 10;
const carriageReturn = 13;

function isLineEnd(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== carriageReturn) return code === lineFeed;
  return at + 1 === text.length || text.charCodeAt(at + 1) === lineFeed;
}

function afterLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length + 1 : end + 1;
}

/** The line at `at`, without its end; the next begins at `next`. */
function lineOf(text: string, at: number, next: number): string {
  const end = next - 1;
  return text.slice(at, text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end);
}

/** `m=audio 49170[/2] RTP/AVP 0 8 101`, and the lines that belong to it. */
function mediaOf(section: string, address: string, direction: SdpDirection): SdpMedia | undefined {
  const kindEnd = section.indexOf(' ');
  const portEnd = kindEnd < 0 ? -1 : section.indexOf(' ', kindEnd + 1);
  const head = section.slice(0, Math.max(0, portEnd));
  // What is refused is repeated in our answer: it must not bring a line end along.
  if (kindEnd <= 2 || head === '' || head.includes('\r') || head.includes('\n')) return undefined;
  const kind = head.slice(2, kindEnd);
  const portText = head.slice(kindEnd + 1);
  const slash = portText.indexOf('/');
  const port = Number(slash < 0 ? portText : portText.slice(0, slash));
  if (!Number.isInteger(port) || port < 0 || port > 0xffff) return undefined;
  const terms = termsOf(section.slice(portEnd + 1));
  return (
    terms && {
      kind,
      port,
      protocol: terms.protocol,
      formats: terms.formats,
      address: terms.address ?? address,
      direction: terms.direction ?? direction,
      codecs: terms.codecs,
      parameters: terms.parameters,
      ptimeMs: terms.ptimeMs,
      rtcpPort: terms.rtcpPort,
      isRtcpMuxed: terms.isRtcpMuxed,
      crypto: terms.crypto,
    }
  );
}

/** Whoever calls again says the same of its sound, but for the port: what was read of it stands here, by its text. */
const known = new Map<string, MediaTerms>();

function termsOf(text: string): MediaTerms | undefined {
  const found = known.get(text);
  if (found) return found;
  // Of the message it came in, what is kept must hold nothing.
  const own = Buffer.from(text).toString();
  const terms = readTerms(own);
  // Keys are kept by nobody but their call.
  if (!terms || own.length > sdpTermsCharsMax || own.includes('a=crypto:')) return terms;
  if (known.size >= sdpTermsKept) known.clear();
  known.set(own, terms);
  return terms;
}

/** `RTP/AVP 0 8 101`, and the lines that follow. */
function readTerms(text: string): MediaTerms | undefined {
  const firstEnd = afterLine(text, 0);
  const first = lineOf(text, 0, firstEnd);
  const [protocol = '', ...formats] = first.trimEnd().split(' ');
  if (first.trimEnd() === '' || first.includes('\r')) return undefined;
  const terms: Draft = {
    protocol: protocol.toUpperCase(),
    formats,
    address: undefined,
    direction: undefined,
    codecs: new Map(),
    parameters: new Map(),
    ptimeMs: undefined,
    rtcpPort: undefined,
    isRtcpMuxed: false,
    crypto: [],
  };
  for (const format of formats) {
    const codec = staticCodecs[format];
    if (codec !== undefined) terms.codecs.set(format, codec);
  }
  for (let at = firstEnd; at < text.length;) {
    const next = afterLine(text, at);
    const line = lineOf(text, at, next);
    at = next;
    if (line !== '' && line.charCodeAt(1) !== 61) return undefined;
    if (line.startsWith('c=')) {
      const found = connectionAddress(line);
      if (found === undefined) return undefined;
      terms.address = found;
    } else if (line.startsWith('a=')) {
      const direction = directionOf(line);
      if (direction) terms.direction = direction;
      else readAttribute(line, terms);
    }
  }
  return terms;
}

/** `c=IN IP4 192.0.2.1[/ttl]` */
function connectionAddress(line: string): string | undefined {
  const usual = line.startsWith('c=IN IP4 ') ? line.slice(9) : '';
  if (isIPv4(usual)) return usual;
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
