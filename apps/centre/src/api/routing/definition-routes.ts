/** The four acts on skills, queues, inbound and outbound rules, dispositions and pause reasons: alike but for what each may name. */
import { inTenant, type TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  findDefinition,
  insertDefinition,
  listDefinitions,
  retireDefinition,
  updateDefinition,
  type DefinitionNoun,
} from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import type { TenantContext } from '@seatgrid/core/context/op-context.ts';
import type { Centre } from '../../centre.ts';
import { changeTenant } from '../change.ts';
import { notFound, Refusal } from '../refusal.ts';
import { refuseDangling, refuseInUse } from '../references.ts';

interface Asked {
  readonly centre: Centre;
  readonly ctx: TenantContext;
}

/** A further check of what is about to be written; `id` is null for a new one. */
export type Check = (
  trx: TenantTrx,
  body: Record<string, unknown>,
  id: string | null,
) => Promise<Refusal | undefined>;

/** `Noun` is what the contract says a row is; the body was parsed by it on the way in. */
export function definitionRoutes<Item>(noun: DefinitionNoun, check?: Check) {
  const itemOf = ({ id, body }: { id: string; body: Record<string, unknown> }) => ({ ...body, id }) as Item;
  const faultOf = async (trx: TenantTrx, body: Record<string, unknown>, id: string | null) =>
    (await refuseDangling(trx, body)) ?? (await check?.(trx, body, id));

  return {
    list: async ({ centre, ctx }: Asked) => ({
      items: (await inTenant(centre.database.tenants, ctx.tenantId, (trx) => listDefinitions(trx, noun))).map(
        itemOf,
      ),
    }),

    create: ({ centre, ctx, body: given }: Asked & { body: object }) => {
      const body = { ...given };
      return changeTenant<Item>(centre, ctx, { noun, verb: 'create' }, async (trx) => {
        const fault = await faultOf(trx, body, null);
        if (fault) return fault;
        const id = await insertDefinition(trx, noun, body);
        return { id, before: null, after: body, value: itemOf({ id, body }) };
      });
    },

    update: ({
      centre,
      ctx,
      params: { id },
      body: given,
    }: Asked & { params: { id: string }; body: object }) => {
      const body = { ...given };
      return changeTenant<Item>(centre, ctx, { noun, verb: 'update' }, async (trx) => {
        const present = await findDefinition(trx, noun, id);
        if (!present) return notFound;
        const fault = await faultOf(trx, body, id);
        if (fault) return fault;
        await updateDefinition(trx, noun, { id, body });
        return { id, before: present.body, after: body, value: itemOf({ id, body }) };
      });
    },

    remove: ({ centre, ctx, params: { id } }: Asked & { params: { id: string } }) =>
      changeTenant<undefined>(centre, ctx, { noun, verb: 'delete' }, async (trx) => {
        const present = await findDefinition(trx, noun, id);
        if (!present) return notFound;
        const users = await refuseInUse(trx, id);
        if (users) return users;
        await retireDefinition(trx, noun, id);
        return { id, before: present.body, after: null, value: undefined };
      }),
  };
}
