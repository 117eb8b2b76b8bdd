/** The centre as this node reaches it: its address and the node's own proof of who it is, enrolled at the first start. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CompactSign, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { z } from 'zod';
import type { SoundStatement } from '@seatgrid/contracts/journal/sound-statement.ts';
import {
  enrolBodySchema,
  enrolReplySchema,
  type nodeKeyBodySchema,
} from '@seatgrid/contracts/link/link-messages.ts';
import { idOf } from '@seatgrid/contracts/nouns/ids.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import { writePrivately } from '../runtime/write-privately.ts';
import type { UnsignedStatement } from '../witness/sound-witness.ts';
import { linkTokenSeconds, nodeKeyAgeMaxMs, requestMaxMs } from './limits.ts';
import { timeLimit } from './time-limit.ts';

export interface CentreAccess {
  /** `https://centre.example`, without a slash at the end. */
  readonly url: string;
  /** Enrols with the one-time token when there is no identity yet, or with one that was laid into the data folder; rejects with an `EnrolError`. */
  nodeId(): Promise<NodeId>;
  /** A fresh `Bearer …` for one request. */
  authorization(): Promise<string>;
  /** What this node says, signed by its key: a compact JWS. */
  attest(statement: UnsignedStatement): Promise<string>;
  /** Whether the node's key is so old that it should be changed. */
  isKeyOld(): Promise<boolean>;
  /** Makes another pair, offers it to the centre and uses it from then on; rejects with an `EnrolError`, and the old one stays. */
  changeKey(): Promise<void>;
}

export interface CentreAccessOptions {
  readonly url: string;
  /** The node's data folder: `node-key.json` lies there, readable by its owner alone; a token for another is looked for there. */
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
  let changingKey: Promise<NodeIdentity> | undefined;
  let enrolling: Promise<void> | undefined;
  let refusedToken: string | undefined;

  function keep(changed: NodeIdentity): void {
    writePrivately(path, JSON.stringify(changed));
    identity = Promise.resolve(changed);
  }

  /** A token laid into the data folder while the node runs: looked for before each link, and taken away once it has served. */
  async function enrolAnew(): Promise<void> {
    const file = join(options.folder, tokenFile);
    const token = readToken(file);
    if (token === undefined || token === refusedToken) return;
    try {
      identity = Promise.resolve(await enrol({ ...options, path, log }, token));
      rmSync(file, { force: true });
    } catch (error) {
      // One that is refused is refused again.
      if (error instanceof EnrolError && error.code === 'refused') refusedToken = token;
      log.warn({ cause: String(error), file }, 'the token in the data folder bought no identity');
    }
  }

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
    async nodeId() {
      await (enrolling ??= enrolAnew().finally(() => (enrolling = undefined)));
      return (await known()).nodeId;
    },
    authorization: async () => `Bearer ${await proofOf(await known(), clock)}`,
    isKeyOld: async () => clock.nowMs() - ((await known()).sinceMs ?? 0) > nodeKeyAgeMaxMs,
    async changeKey() {
      const changing = (changingKey ??= changeKey(options, await known(), keep).finally(
        () => (changingKey = undefined),
      ));
      const changed = await changing;
      log.info({ nodeId: changed.nodeId }, 'this node proves itself by a new key');
    },
    async attest(statement) {
      const { nodeId, privateKey } = await known();
      const text = JSON.stringify({ ...statement, nodeId } satisfies SoundStatement);
      return (
        new CompactSign(new TextEncoder().encode(text))
          // The key may be another one when this is read.
          .setProtectedHeader({ alg: 'EdDSA', kid: privateKey.x })
          .sign(await importJWK(privateKey, 'EdDSA'))
      );
    },
  };
}

function proofOf({ nodeId, privateKey }: NodeIdentity, clock: Clock): Promise<string> {
  const nowSeconds = Math.floor(clock.nowMs() / 1_000);
  return importJWK(privateKey, 'EdDSA').then((key) =>
    new SignJWT()
      .setProtectedHeader({ alg: 'EdDSA' })
      .setSubject(nodeId)
      .setAudience('seatgrid-link')
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + linkTokenSeconds)
      .sign(key),
  );
}

/**
 * The new pair is on disk before anybody hears of it, and the old one stays beside it until the centre has said yes: whatever dies
 * in between, one of the two is believed, and what was offered once is offered again.
 */
async function changeKey(
  { url, clock }: CentreAccessOptions,
  identity: NodeIdentity,
  keep: (changed: NodeIdentity) => void,
): Promise<NodeIdentity> {
  const nextPrivateKey = identity.nextPrivateKey ?? (await makePrivateKey());
  keep({ ...identity, nextPrivateKey });
  const { nextPrivateKey: _, ...kept } = identity;
  const next: NodeIdentity = { ...kept, privateKey: nextPrivateKey, sinceMs: clock.nowMs() };
  await offerKey(url, clock, { by: identity, next });
  keep(next);
  // Used once, it is the only one; where this does not arrive, the next request does it.
  await offerKey(url, clock, { by: next, next }).catch(() => {});
  return next;
}

async function offerKey(
  url: string,
  clock: Clock,
  { by, next }: { readonly by: NodeIdentity; readonly next: NodeIdentity },
): Promise<void> {
  const { kty, crv, x } = next.privateKey;
  const body: z.infer<typeof nodeKeyBodySchema> = {
    publicKey: { kty, crv, x },
    proof: await proofOf(next, clock),
  };
  const reply = await post(url, '/api/node/key', clock, {
    body,
    authorization: `Bearer ${await proofOf(by, clock)}`,
  });
  if (!reply.ok)
    throw new EnrolError(
      reply.status >= 500 ? 'unreachable' : 'refused',
      `the centre at ${url} did not take another key (${reply.status} ${reply.text.slice(0, 200)})`,
    );
}

async function makePrivateKey(): Promise<NodeIdentity['privateKey']> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return (await exportJWK(privateKey)) as JWK & NodeIdentity['privateKey'];
}

async function post(
  url: string,
  path: string,
  clock: Clock,
  { body, authorization }: { readonly body: unknown; readonly authorization?: string },
): Promise<{ readonly ok: boolean; readonly status: number; readonly text: string }> {
  try {
    using limit = timeLimit(clock, requestMaxMs);
    const reply = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: JSON.stringify(body),
      signal: limit.signal,
    });
    return { ok: reply.ok, status: reply.status, text: await reply.text() };
  } catch (error) {
    throw new EnrolError('unreachable', `the centre at ${url} cannot be reached`, error);
  }
}

const privateKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
});

const identitySchema = z.object({
  nodeId: idOf<'node'>(),
  name: z.string(),
  privateKey: privateKeySchema,
  /** Made, and not yet taken by the centre as far as is known here. */
  nextPrivateKey: privateKeySchema.exactOptional(),
  /** Of the key; absent where the node that wrote this did not note it. */
  sinceMs: z.number().exactOptional(),
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
      'this node has no identity yet; start it with a one-time token (SEATGRID_ENROL_TOKEN), or write one to the file enrol-token in its data folder',
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

const tokenFile = 'enrol-token';

function readToken(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    // Nobody has laid one there, or nobody lets us read it.
    return undefined;
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
  const privateKey = await makePrivateKey();
  const { kty, crv, x } = privateKey;
  const body = enrolBodySchema.safeParse({ token, publicKey: { kty, crv, x } });
  if (!body.success)
    throw new EnrolError('refused', 'the one-time token is not one: it has 20 to 200 characters');
  const reply = await post(url, '/api/node/enrol', clock, { body: body.data });
  const { text } = reply;
  if (!reply.ok)
    throw new EnrolError(
      reply.status >= 500 ? 'unreachable' : 'refused',
      `the centre at ${url} did not enrol this node (${reply.status} ${text.slice(0, 200)}); a token serves once, for an hour`,
    );
  const { nodeId, name } = readReply(url, text);
  const identity: NodeIdentity = {
    nodeId,
    name,
    privateKey,
    sinceMs: clock.nowMs(),
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
