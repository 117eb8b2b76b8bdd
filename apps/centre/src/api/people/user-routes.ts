import { hashPassword } from '@seatgrid/adapters/password/password.ts';
import { inTenant, type TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import { renameAgentOfUser } from '@seatgrid/adapters/postgres/stores/agent-store.ts';
import { revokeSessionsOf } from '@seatgrid/adapters/postgres/stores/session-store.ts';
import {
  findUser,
  insertUser,
  listUsers,
  retireUser,
  setUserPassword,
  updateUser,
  type User,
} from '@seatgrid/adapters/postgres/stores/user-store.ts';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { notFound, refused } from '../refusal.ts';

export const userRoutes: SomeHandlers<Extract<ApiPath, `${string} /api/users${string}`>> = {
  'GET /api/users': async ({ centre, ctx }) => ({
    items: await inTenant(centre.database.tenants, ctx.tenantId, listUsers),
  }),

  async 'POST /api/users'({ centre, ctx, body: { password, ...body } }) {
    const passwordHash = await hashPassword(password);
    return changeTenant(centre, ctx, { noun: 'user', verb: 'create' }, async (trx) => {
      const user = await insertUser(trx, { ...body, passwordHash });
      return { id: user.id, before: null, after: user, value: user };
    });
  },

  async 'PUT /api/users/:id'({ centre, ctx, params: { id }, body: { password, name, isActive } }) {
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    return changeTenant(centre, ctx, { noun: 'user', verb: 'update' }, async (trx) => {
      const before = await findUser(trx, id);
      if (!before) return notFound;
      if (!isActive && (await isLastAdministrator(trx, before)))
        return refused('The last administrator cannot be shut out.');
      await updateUser(trx, { id: before.id, name, isActive });
      await renameAgentOfUser(trx, id, name);
      if (passwordHash !== undefined) await setUserPassword(trx, id, passwordHash);
      if (passwordHash !== undefined || !isActive) await revokeSessionsOf(trx, id);
      const after = await findUser(trx, id);
      assert(after, 'the user just written');
      return { id, before, after, value: after };
    });
  },

  'DELETE /api/users/:id': ({ centre, ctx, params: { id } }) =>
    changeTenant(centre, ctx, { noun: 'user', verb: 'delete' }, async (trx) => {
      const user = await findUser(trx, id);
      if (!user) return notFound;
      if (user.role === 'agent') return refused('Remove the agent: the login goes with it.');
      if (await isLastAdministrator(trx, user)) return refused('The last administrator cannot be removed.');
      await revokeSessionsOf(trx, id);
      await retireUser(trx, id);
      return { id, before: user, after: null, value: undefined };
    }),
};

async function isLastAdministrator(trx: TenantTrx, user: User): Promise<boolean> {
  const isOther = (one: User) => one.role === 'administrator' && one.isActive && one.id !== user.id;
  return user.role === 'administrator' && !(await listUsers(trx)).some(isOther);
}
