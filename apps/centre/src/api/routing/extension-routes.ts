/** Extensions: kept as data, tried in the same sandbox nodes run them in, and never changed under a flow that would not fit them any more. */
import { inTenant, type TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  findDefinition,
  insertDefinition,
  listDefinitions,
  retireDefinition,
  updateDefinition,
} from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import { listFlows, listPublishedFlows } from '@seatgrid/adapters/postgres/stores/flow-store.ts';
import type { ApiInput } from '@seatgrid/contracts/api/client.ts';
import type { ExtensionRead } from '@seatgrid/contracts/nouns/extension.ts';
import type { ExtensionFace } from '@seatgrid/core/extensions/extension.ts';
import { stepFaults } from '@seatgrid/core/extensions/fits-extension.ts';
import { extensionsMax } from '@seatgrid/core/extensions/limits.ts';
import { textOfValue } from '@seatgrid/core/flows/flow-value.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { refuseInUse } from '../references.ts';
import { notFound, refused, type Refusal } from '../refusal.ts';

type Path = Extract<ApiPath, `${string} /api/extensions${string}`>;
type Given = ApiInput<'PUT /api/extensions/:id'>['body'];

export const extensionRoutes: SomeHandlers<Path> = {
  'GET /api/extensions': async ({ centre, ctx }) => ({
    items: await inTenant(centre.database.tenants, ctx.tenantId, listExtensions),
  }),

  'POST /api/extensions': ({ centre, ctx, body: given }) =>
    changeTenant(centre, ctx, { noun: 'extension', verb: 'create' }, async (trx) => {
      if ((await listDefinitions(trx, 'extension')).length >= extensionsMax)
        return refused(`A tenant has at most ${extensionsMax} extensions.`);
      const body = { ...given, revision: 1 };
      const id = await insertDefinition(trx, 'extension', body);
      const value = { ...body, id } as ExtensionRead;
      return { id, before: null, after: value, value };
    }),

  'PUT /api/extensions/:id': ({ centre, ctx, params: { id }, body: given }) =>
    changeTenant(centre, ctx, { noun: 'extension', verb: 'update' }, async (trx) => {
      const present = await findExtension(trx, id);
      if (!present) return notFound;
      const unfit = await refuseUnfit(trx, id, given);
      if (unfit) return unfit;
      const body = { ...given, revision: present.revision + (isSameFunction(present, given) ? 0 : 1) };
      await updateDefinition(trx, 'extension', { id, body });
      const value = { ...body, id } as ExtensionRead;
      return { id, before: present, after: value, value };
    }),

  'DELETE /api/extensions/:id': ({ centre, ctx, params: { id } }) =>
    changeTenant(centre, ctx, { noun: 'extension', verb: 'delete' }, async (trx) => {
      const present = await findExtension(trx, id);
      if (!present) return notFound;
      const users = await refuseInUse(trx, id);
      if (users) return users;
      await retireDefinition(trx, 'extension', id);
      return { id, before: present, after: null, value: undefined };
    }),

  'POST /api/extensions/try': async ({ centre, ctx, body: { extension, given } }) => {
    const { tenantId } = ctx;
    const { result, lines, ...spent } = await centre.extensions.run({ tenantId, extension, given });
    const cost = { ...spent, lines: [...lines] };
    if (!result.ok) return { ...cost, ...result.failure, outputs: {} };
    const outputs = Object.entries(result.value).map(([name, value]) => [name, textOfValue(value)] as const);
    return { ...cost, code: null, line: null, detail: '', outputs: Object.fromEntries(outputs) };
  },
};

export async function listExtensions(trx: TenantTrx): Promise<ExtensionRead[]> {
  return (await listDefinitions(trx, 'extension')).map(({ id, body }) => ({ ...body, id }) as ExtensionRead);
}

async function findExtension(trx: TenantTrx, id: string): Promise<ExtensionRead | undefined> {
  const found = await findDefinition(trx, 'extension', id);
  return found && ({ ...found.body, id } as ExtensionRead);
}

/** A flow that was checked against what an extension took and gave keeps its word. */
async function refuseUnfit(trx: TenantTrx, id: string, face: ExtensionFace): Promise<Refusal | undefined> {
  const flows = [...(await listFlows(trx)), ...(await listPublishedFlows(trx))];
  const faults = flows.flatMap(({ name, steps }) =>
    Object.entries(steps).flatMap(([key, step]) =>
      step.kind === 'run-extension' && step.extensionId === id
        ? stepFaults(step, face).map(({ message }) => `call flow “${name}”, step “${key}”, ${message}`)
        : [],
    ),
  );
  if (faults.length === 0) return undefined;
  const told = [...new Set(faults)];
  return refused(
    `It would not fit any more: ${told.join('; ')}.`,
    told.map((message) => ({ path: '', message })),
  );
}

/** Not as it was written: the database keeps an object's keys in an order of its own. */
function isSameFunction(one: Given, other: Given): boolean {
  const parameters = ({ inputs, outputs }: Given) =>
    JSON.stringify([inputs, outputs].map((all) => all.map(({ name, type }) => [name, type])));
  return one.source === other.source && parameters(one) === parameters(other);
}
