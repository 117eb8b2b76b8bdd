/** Who changed what: written in the transaction of the change, never afterwards. */
import type { Noun } from '@seatgrid/core/context/access.ts';
import { jsonb } from '../jsonb.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

export interface NewAuditEntry {
  /** The tenant concerned; null when none is. */
  readonly tenantId: string | null;
  readonly isByPlatform: boolean;
  readonly actor: string;
  readonly actorId: string | null;
  readonly noun: Noun;
  readonly nounId: string | null;
  readonly verb: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface AuditEntry extends Omit<NewAuditEntry, 'isByPlatform' | 'actorId'> {
  readonly id: string;
  readonly atMs: number;
}

export async function appendAudit(trx: TenantTrx | PlatformTrx, entry: NewAuditEntry): Promise<void> {
  await trx
    .insertInto('audit')
    .values({
      tenant_id: entry.tenantId,
      by_platform: entry.isByPlatform,
      actor: entry.actor,
      actor_id: entry.actorId,
      noun: entry.noun,
      noun_id: entry.nounId,
      verb: entry.verb,
      before: json(entry.before),
      after: json(entry.after),
    })
    .execute();
}

export async function listAudit(
  trx: TenantTrx | PlatformTrx,
  filter: {
    limit: number;
    before?: string | undefined;
    noun?: Noun | undefined;
    tenantId?: string | undefined;
  },
): Promise<AuditEntry[]> {
  let query = trx.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(filter.limit);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  if (filter.noun !== undefined) query = query.where('noun', '=', filter.noun);
  if (filter.tenantId !== undefined) query = query.where('tenant_id', '=', filter.tenantId);
  return (await query.execute()).map((row) => ({
    id: row.id,
    atMs: row.at.getTime(),
    tenantId: row.tenant_id,
    actor: row.actor,
    noun: row.noun as Noun,
    nounId: row.noun_id,
    verb: row.verb,
    before: row.before,
    after: row.after,
  }));
}

function json(value: unknown) {
  return value === null || value === undefined ? null : jsonb(value);
}
