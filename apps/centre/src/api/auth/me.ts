/** Who is signed in, as the portals show it. */
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { findAgentOfUser } from '@seatgrid/adapters/postgres/stores/agent-store.ts';
import { findOperator } from '@seatgrid/adapters/postgres/stores/operator-store.ts';
import type { Visit } from '@seatgrid/adapters/postgres/stores/session-store.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { findUser } from '@seatgrid/adapters/postgres/stores/user-store.ts';
import type { Me } from '@seatgrid/contracts/api/api.ts';
import type { TenantId, UserId } from '@seatgrid/core/kernel/ids.ts';
import type { Centre } from '../../centre.ts';
import { notSignedIn, type Refusal } from '../refusal.ts';

export interface WhoAsks {
  readonly userId: UserId;
  readonly homeTenantId: TenantId | null;
  readonly visit: Visit | null;
}

export async function me(centre: Centre, { userId, homeTenantId, visit }: WhoAsks): Promise<Me | Refusal> {
  if (homeTenantId === null) {
    const operator = await inPlatform(centre.database.platform, (trx) => findOperator(trx, userId));
    if (!operator) return notSignedIn;
    const { name, email, locale } = operator;
    const person = { userId, name, email, locale, agentId: null };
    if (!visit) return { ...person, role: 'operator', tenant: null, visit };
    const tenant = await inTenant(centre.database.tenants, visit.tenantId, ownTenant);
    const { reason, untilMs } = visit;
    return { ...person, role: 'administrator', tenant, visit: { operator: name, reason, untilMs } };
  }
  return inTenant(centre.database.tenants, homeTenantId, async (trx) => {
    const user = await findUser(trx, userId);
    if (!user) return notSignedIn;
    const { name, email, role, locale } = user;
    const agentId = (await findAgentOfUser(trx, userId))?.id ?? null;
    return { userId, name, email, role, locale, tenant: await ownTenant(trx), agentId, visit: null };
  });
}
