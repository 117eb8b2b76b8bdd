/**
 * Keys for SRTP in SDP (RFC 4568), one `a=crypto` line each. They travel as readable as the SDP itself: they keep a secret only
 * where the signalling is enciphered too (§8.3).
 */
export type CryptoSuite =
  'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_128_GCM' | 'AEAD_AES_256_GCM';

export interface CryptoAttribute {
  /** RFC 4568 §4: tells which offered line an answer takes. */
  readonly tag: string;
  readonly suite: CryptoSuite;
  /** Master key with its salt behind it. */
  readonly master: Uint8Array;
}

/** Octets of a suite's master key and salt together, the cheapest suite for us first. */
export const masterOctets: Readonly<Record<CryptoSuite, number>> = {
  AES_CM_128_HMAC_SHA1_80: 16 + 14,
  AES_CM_128_HMAC_SHA1_32: 16 + 14,
  AEAD_AES_128_GCM: 16 + 12,
  AEAD_AES_256_GCM: 32 + 12,
};
export const cryptoSuites = Object.keys(masterOctets) as CryptoSuite[];

/** `a=crypto:<tag> <suite> inline:<master key and salt>[|lifetime][|MKI:length] [session parameters]` */
const cryptoPattern =
  /^a=crypto:(\d{1,9})[ \t]+(\S+)[ \t]+inline:([A-Za-z0-9+/]{16,88}={0,2})(\|\S*)?((?:[ \t]+\S+)*)[ \t]*$/;
/** Deviation (RFC 4568 §6.1): a key's lifetime is read and not counted; the shortest in use, 2^20 packets, is six hours. */
const lifetimePattern = /^\|(?:2\^\d{1,2}|\d{1,15})$/;

/** Undefined for a line that asks what we do not do: then it is as if it were not there (RFC 4568 §5.1.2). */
export function readCrypto(line: string): CryptoAttribute | undefined {
  const found = cryptoPattern.exec(line);
  if (found === null) return undefined;
  const [, tag, suite, inline, rest, parameters] = found as unknown as [
    string,
    string,
    string,
    string,
    string?,
    string?,
  ];
  if (!isCryptoSuite(suite) || (rest !== undefined && !lifetimePattern.test(rest))) return undefined;
  // RFC 4568 §6.3: the window size is a hint; every other parameter would change what goes over the wire.
  if (
    parameters
      ?.trim()
      .split(/[ \t]+/)
      .some((one) => one !== '' && !one.startsWith('WSH=')) === true
  )
    return undefined;
  const master = new Uint8Array(Buffer.from(inline, 'base64'));
  return master.length === masterOctets[suite] ? { tag, suite, master } : undefined;
}

export function cryptoLine({ tag, suite, master }: CryptoAttribute): string {
  return `a=crypto:${tag} ${suite} inline:${Buffer.from(master).toString('base64')}\r\n`;
}

function isCryptoSuite(name: string): name is CryptoSuite {
  return Object.hasOwn(masterOctets, name);
}
