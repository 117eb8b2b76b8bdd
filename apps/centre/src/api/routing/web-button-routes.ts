/** Web buttons, and where their pages are served: by the nodes themselves, beside the desk socket. */
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { listNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import type { webButtonSchema } from '@seatgrid/contracts/nouns/web-button.ts';
import type { z } from 'zod';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { definitionRoutes } from './definition-routes.ts';

const webButtons = definitionRoutes<z.infer<typeof webButtonSchema>>('web-button');

export const webButtonRoutes: SomeHandlers<Extract<ApiPath, `${string} /api/web-buttons${string}`>> = {
  'GET /api/web-buttons': async (asked) => {
    const { items } = await webButtons.list(asked);
    const nodes = await inPlatform(asked.centre.database.platform, listNodes);
    return { items, servedAt: nodes.flatMap(({ deskUrl }) => pagesAt(deskUrl)) };
  },
  'POST /api/web-buttons': webButtons.create,
  'PUT /api/web-buttons/:id': webButtons.update,
  'DELETE /api/web-buttons/:id': webButtons.remove,
};

/** `wss://node.example/desk` → `https://node.example/web-call`; a node that was never linked has no address. */
function pagesAt(deskUrl: string | null): string[] {
  return deskUrl ? [deskUrl.replace(/^ws/, 'http').replace(/\/desk$/, '/web-call')] : [];
}
