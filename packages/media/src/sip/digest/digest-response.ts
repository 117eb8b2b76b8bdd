/** The arithmetic both sides share (RFC 7616 §3.4.1, RFC 8760): MD5 and SHA-256, qop=auth. */
import { hash } from 'node:crypto';

export type DigestAlgorithm = 'MD5' | 'SHA-256';

/**
 * Deviation (RFC 8760 §2.4): MD5 stands first. Clients older than that RFC, SIPp and many phones among them, read the
 * first challenge only and give up at SHA-256; a realm whose phones are known to be newer asks for SHA-256 alone.
 */
export const digestAlgorithmsDefault: readonly DigestAlgorithm[] = ['MD5', 'SHA-256'];

const hashNames = { MD5: 'md5', 'SHA-256': 'sha256' } as const;

export function digestHash(algorithm: DigestAlgorithm, text: string): string {
  return hash(hashNames[algorithm], text, 'hex');
}

/** HA1 (RFC 7616 §3.4.2): all a server needs to know of a password. */
export function digestSecretOf(user: {
  readonly username: string;
  readonly realm: string;
  readonly password: string;
}): { readonly md5: string; readonly sha256: string } {
  const text = `${user.username}:${user.realm}:${user.password}`;
  return { md5: digestHash('MD5', text), sha256: digestHash('SHA-256', text) };
}

export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  /** HA1, lower-case hex. */
  readonly secret: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** '' for a challenge without qop (RFC 2069). */
  readonly qop: '' | 'auth';
  readonly nc: string;
  readonly cnonce: string;
}

export function digestResponse(input: DigestInput): string {
  const ha2 = digestHash(input.algorithm, `${input.method}:${input.uri}`);
  const middle = input.qop === '' ? input.nonce : `${input.nonce}:${input.nc}:${input.cnonce}:${input.qop}`;
  return digestHash(input.algorithm, `${input.secret}:${middle}:${ha2}`);
}

export function algorithmOf(name: string | undefined): DigestAlgorithm | undefined {
  if (name === undefined) return 'MD5';
  const upper = name.toUpperCase();
  return upper === 'MD5' || upper === 'SHA-256' ? upper : undefined;
}
