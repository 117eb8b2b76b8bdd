/** Proves to somebody else who we are (RFC 7616 §3.4): a trunk that challenges our INVITE or REGISTER. */
import { algorithmOf, digestHash, digestResponse, type DigestAlgorithm } from './digest-response.ts';
import { parseDigestFields, type DigestFields } from './digest-fields.ts';

export interface DigestCredentials {
  readonly username: string;
  readonly password: string;
  /** Whom they are for; any realm that the handler gives them to where absent. */
  readonly realm?: string;
}

export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  readonly qop: '' | 'auth';
  readonly opaque: string | undefined;
  readonly isStale: boolean;
}

/** The strongest challenge we can answer (RFC 8760 §2.4: the topmost one that is understood). */
export function chooseChallenge(values: readonly string[]): DigestChallenge | undefined {
  for (const value of values) {
    const fields = parseDigestFields(value);
    const challenge = fields && challengeOf(fields);
    if (challenge) return challenge;
  }
  return undefined;
}

function challengeOf(fields: DigestFields): DigestChallenge | undefined {
  const algorithm = algorithmOf(fields.get('algorithm'));
  const nonce = fields.get('nonce');
  const realm = fields.get('realm');
  const offered = fields.get('qop');
  const isAuth = offered?.split(',').some((one) => one.trim().toLowerCase() === 'auth');
  if (!algorithm || nonce === undefined || realm === undefined || isAuth === false) return undefined;
  const isStale = fields.get('stale')?.toLowerCase() === 'true';
  return { realm, nonce, algorithm, qop: isAuth ? 'auth' : '', opaque: fields.get('opaque'), isStale };
}

export function answerChallenge(
  challenge: DigestChallenge,
  request: { readonly method: string; readonly uri: string; readonly cnonce: string },
  credentials: DigestCredentials,
): string {
  const { realm, nonce, algorithm, qop, opaque } = challenge;
  const { method, uri, cnonce } = request;
  const nc = '00000001';
  const secret = digestHash(algorithm, `${credentials.username}:${realm}:${credentials.password}`);
  const response = digestResponse({ algorithm, secret, method, uri, nonce, qop, nc, cnonce });
  let text = `Digest username="${credentials.username}", realm="${realm}", nonce="${nonce}", uri="${uri}"`;
  text += `, response="${response}", algorithm=${algorithm}`;
  if (qop !== '') text += `, qop=auth, nc=${nc}, cnonce="${cnonce}"`;
  return opaque === undefined ? text : `${text}, opaque="${opaque}"`;
}
