/**
 * Every change goes through here: one transaction that does it and writes down who did what, before and after; then the
 * news. A refusal returned by the work takes back whatever it had already done.
 */
import { constraintViolation } from '@seatgrid/adapters/postgres/constraint-violation.ts';
import { isRecord } from '@seatgrid/adapters/postgres/record.ts';
import {
  inPlatform,
  inTenant,
  type PlatformTrx,
  type TenantTrx,
} from '@seatgrid/adapters/postgres/scopes.ts';
import { appendAudit } from '@seatgrid/adapters/postgres/stores/audit-store.ts';
import { lockTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import type { Actor, OpContext, PlatformContext, TenantContext } from '@seatgrid/core/context/op-context.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { announce, type Centre } from '../centre.ts';
import { conflict, refused, Refusal } from './refusal.ts';

export interface Change<Value> {
  readonly id: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly value: Value;
  /** For the platform's changes: the tenant concerned. */
  readonly tenantId?: TenantId;
}

interface What {
  readonly noun: Noun;
  readonly verb: string;
}

export function changeTenant<Value>(
  centre: Centre,
  ctx: TenantContext,
  what: What,
  work: (trx: TenantTrx) => Promise<Change<Value> | Refusal>,
): Promise<Value | Refusal> {
  return settle(centre, ctx, what, (record) =>
    inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
      await lockTenant(trx, ctx.tenantId);
      return record(trx, await work(trx));
    }),
  );
}

export function changePlatform<Value>(
  centre: Centre,
  ctx: PlatformContext,
  what: What,
  work: (trx: PlatformTrx) => Promise<Change<Value> | Refusal>,
): Promise<Value | Refusal> {
  return settle(centre, ctx, what, (record) =>
    inPlatform(centre.database.platform, async (trx) => record(trx, await work(trx))),
  );
}

type Record = <Value>(
  trx: TenantTrx | PlatformTrx,
  outcome: Change<Value> | Refusal,
) => Promise<Change<Value>>;

async function settle<Value>(
  centre: Centre,
  ctx: OpContext,
  what: What,
  run: (record: Record) => Promise<Change<Value>>,
): Promise<Value | Refusal> {
  try {
    const change = await run(async (trx, outcome) => {
      if (outcome instanceof Refusal) throw new TakenBack(outcome);
      const tenantId = ctx.kind === 'tenant' ? ctx.tenantId : (outcome.tenantId ?? null);
      await appendAudit(trx, {
        tenantId,
        isByPlatform: isByPlatform(ctx),
        ...actorFields(ctx.actor),
        noun: what.noun,
        nounId: outcome.id,
        verb: what.verb,
        ...difference(outcome.before, outcome.after),
      });
      return outcome;
    });
    const tenantId = ctx.kind === 'tenant' ? ctx.tenantId : (change.tenantId ?? null);
    await announce(centre, { tenantId, noun: what.noun });
    return change.value;
  } catch (error) {
    if (error instanceof TakenBack) return error.refusal;
    const violation = constraintViolation(error);
    if (violation?.kind === 'taken') return conflict(violation.field, 'is taken already');
    if (violation?.kind === 'in-use-or-missing')
      return what.verb === 'delete'
        ? refused('Something still uses it.')
        : conflict(violation.field, 'does not exist');
    throw error;
  }
}

/** Also an operator visiting a tenant: the platform's own log shows what its staff did there. */
function isByPlatform({ kind, actor }: OpContext): boolean {
  return kind === 'platform' || (actor.kind === 'user' && actor.role === 'operator');
}

class TakenBack extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super('taken back');
    this.refusal = refusal;
  }
}

function actorFields(actor: Actor): { actor: string; actorId: string | null } {
  switch (actor.kind) {
    case 'user':
      return { actor: actor.name, actorId: actor.userId };
    case 'node':
      return { actor: `node ${actor.nodeId}`, actorId: actor.nodeId };
    case 'platform':
      return { actor: `platform: ${actor.duty}`, actorId: null };
  }
}

/** Of two records the fields that differ; anything else whole. */
export function difference(before: unknown, after: unknown): { before: unknown; after: unknown } {
  if (!isRecord(before) || !isRecord(after)) return { before, after };
  const differs = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  const pick = (from: { [field: string]: unknown }) =>
    Object.fromEntries(differs.filter((field) => field in from).map((field) => [field, from[field]]));
  return { before: pick(before), after: pick(after) };
}
