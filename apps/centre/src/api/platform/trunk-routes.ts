/** Trunks. A carrier's password goes in, is sealed, and comes out at the node alone. */
import { seal } from '@seatgrid/adapters/jose/seal.ts';
import { inPlatform, type PlatformTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  deleteTrunk,
  insertTrunk,
  listTrunks,
  setTrunkPassword,
  updateTrunk,
  type Trunk,
} from '@seatgrid/adapters/postgres/stores/trunk-store.ts';
import type { ApiInput, ApiReply } from '@seatgrid/contracts/api/client.ts';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import type { Centre } from '../../centre.ts';
import { sealedFor } from '../../nodes/trunk-secrets.ts';
import { changePlatform } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { malformed, notFound } from '../refusal.ts';

type Path = Extract<ApiPath, `${string} /api/platform/trunks${string}`>;

export const trunkRoutes: SomeHandlers<Path> = {
  'GET /api/platform/trunks': async ({ centre }) => ({
    items: (await inPlatform(centre.database.platform, listTrunks)).map(asReply),
  }),

  'POST /api/platform/trunks': ({ centre, ctx, body: { account, ...body } }) =>
    changePlatform(centre, ctx, { noun: 'trunk', verb: 'create' }, async (trx) => {
      if (account && account.password === undefined) return passwordMissing;
      const id = await insertTrunk(trx, { ...body, ...accountOf(account) });
      await keepPassword(centre, trx, id, account);
      const value = await trunkOf(trx, id);
      return { id, before: null, after: value, value };
    }),

  'PUT /api/platform/trunks/:id': ({ centre, ctx, params: { id }, body: { account, ...body } }) =>
    changePlatform(centre, ctx, { noun: 'trunk', verb: 'update' }, async (trx) => {
      const before = (await listTrunks(trx)).find((trunk) => trunk.id === id);
      if (!before) return notFound;
      if (account && account.password === undefined && !before.sealedPassword) return passwordMissing;
      await updateTrunk(trx, { ...body, ...accountOf(account), id: before.id });
      await keepPassword(centre, trx, id, account);
      const value = await trunkOf(trx, id);
      return { id, before: asReply(before), after: value, value };
    }),

  'DELETE /api/platform/trunks/:id': ({ centre, ctx, params: { id } }) =>
    changePlatform(centre, ctx, { noun: 'trunk', verb: 'delete' }, async (trx) => {
      const before = (await listTrunks(trx)).find((trunk) => trunk.id === id);
      if (!before) return notFound;
      await deleteTrunk(trx, id);
      return { id, before: asReply(before), after: null, value: undefined };
    }),
};

type AccountGiven = ApiInput<'PUT /api/platform/trunks/:id'>['body']['account'];
type TrunkReply = ApiReply<'POST /api/platform/trunks'>;

const passwordMissing = malformed([{ path: 'account.password', message: 'must be given' }]);

function accountOf(given: AccountGiven): Pick<Trunk, 'account'> {
  if (!given) return { account: null };
  const { password: _password, ...account } = given;
  return { account };
}

/** A new one is sealed, an absent one kept; with the account it goes. */
async function keepPassword(
  { keys, random }: Centre,
  trx: PlatformTrx,
  id: string,
  account: AccountGiven,
): Promise<void> {
  if (!account) return setTrunkPassword(trx, { id, sealed: null });
  if (account.password === undefined) return;
  const sealed = seal(keys.sealing, { text: account.password, of: sealedFor(id) }, random);
  await setTrunkPassword(trx, { id, sealed });
}

function asReply({ sealedPassword, account, ...trunk }: Trunk): TrunkReply {
  return { ...trunk, account: account && { ...account, hasPassword: sealedPassword !== null } };
}

async function trunkOf(trx: PlatformTrx, id: string): Promise<TrunkReply> {
  const trunk = (await listTrunks(trx)).find((one) => one.id === id);
  assert(trunk, 'the trunk just written');
  return asReply(trunk);
}
