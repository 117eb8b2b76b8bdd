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
  /** Right in kind, but the nonce is too old or was used already: ask again, with stale=true. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'wrong'; readonly username: string };

export interface DigestQuestion {
  readonly realm: string;
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
  /** Nonce to its highest count; two generations, so that old ones go without a timer. */
  #counts = new Map<string, number>();
  #olderCounts = new Map<string, number>();
  #turnedAtMs: number;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#key = random.bytes(32);
    this.#turnedAtMs = clock.nowMs();
  }

  /** Values for WWW-Authenticate, one an algorithm (RFC 8760 §2.4). */
  challenge(realm: string, cause: 'first' | 'stale', algorithms = digestAlgorithmsDefault): string[] {
    const nonce = this.#makeNonce(realm);
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
      if (!algorithm || !algorithms.includes(algorithm) || !isWhole) return { kind: 'wrong', username };
      const age = this.#ageOf(nonce, realm);
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
    if (nowMs - this.#turnedAtMs > sipNonceLifeMs || this.#counts.size >= sipNoncesMax) {
      this.#olderCounts = this.#counts;
      this.#counts = new Map();
      this.#turnedAtMs = nowMs;
    }
    const last = this.#counts.get(nonce) ?? this.#olderCounts.get(nonce) ?? 0;
    if (ageMs > sipNonceLifeMs || count <= last) return false;
    this.#counts.set(nonce, count);
    return true;
  }

  #makeNonce(realm: string): string {
    const body = `${this.#clock.nowMs().toString(36)}.${Buffer.from(this.#random.bytes(9)).toString('base64url')}`;
    return `${body}.${this.#seal(body, realm)}`;
  }

  #seal(body: string, realm: string): string {
    return createHmac('sha256', this.#key).update(`${body} ${realm}`).digest('base64url').slice(0, 22);
  }

  /** Undefined for a nonce that is not ours, or has outlived itself. */
  #ageOf(nonce: string, realm: string): number | undefined {
    const end = nonce.lastIndexOf('.');
    const body = nonce.slice(0, Math.max(0, end));
    if (!isEqual(nonce.slice(end + 1), this.#seal(body, realm))) return undefined;
    const ageMs = this.#clock.nowMs() - Number.parseInt(body, 36);
    return ageMs >= 0 && ageMs <= sipNonceLifeMs ? ageMs : undefined;
  }
}

function isEqual(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
