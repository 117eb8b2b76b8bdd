/** The centre as this node reaches it: its address and the node's own proof of who it is, enrolled at the first start. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompactSign, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { z } from 'zod';
import { enrolBodySchema, enrolReplySchema } from '@seatgrid/contracts/link/link-messages.ts';
import type { SoundStatement } from '@seatgrid/contracts/journal/sound-statement.ts';
import { idOf } from '@seatgrid/contracts/nouns/ids.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import { writePrivately } from '../runtime/write-privately.ts';
import type { UnsignedStatement } from '../witness/sound-witness.ts';
import { linkTokenSeconds, requestMaxMs } from './limits.ts';
import { timeLimit } from './time-limit.ts';

export interface CentreAccess {
  /** `https://centre.example`, without a slash at the end. */
  readonly url: string;
  /** Enrols with the one-time token when there is no identity yet; rejects with an `EnrolError`. */
  nodeId(): Promise<NodeId>;
  /** A fresh `Bearer …` for one request. */
  authorization(): Promise<string>;
  /** What this node says, signed by its key: a compact JWS. */
  attest(statement: UnsignedStatement): Promise<string>;
}

export interface CentreAccessOptions {
  readonly url: string;
  /** The node's data folder: `node-key.json` lies there, readable by its owner alone. */
  readonly folder: string;
  readonly enrolToken: string | null;
  readonly clock: Clock;
  readonly log?: NodeLog;
}

export class EnrolError extends Error {
  override readonly name = 'EnrolError';
  /** `unreachable` may pass by itself; the others want a person. */
  readonly code: 'no-token' | 'refused' | 'unreachable' | 'key-unreadable';

  constructor(code: EnrolError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}

export function openCentreAccess(options: CentreAccessOptions): CentreAccess {
  const { clock, log = silentLog } = options;
  const path = join(options.folder, 'node-key.json');
  let identity: Promise<NodeIdentity> | undefined;

  /** One enrolment at a time; a failed one is tried anew by the next who asks. */
  function known(): Promise<NodeIdentity> {
    identity ??= establish({ ...options, path, log }).catch((error: unknown) => {
      identity = undefined;
      throw error;
    });
    return identity;
  }

  return {
    url: options.url,
    nodeId: async () => (await known()).nodeId,
    async authorization() {
      const { nodeId, privateKey } = await known();
      const nowSeconds = Math.floor(clock.nowMs() / 1_000);
      const token = await new SignJWT()
        .setProtectedHeader({ alg: 'EdDSA' })
        .setSubject(nodeId)
        .setAudience('seatgrid-link')
        .setIssuedAt(nowSeconds)
        .setExpirationTime(nowSeconds + linkTokenSeconds)
        .sign(await importJWK(privateKey, 'EdDSA'));
      return `Bearer ${token}`;
    },
    async attest(statement) {
      const { nodeId, privateKey } = await known();
      const text = JSON.stringify({ ...statement, nodeId } satisfies SoundStatement);
      return new CompactSign(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'EdDSA' })
        .sign(await importJWK(privateKey, 'EdDSA'));
    },
  };
}

const identitySchema = z.object({
  nodeId: idOf<'node'>(),
  name: z.string(),
  privateKey: z.object({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string(),
    d: z.string(),
  }),
  /** Of the token that bought it: another one in the configuration means a new enrolment. */
  tokenSha256: z.string(),
});
type NodeIdentity = z.infer<typeof identitySchema>;

interface Enrolment extends CentreAccessOptions {
  readonly path: string;
  readonly log: NodeLog;
}

async function establish(enrolment: Enrolment): Promise<NodeIdentity> {
  const { enrolToken, path, log } = enrolment;
  const kept = readIdentity(path);
  if (enrolToken === null || sha256(enrolToken) === kept?.tokenSha256) {
    if (kept) return kept;
    throw new EnrolError(
      'no-token',
      'this node has no identity yet; start it with a one-time token (SEATGRID_ENROL_TOKEN)',
    );
  }
  try {
    return await enrol(enrolment, enrolToken);
  } catch (error) {
    if (!kept) throw error;
    log.warn({ cause: String(error) }, 'the new token bought no identity; the node keeps the one it has');
    return kept;
  }
}

function readIdentity(path: string): NodeIdentity | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new EnrolError('key-unreadable', `${path} cannot be read; check its owner`, error);
  }
  try {
    return identitySchema.parse(JSON.parse(text));
  } catch (error) {
    throw new EnrolError('key-unreadable', `${path} is damaged; remove it and enrol with a new token`, error);
  }
}

async function enrol(enrolment: Enrolment, token: string): Promise<NodeIdentity> {
  const { url, clock, path, log } = enrolment;
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { kty, crv, x } = await exportJWK(publicKey);
  const body = enrolBodySchema.safeParse({ token, publicKey: { kty, crv, x } });
  if (!body.success)
    throw new EnrolError('refused', 'the one-time token is not one: it has 20 to 200 characters');
  let reply: Response;
  let text: string;
  try {
    using limit = timeLimit(clock, requestMaxMs);
    reply = await fetch(`${url}/api/node/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body.data),
      signal: limit.signal,
    });
    text = await reply.text();
  } catch (error) {
    throw new EnrolError('unreachable', `the centre at ${url} cannot be reached`, error);
  }
  if (!reply.ok)
    throw new EnrolError(
      reply.status >= 500 ? 'unreachable' : 'refused',
      `the centre at ${url} did not enrol this node (${reply.status} ${text.slice(0, 200)}); a token serves once, for an hour`,
    );
  const { nodeId, name } = readReply(url, text);
  const identity: NodeIdentity = {
    nodeId,
    name,
    privateKey: (await exportJWK(privateKey)) as JWK & NodeIdentity['privateKey'],
    tokenSha256: sha256(token),
  };
  writePrivately(path, JSON.stringify(identity));
  log.info({ nodeId, name }, 'this node is enrolled');
  return identity;
}

function readReply(url: string, text: string): z.infer<typeof enrolReplySchema> {
  try {
    return enrolReplySchema.parse(JSON.parse(text));
  } catch (error) {
    throw new EnrolError('unreachable', `what answers at ${url} is not a centre`, error);
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
