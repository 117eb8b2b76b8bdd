/** The three tokens: a browser's session, an agent's desk, a node's link. A token that is not believed is `undefined`. */
import { errors, importJWK, jwtVerify, SignJWT, type JWK, type KeyObject } from 'jose';
import type { Role } from '@seatgrid/core/context/access.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { isUuid, type AgentId, type NodeId, type TenantId, type UserId } from '@seatgrid/core/kernel/ids.ts';
import {
  deskTokenSeconds,
  nodeClockToleranceSeconds,
  nodeLinkTokenSeconds,
  nodeTokenLastsSecondsMax,
  sessionTokenSeconds,
  supervisionTokenSeconds,
} from '../limits.ts';
import type { CentreKeys } from './centre-keys.ts';

const audience = {
  session: 'seatgrid-session',
  desk: 'seatgrid-desk',
  supervision: 'seatgrid-supervision',
  link: 'seatgrid-link',
} as const;

/** `tenantId` null: platform staff. The row in `session` decides whether it still holds. */
export interface SessionClaims {
  readonly sessionId: string;
  readonly userId: UserId;
  readonly tenantId: TenantId | null;
}

export async function signSession(keys: CentreKeys, clock: Clock, claims: SessionClaims): Promise<string> {
  const { sessionId, userId, tenantId } = claims;
  return new SignJWT({ tenantId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setJti(sessionId)
    .setAudience(audience.session)
    .setExpirationTime(seconds(clock) + sessionTokenSeconds)
    .sign(keys.session);
}

export async function verifySession(
  keys: CentreKeys,
  clock: Clock,
  token: string,
): Promise<SessionClaims | undefined> {
  const payload = await believed(() =>
    jwtVerify(token, keys.session, { algorithms: ['HS256'], audience: audience.session, ...now(clock) }),
  );
  const { sub, jti, tenantId } = payload ?? {};
  if (!sub || !jti || !isUuid(sub) || !isUuid(jti)) return undefined;
  if (tenantId !== null && !(typeof tenantId === 'string' && isUuid(tenantId))) return undefined;
  return { sessionId: jti, userId: sub as UserId, tenantId: tenantId as TenantId | null };
}

export interface DeskClaims {
  readonly agentId: AgentId;
  readonly tenantId: TenantId;
  readonly userId: UserId;
}

export async function signDeskToken(keys: CentreKeys, clock: Clock, claims: DeskClaims): Promise<string> {
  return new SignJWT({ tenantId: claims.tenantId, userId: claims.userId })
    .setProtectedHeader({ alg: 'EdDSA', kid: keys.deskPublic['kid']! })
    .setSubject(claims.agentId)
    .setAudience(audience.desk)
    .setIssuedAt(seconds(clock))
    .setExpirationTime(seconds(clock) + deskTokenSeconds)
    .sign(keys.deskPrivate);
}

/** Shorter than a desk's: it opens the socket, and what the socket may is asked for again by the next. */
export async function signSupervisionToken(
  keys: CentreKeys,
  clock: Clock,
  claims: {
    readonly userId: UserId;
    readonly tenantId: TenantId;
    readonly name: string;
    readonly role: Role;
  },
): Promise<string> {
  const { userId, tenantId, name, role } = claims;
  return new SignJWT({ tenantId, name, role })
    .setProtectedHeader({ alg: 'EdDSA', kid: keys.deskPublic['kid']! })
    .setSubject(userId)
    .setAudience(audience.supervision)
    .setIssuedAt(seconds(clock))
    .setExpirationTime(seconds(clock) + supervisionTokenSeconds)
    .sign(keys.deskPrivate);
}

/** What a node does with `deskTokenKeys` from its configuration; kept here as the other half, and for tests. */
export async function verifyDeskToken(
  publicKeys: readonly Record<string, unknown>[],
  clock: Clock,
  token: string,
): Promise<DeskClaims | undefined> {
  for (const jwk of publicKeys) {
    const key = await importJWK(jwk as JWK, 'EdDSA');
    const payload = await believed(() =>
      jwtVerify(token, key, { algorithms: ['EdDSA'], audience: audience.desk, ...now(clock) }),
    );
    const { sub, tenantId, userId } = payload ?? {};
    if (sub && typeof tenantId === 'string' && typeof userId === 'string')
      return { agentId: sub as AgentId, tenantId: tenantId as TenantId, userId: userId as UserId };
  }
  return undefined;
}

/** The node's own doing: short, because it is sent with every request and never stored. */
export async function signNodeToken(privateKey: KeyObject, clock: Clock, nodeId: NodeId): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA' })
    .setSubject(nodeId)
    .setAudience(audience.link)
    .setIssuedAt(seconds(clock))
    .setExpirationTime(seconds(clock) + nodeLinkTokenSeconds)
    .sign(privateKey);
}

/** Which node a token claims to be from: not believed until verified with that node's enrolled key. */
export function claimedNode(token: string): NodeId | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { sub } = payload as { sub?: unknown };
    return typeof sub === 'string' && isUuid(sub) ? (sub as NodeId) : undefined;
  } catch {
    return undefined;
  }
}

export async function verifyNodeToken(
  publicKey: JWK,
  clock: Clock,
  token: string,
): Promise<NodeId | undefined> {
  const key = await importJWK(publicKey, 'EdDSA');
  const payload = await believed(() =>
    jwtVerify(token, key, {
      algorithms: ['EdDSA'],
      audience: audience.link,
      requiredClaims: ['exp'],
      // A node's clock may be a little off.
      clockTolerance: nodeClockToleranceSeconds,
      ...now(clock),
    }),
  );
  const { sub, exp } = payload ?? {};
  // One made to last was not made for this request, and would be worth stealing.
  const lastsSeconds = Number(exp) - seconds(clock);
  return sub === undefined || lastsSeconds > nodeTokenLastsSecondsMax ? undefined : (sub as NodeId);
}

function seconds(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1_000);
}

function now(clock: Clock): { currentDate: Date } {
  return { currentDate: new Date(clock.nowMs()) };
}

async function believed(
  verify: () => ReturnType<typeof jwtVerify>,
): Promise<(Record<string, unknown> & { sub?: string; jti?: string }) | undefined> {
  try {
    return (await verify()).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
