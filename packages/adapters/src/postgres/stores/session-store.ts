/** Browser logins as rows, so that one can be ended before its token expires. */
import { sql } from 'kysely';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

type Trx = TenantTrx | PlatformTrx;

export async function insertSession(
  trx: Trx,
  session: { userId: string; tenantId: string | null; expiresAtMs: number },
): Promise<string> {
  const row = await trx
    .insertInto('session')
    .values({
      tenant_id: session.tenantId,
      user_id: session.userId,
      expires_at: new Date(session.expiresAtMs),
      revoked_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Platform staff inside a tenant, with a reason and for a time (C-01). */
export interface Visit {
  readonly tenantId: TenantId;
  readonly reason: string;
  readonly untilMs: number;
}

export interface Session {
  /** Only of an operator, and only while its time is not over. */
  readonly visit: Visit | null;
}

/** `undefined` when ended or expired. */
export async function findLiveSession(
  trx: Trx,
  sessionId: string,
  nowMs: number,
): Promise<Session | undefined> {
  const row = await trx
    .selectFrom('session')
    .select(['visit_tenant_id', 'visit_reason', 'visit_until'])
    .where('id', '=', sessionId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', new Date(nowMs))
    .executeTakeFirst();
  if (!row) return undefined;
  const untilMs = row.visit_until?.getTime() ?? 0;
  if (row.visit_tenant_id === null || untilMs <= nowMs) return { visit: null };
  return { visit: { tenantId: row.visit_tenant_id as TenantId, reason: row.visit_reason ?? '', untilMs } };
}

export async function saveVisit(trx: PlatformTrx, sessionId: string, visit: Visit | null): Promise<void> {
  await trx
    .updateTable('session')
    .set({
      visit_tenant_id: visit?.tenantId ?? null,
      visit_reason: visit?.reason ?? null,
      visit_until: visit ? new Date(visit.untilMs) : null,
    })
    .where('id', '=', sessionId)
    .execute();
}

export async function revokeSession(trx: Trx, sessionId: string): Promise<void> {
  await trx
    .updateTable('session')
    .set({ revoked_at: sql<Date>`now()` })
    .where('id', '=', sessionId)
    .execute();
}

/** After a password change or when a login is shut. */
export async function revokeSessionsOf(trx: Trx, userId: string, exceptSessionId?: string): Promise<void> {
  let update = trx
    .updateTable('session')
    .set({ revoked_at: sql<Date>`now()` })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null);
  if (exceptSessionId !== undefined) update = update.where('id', '!=', exceptSessionId);
  await update.execute();
}
