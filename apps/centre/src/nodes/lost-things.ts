/** What was lost with nodes, told to operators: with the numbers of the calls, masked, which only their tenants' own rows have. */
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  listLosses,
  numbersOfCalls,
  type CallNumbers,
  type LossFilter,
} from '@seatgrid/adapters/postgres/stores/lost-things.ts';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import { maskNumber } from '@seatgrid/core/numbers/mask-number.ts';
import type { Centre } from '../centre.ts';

export async function lostThings(
  centre: Centre,
  filter: LossFilter,
): Promise<ApiReply<'GET /api/platform/lost-things'>> {
  const { items, next } = await inPlatform(centre.database.platform, (trx) => listLosses(trx, filter));
  const numbers = new Map<string, CallNumbers>();
  for (const tenantId of new Set(items.map((item) => item.tenantId))) {
    const calls = items.filter((item) => item.tenantId === tenantId).map(({ callId }) => callId);
    const known = await inTenant(centre.database.tenants, tenantId, (trx) => numbersOfCalls(trx, calls));
    for (const call of known) numbers.set(call.id, call);
  }
  const masked = (number: string | undefined) => (number === undefined ? null : maskNumber(number));
  return {
    items: items.map((item) => {
      const call = numbers.get(item.callId);
      return { ...item, fromNumber: masked(call?.fromNumber), toNumber: masked(call?.toNumber) };
    }),
    next,
  };
}
