/** From a cookie to a person: who signed in, what they may, and whether the login still holds. */
import { verifySession } from '@seatgrid/adapters/jose/tokens.ts';
import { sessionTokenSeconds } from '@seatgrid/adapters/limits.ts';
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { findOperator } from '@seatgrid/adapters/postgres/stores/operator-store.ts';
import { findLiveSession, type Visit } from '@seatgrid/adapters/postgres/stores/session-store.ts';
import { findUser } from '@seatgrid/adapters/postgres/stores/user-store.ts';
import type { Role } from '@seatgrid/core/context/access.ts';
import type { OpContext } from '@seatgrid/core/context/op-context.ts';
import type { TenantId, UserId } from '@seatgrid/core/kernel/ids.ts';
import type { Centre } from '../../centre.ts';

export interface SignedIn {
  /** Where this person acts: a tenant's or the platform's. */
  readonly ctx: OpContext;
  readonly role: Role;
  readonly sessionId: string;
  readonly userId: UserId;
  /** Where the login itself lives; null: among platform staff, though they may be visiting. */
  readonly homeTenantId: TenantId | null;
  readonly visit: Visit | null;
}

const cookieName = 'seatgrid_session';

export function sessionCookie(token: string, isSecure: boolean): string {
  const flags = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return `${cookieName}=${token}; Max-Age=${token === '' ? 0 : sessionTokenSeconds}; ${flags}`;
}

export async function signedIn(centre: Centre, cookies: string | undefined): Promise<SignedIn | undefined> {
  const token = cookies
    ?.split(';')
    .map((cookie) => cookie.trim().split('='))
    .find(([name]) => name === cookieName)?.[1];
  if (!token) return undefined;
  const claims = await verifySession(centre.keys, centre.clock, token);
  if (!claims) return undefined;
  const { sessionId, userId, tenantId } = claims;
  const nowMs = centre.clock.nowMs();
  const home = { sessionId, userId, homeTenantId: tenantId };
  if (tenantId === null) {
    const { session, operator } = await inPlatform(centre.database.platform, async (trx) => ({
      session: await findLiveSession(trx, sessionId, nowMs),
      operator: await findOperator(trx, userId),
    }));
    if (!session || !operator?.isActive) return undefined;
    const { visit } = session;
    const actor = { kind: 'user', userId, name: operator.name, role: 'operator' } as const;
    // A visitor may do what the tenant's administrator may, and stays an operator in every record of it.
    return visit
      ? { ...home, ctx: { kind: 'tenant', tenantId: visit.tenantId, actor }, role: 'administrator', visit }
      : { ...home, ctx: { kind: 'platform', actor }, role: 'operator', visit };
  }
  const user = await inTenant(centre.database.tenants, tenantId, async (trx) =>
    (await findLiveSession(trx, sessionId, nowMs)) ? findUser(trx, userId) : undefined,
  );
  if (!user?.isActive) return undefined;
  const actor = { kind: 'user', userId, name: user.name, role: user.role } as const;
  return { ...home, ctx: { kind: 'tenant', tenantId, actor }, role: user.role, visit: null };
}
