/** Blacklist, customer levels, number segments and dedicated agents: lists of callers, kept one by one or by a whole table at once. */
import { inTenant, type TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import { listAgents } from '@seatgrid/adapters/postgres/stores/agent-store.ts';
import {
  insertDefinitions,
  listDefinitions,
  updateDefinition,
  type DefinitionNoun,
} from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import {
  barredNumberSchema,
  callerListEntriesMax,
  listedDedicatedAgentSchema,
  listedLevelSchema,
  listedSegmentSchema,
  type CallerListImport,
} from '@seatgrid/contracts/nouns/caller-lists.ts';
import type { TenantContext } from '@seatgrid/core/context/op-context.ts';
import { readNumberPattern, writeNumberPattern } from '@seatgrid/core/numbers/number-pattern.ts';
import type { z } from 'zod';
import type { Centre } from '../../centre.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { serveOctets } from '../octets.ts';
import { conflict } from '../refusal.ts';
import { definitionRoutes } from './definition-routes.ts';
import { readCsv, writeCsv } from './read-csv.ts';

interface List {
  readonly noun: DefinitionNoun & ('barred-number' | 'customer-level' | 'number-segment' | 'dedicated-agent');
  /** The columns of its table after the pattern; a level is a figure, an agent an extension or an e-mail. */
  readonly columns: readonly string[];
  readonly schema: z.ZodObject;
}

const lists = {
  barred: { noun: 'barred-number', columns: ['reason'], schema: barredNumberSchema },
  levels: { noun: 'customer-level', columns: ['level', 'name'], schema: listedLevelSchema },
  segments: { noun: 'number-segment', columns: ['department'], schema: listedSegmentSchema },
  dedicated: { noun: 'dedicated-agent', columns: ['agentId', 'name'], schema: listedDedicatedAgentSchema },
} as const satisfies Record<string, List>;

interface Asked {
  readonly centre: Centre;
  readonly ctx: TenantContext;
}

function callerListRoutes<Item>({ noun, columns, schema }: List) {
  const rows = definitionRoutes<Item>(noun, async (trx, _body, id) =>
    id === null && (await listDefinitions(trx, noun)).length >= callerListEntriesMax
      ? conflict('pattern', `the list has ${callerListEntriesMax} entries, and takes no more`)
      : undefined,
  );
  return {
    ...rows,
    create: (asked: Asked & { body: { pattern: string } }) =>
      rows.create({ ...asked, body: canonical(asked.body) }),
    update: (asked: Asked & { params: { id: string }; body: { pattern: string } }) =>
      rows.update({ ...asked, body: canonical(asked.body) }),

    /** Adds what is new, changes what is known by its pattern; every line that cannot be taken is named, and the others are. */
    import: ({ centre, ctx, body: octets }: Asked & { body: Uint8Array }) =>
      changeTenant<CallerListImport>(centre, ctx, { noun, verb: 'create' }, async (trx) => {
        const present = new Map(
          (await listDefinitions(trx, noun)).map((row) => [row.body['pattern'] as string, row]),
        );
        const agents = await agentsIn(trx, columns);
        const { entries, refused } = readEntries(octets, { columns, schema, agents });
        const added: Record<string, unknown>[] = [];
        let changed = 0;
        for (const { line, body } of entries) {
          const known = present.get(body['pattern'] as string);
          if (!known && present.size + added.length >= callerListEntriesMax)
            refused.push({ line, cause: 'list-full', text: '' });
          else if (!known) added.push(body);
          else if (columns.some((column) => known.body[column] !== body[column])) {
            await updateDefinition(trx, noun, { id: known.id, body });
            changed++;
          }
        }
        await insertDefinitions(trx, noun, added);
        const value = { added: added.length, changed, refused: refused.slice(0, refusedLinesTold), refusedCount: refused.length }; // prettier-ignore
        return { id: null, before: null, after: { added: value.added, changed }, value };
      }),

    export: async ({ centre, ctx, raw }: Asked & { raw: Request }) => {
      const { stored, agents } = await inTenant(centre.database.tenants, ctx.tenantId, async (trx) => ({
        stored: await listDefinitions(trx, noun),
        agents: await agentsIn(trx, columns),
      }));
      const written = (column: string, value: unknown) =>
        (column === 'agentId' ? agents.extensions.get(value) : undefined) ?? String(value);
      const table = stored.map(({ body }) =>
        ['pattern', ...columns].map((column) => written(column, body[column])),
      );
      const heads = columns.map((column) => (column === 'agentId' ? 'agent' : column));
      return serveOctets(writeCsv([['number', ...heads], ...table]), 'text/csv; charset=utf-8', raw.headers.get('range')); // prettier-ignore
    },
  };
}

const refusedLinesTold = 200;

/** As a table names them, and as they are known; read only for a list that has them. */
async function agentsIn(trx: TenantTrx, columns: readonly string[]) {
  const agents = columns.includes('agentId') ? await listAgents(trx) : [];
  return {
    // An extension goes before an e-mail written like one.
    ids: new Map<string, string>([
      ...agents.map(({ email, id }) => [email.toLowerCase(), id] as const),
      ...agents.map(({ extension, id }) => [extension, id] as const),
    ]),
    extensions: new Map<unknown, string>(agents.map(({ id, extension }) => [id, extension])),
  };
}

interface ReadTable {
  readonly entries: { readonly line: number; readonly body: Record<string, unknown> }[];
  readonly refused: CallerListImport['refused'];
}

/** The first line is left out where no number stands in it: it names the columns. */
function readEntries(octets: Uint8Array, { columns, schema, agents }: Pick<List, 'columns' | 'schema'> & { readonly agents: Awaited<ReturnType<typeof agentsIn>> }): ReadTable {
  const table = readCsv(octets);
  if (table[0] && !/[0-9]/.test(table[0].cells[0] ?? '')) table.shift();
  const entries: ReadTable['entries'] = [];
  const refused: ReadTable['refused'] = [];
  const seen = new Set<string>();
  for (const { line, cells } of table) {
    const [written = '', ...values] = cells;
    const text = cells.join(', ').slice(0, 200);
    const pattern = readNumberPattern(written);
    if (!pattern) {
      refused.push({ line, cause: 'no-number', text });
      continue;
    }
    const body: Record<string, unknown> = { pattern: writeNumberPattern(pattern) };
    columns.forEach((column, at) => {
      const value = values[at] ?? '';
      if (column === 'level' && /^[0-9]+$/.test(value)) body[column] = Number(value);
      else body[column] = column === 'agentId' ? agents.ids.get(value.trim().toLowerCase()) : value;
    });
    const parsed = schema.omit({ id: true }).safeParse(body);
    if (!parsed.success) {
      const column = String(parsed.error.issues[0]?.path[0]);
      refused.push({ line, cause: causes[column] ?? 'no-number', text });
    } else if (seen.has(body['pattern'] as string)) refused.push({ line, cause: 'twice', text });
    else {
      seen.add(body['pattern'] as string);
      entries.push({ line, body: parsed.data });
    }
  }
  return { entries, refused };
} // prettier-ignore

const causes: Readonly<Record<string, CallerListImport['refused'][number]['cause']>> = {
  reason: 'no-reason',
  level: 'no-level',
  name: 'no-name',
  department: 'no-department',
  agentId: 'no-agent',
};

/** The same number stands once, however it is written. */
function canonical<Body extends { pattern: string }>(body: Body): Body {
  const pattern = readNumberPattern(body.pattern);
  return pattern ? { ...body, pattern: writeNumberPattern(pattern) } : body;
}

const barred = callerListRoutes<z.infer<typeof barredNumberSchema>>(lists.barred);
const levels = callerListRoutes<z.infer<typeof listedLevelSchema>>(lists.levels);
const segments = callerListRoutes<z.infer<typeof listedSegmentSchema>>(lists.segments);
const dedicated = callerListRoutes<z.infer<typeof listedDedicatedAgentSchema>>(lists.dedicated);

type Path = Extract<
  ApiPath,
  | `${string} /api/barred-numbers${string}`
  | `${string} /api/customer-levels${string}`
  | `${string} /api/number-segments${string}`
  | `${string} /api/dedicated-agents${string}`
>;

export const callerListHandlers: SomeHandlers<Path> = {
  'GET /api/barred-numbers': barred.list,
  'POST /api/barred-numbers': barred.create,
  'PUT /api/barred-numbers/:id': barred.update,
  'DELETE /api/barred-numbers/:id': barred.remove,
  'POST /api/barred-numbers/import': barred.import,
  'GET /api/barred-numbers/export': barred.export,

  'GET /api/customer-levels': levels.list,
  'POST /api/customer-levels': levels.create,
  'PUT /api/customer-levels/:id': levels.update,
  'DELETE /api/customer-levels/:id': levels.remove,
  'POST /api/customer-levels/import': levels.import,
  'GET /api/customer-levels/export': levels.export,

  'GET /api/number-segments': segments.list,
  'POST /api/number-segments': segments.create,
  'PUT /api/number-segments/:id': segments.update,
  'DELETE /api/number-segments/:id': segments.remove,
  'POST /api/number-segments/import': segments.import,
  'GET /api/number-segments/export': segments.export,

  'GET /api/dedicated-agents': dedicated.list,
  'POST /api/dedicated-agents': dedicated.create,
  'PUT /api/dedicated-agents/:id': dedicated.update,
  'DELETE /api/dedicated-agents/:id': dedicated.remove,
  'POST /api/dedicated-agents/import': dedicated.import,
  'GET /api/dedicated-agents/export': dedicated.export,
};
