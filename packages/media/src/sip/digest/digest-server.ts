/**
 * Asks for proof and judges it (RFC 7616, RFC 8760; RFC 3261 §22). A nonce carries its own time and seal, so that asking
 * costs no memory; only nonces that proved something are remembered, with the count they have reached.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { sipNonceLifeMs, sipNoncesMax } from '../../limits.ts';
import {
  algorithmOf,
  digestAlgorithmsDefault,
  digestResponse,
  type DigestAlgorithm,
} from './digest-response.ts';
import { parseDigestFields } from './digest-fields.ts';

export interface DigestSecretPair {
  readonly md5: string;
  readonly sha256: string;
}

export type DigestVerdict =
  | { readonly kind: 'proven'; readonly username: string }
  /** Nothing for this realm was offered, or a scheme we do not speak. */
  | { readonly kind: 'missing' }
  /** Said in a way that was never offered: `auth-int`, another algorithm, no count. RFC 7616 §3.4: a 4xx of its own. */
  | { readonly kind: 'improper' }
  /** Right in kind, but the nonce is too old or was used already: ask again, with stale=true. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'wrong'; readonly username: string };

export interface DigestQuestion {
  readonly realm: string;
  /** Who asks: a nonce serves whom it was given to, so that nobody fails in another's name. */
  readonly source: string;
  readonly method: string;
  readonly algorithms?: readonly DigestAlgorithm[] | undefined;
  /** Every Authorization value of the request. */
  readonly credentials: readonly string[];
  readonly secretOf: (username: string) => DigestSecretPair | undefined;
}

export class DigestServer {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #key: Uint8Array;
  readonly #noncesMax: number;
  /** Nonce to its highest count; two generations, so that old ones go without a timer. */
  #counts = new Map<string, number>();
  #olderCounts = new Map<string, number>();
  #turnedAtMs: number;
  /** Counts of nonces made up to then are forgotten. */
  #forgottenMs = -Infinity;

  constructor(clock: Clock, random: Random, noncesMax = sipNoncesMax) {
    this.#noncesMax = noncesMax;
    this.#clock = clock;
    this.#random = random;
    this.#key = random.bytes(32);
    this.#turnedAtMs = clock.nowMs();
  }

  /** Values for WWW-Authenticate, one an algorithm (RFC 8760 §2.4). */
  challenge(asked: {
    readonly realm: string;
    readonly source: string;
    readonly cause: 'first' | 'stale';
    readonly algorithms?: readonly DigestAlgorithm[] | undefined;
  }): string[] {
    const { realm, source, cause, algorithms = digestAlgorithmsDefault } = asked;
    const nonce = this.#makeNonce(`${realm} ${source}`);
    const stale = cause === 'stale' ? ', stale=true' : '';
    return algorithms.map(
      (algorithm) => `Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale}`,
    );
  }

  judge(question: DigestQuestion): DigestVerdict {
    const { realm, algorithms = digestAlgorithmsDefault } = question;
    for (const text of question.credentials) {
      const fields = parseDigestFields(text);
      if (!fields || fields.get('realm') !== realm) continue;
      const username = fields.get('username') ?? '';
      const algorithm = algorithmOf(fields.get('algorithm'));
      const nonce = fields.get('nonce') ?? '';
      const nc = fields.get('nc') ?? '';
      const isWhole = fields.get('qop') === 'auth' && /^[0-9a-fA-F]{8}$/.test(nc) && username !== '';
      if (!algorithm || !algorithms.includes(algorithm) || !isWhole) return { kind: 'improper' };
      const age = this.#ageOf(nonce, `${realm} ${question.source}`);
      if (age === undefined) return { kind: 'stale' };
      const pair = question.secretOf(username);
      // RFC 3261 §22.4: the digest-uri may differ from the Request-URI, which a proxy may rewrite: theirs is hashed.
      const expected = digestResponse({
        algorithm,
        secret: pair ? (algorithm === 'MD5' ? pair.md5 : pair.sha256) : '',
        method: question.method,
        uri: fields.get('uri') ?? '',
        nonce,
        qop: 'auth',
        nc,
        cnonce: fields.get('cnonce') ?? '',
      });
      if (!isEqual(expected, (fields.get('response') ?? '').toLowerCase()) || !pair)
        return { kind: 'wrong', username };
      return this.#count(nonce, Number.parseInt(nc, 16), age)
        ? { kind: 'proven', username }
        : { kind: 'stale' };
    }
    return { kind: 'missing' };
  }

  /** RFC 7616 §5.4: each count serves once, in rising order; a replay is asked again. */
  #count(nonce: string, count: number, ageMs: number): boolean {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#turnedAtMs > sipNonceLifeMs || this.#counts.size >= this.#noncesMax) {
      // What is forgotten early could be played again: nonces as old as that are asked for anew.
      if (this.#olderCounts.size > 0) this.#forgottenMs = this.#turnedAtMs;
      this.#olderCounts = this.#counts;
      this.#counts = new Map();
      this.#turnedAtMs = nowMs;
    }
    if (nowMs - ageMs <= this.#forgottenMs) return false;
    const last = this.#counts.get(nonce) ?? this.#olderCounts.get(nonce) ?? 0;
    if (ageMs > sipNonceLifeMs || count <= last) return false;
    this.#counts.set(nonce, count);
    return true;
  }

  #makeNonce(audience: string): string {
    const body = `${this.#clock.nowMs().toString(36)}.${Buffer.from(this.#random.bytes(9)).toString('base64url')}`;
    return `${body}.${this.#seal(body, audience)}`;
  }

  #seal(body: string, audience: string): string {
    return createHmac('sha256', this.#key).update(`${body} ${audience}`).digest('base64url').slice(0, 22);
  }

  /** Undefined for a nonce that is not ours, or has outlived itself. */
  #ageOf(nonce: string, audience: string): number | undefined {
    const end = nonce.lastIndexOf('.');
    const body = nonce.slice(0, Math.max(0, end));
    if (!isEqual(nonce.slice(end + 1), this.#seal(body, audience))) return undefined;
    const ageMs = this.#clock.nowMs() - Number.parseInt(body, 36);
    return ageMs >= 0 && ageMs <= sipNonceLifeMs ? ageMs : undefined;
  }
}

function isEqual(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
