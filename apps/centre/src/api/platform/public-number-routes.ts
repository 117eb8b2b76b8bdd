/** B-06: the numbers of the public network a node is reached by, where others do not reach it by SIP. */
import { inPlatform, type PlatformTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import { findTenantOfNumber } from '@seatgrid/adapters/postgres/stores/did-store.ts';
import { findNode } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import {
  listReservedNumbers,
  setReservedNumbers,
} from '@seatgrid/adapters/postgres/stores/reserved-number-store.ts';
import { changePlatform } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { malformed, notFound } from '../refusal.ts';

type Path = Extract<ApiPath, `${string} /api/platform/nodes/:id/public-numbers`>;

export const publicNumberRoutes: SomeHandlers<Path> = {
  'GET /api/platform/nodes/:id/public-numbers': ({ centre, params: { id } }) =>
    inPlatform(centre.database.platform, async (trx) => (await numbersOf(trx, id)) ?? notFound),

  'PUT /api/platform/nodes/:id/public-numbers': ({ centre, ctx, params: { id }, body }) =>
    changePlatform(centre, ctx, { noun: 'node', verb: 'update' }, async (trx) => {
      const node = await findNode(trx, id);
      const before = await numbersOf(trx, id);
      if (!node || !before) return notFound;
      const problems = [];
      const others = (await listReservedNumbers(trx)).filter(({ nodeId }) => nodeId !== node.id);
      for (const number of body.numbers) {
        const isTaken =
          others.some((one) => one.number === number) ||
          (await findTenantOfNumber(trx, number)) !== undefined;
        if (isTaken) problems.push({ path: 'numbers', message: `${number} is a tenant’s or another node’s` });
      }
      if (problems.length > 0) return malformed(problems);
      await setReservedNumbers(trx, { nodeId: node.id, ...body });
      return { id, before, after: body, value: (await numbersOf(trx, id))! };
    }),
};

async function numbersOf(trx: PlatformTrx, id: string) {
  const node = await findNode(trx, id);
  if (!node) return undefined;
  const reserved = await listReservedNumbers(trx);
  const numbers = reserved.filter(({ nodeId }) => nodeId === node.id).map(({ number }) => number);
  return { use: node.publicNumbersUse, numbers };
}
