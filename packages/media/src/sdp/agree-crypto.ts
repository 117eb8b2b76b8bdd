/** Whether a stream is protected, and by which keys: their line against what we are willing to do. */
import type { AgreedCrypto, LocalAudio } from './audio-terms.ts';
import { cryptoLine, cryptoSuites, type CryptoAttribute, type CryptoSuite } from './crypto-attribute.ts';
import type { SdpMedia } from './parse-sdp.ts';

export type CryptoTerms =
  | { readonly kind: 'plain' }
  | { readonly kind: 'secure'; readonly crypto: AgreedCrypto; readonly line: string };

export function isSecureProfile(protocol: string): boolean {
  return protocol === 'RTP/SAVP' || protocol === 'RTP/SAVPF';
}

/** The terms for an offered line; undefined where it cannot be taken. */
export function answerCrypto(media: SdpMedia, local: LocalAudio): CryptoTerms | undefined {
  const isSecure = isSecureProfile(media.protocol);
  const { use } = local.srtp;
  const theirs = use === 'never' ? undefined : media.crypto[0];
  if (theirs === undefined) return isSecure || use === 'require' ? undefined : { kind: 'plain' };
  // RFC 4568 §5.1.2: the first line we can do is taken, with its tag. RFC 8643 §4.2: also where the profile is plain.
  const ours = {
    tag: theirs.tag,
    suite: theirs.suite,
    master: local.srtp.keyOf(theirs.suite, theirs.master),
  };
  return secure(ours, theirs);
}

/** What their answer has made of the lines we offered; undefined where it breaks them. */
export function acceptedCrypto(
  answer: SdpMedia,
  offered: SdpMedia,
  local: LocalAudio,
): CryptoTerms | undefined {
  const theirs = offered.crypto.length === 0 ? undefined : answer.crypto[0];
  if (theirs === undefined)
    return isSecureProfile(offered.protocol) || local.srtp.use === 'require' ? undefined : { kind: 'plain' };
  const ours = offered.crypto.find(({ tag, suite }) => tag === theirs.tag && suite === theirs.suite);
  return ours && secure(ours, theirs);
}

/** The lines of an offer of ours: `before` are those of the session so far, which keeps its suites. */
export function offeredCrypto(local: LocalAudio, before: readonly CryptoAttribute[]): string {
  const { use, keyOf } = local.srtp;
  const isOffered = use === 'offer' || use === 'require' || before.length > 0;
  const suites: readonly CryptoSuite[] = before.length > 0 ? before.map(({ suite }) => suite) : cryptoSuites;
  if (!isOffered) return '';
  return suites
    .map((suite, index) => cryptoLine({ tag: String(index + 1), suite, master: keyOf(suite) }))
    .join('');
}

function secure(ours: CryptoAttribute, theirs: CryptoAttribute): CryptoTerms {
  const crypto = { suite: theirs.suite, send: ours.master, receive: theirs.master };
  return { kind: 'secure', crypto, line: cryptoLine(ours) };
}
