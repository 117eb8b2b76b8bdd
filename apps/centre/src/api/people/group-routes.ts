/** Groups of agents, and the number that reaches whoever leads one. */
import type { groupSchema } from '@seatgrid/contracts/nouns/workforce.ts';
import type { z } from 'zod';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { definitionRoutes } from '../routing/definition-routes.ts';
import { refuseTakenLeaderNumber } from './inside-numbers.ts';

const groups = definitionRoutes<z.infer<typeof groupSchema>>('group', (trx, body, id) =>
  refuseTakenLeaderNumber(trx, body['leaderNumber'] as string | null, id),
);

export const groupRoutes: SomeHandlers<Extract<ApiPath, `${string} /api/groups${string}`>> = {
  'GET /api/groups': groups.list,
  'POST /api/groups': groups.create,
  'PUT /api/groups/:id': groups.update,
  'DELETE /api/groups/:id': groups.remove,
};
