/** The lists of callers, told apart by what stands beside a number. */
import { api } from '@seatgrid/ui/portal/api.ts';
import {
  barredNumberSchema,
  listedDedicatedAgentSchema,
  listedLevelSchema,
  listedSegmentSchema,
  type CallerListImport,
} from '@seatgrid/contracts/nouns/caller-lists.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import type { Word } from '#lib/words/catalogue.ts';

export interface CallerEntry {
  readonly id: string;
  readonly pattern: string;
  readonly reason?: string;
  readonly level?: number;
  readonly name?: string;
  readonly department?: string;
  readonly agentId?: string;
}

export type EntryField = 'reason' | 'level' | 'name' | 'department' | 'agentId';
type Body = Record<string, unknown>;

const schemas = {
  barred: barredNumberSchema.omit({ id: true }),
  levels: listedLevelSchema.omit({ id: true }),
  segments: listedSegmentSchema.omit({ id: true }),
  dedicated: listedDedicatedAgentSchema.omit({ id: true }),
};

export interface CallerList {
  readonly key: 'barred' | 'levels' | 'segments' | 'dedicated';
  readonly noun: Noun;
  readonly fields: readonly EntryField[];
  /** Of an entry without its id. */
  readonly schema: (typeof schemas)[keyof typeof schemas];
  readonly words: Readonly<Record<'new' | 'empty' | 'emptyText' | 'deleteText' | 'importHelp', Word>>;
  list(): Promise<{ readonly items: readonly CallerEntry[] }>;
  create(body: Body): Promise<unknown>;
  update(id: string, body: Body): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  importTable(file: Blob): Promise<CallerListImport>;
  exportTable(): Promise<Blob>;
}

export const callerLists: Readonly<Record<CallerList['key'], CallerList>> = {
  barred: {
    key: 'barred',
    noun: 'barred-number',
    fields: ['reason'],
    schema: schemas.barred,
    words: {
      new: 'callers.newBarred',
      empty: 'callers.emptyBarred',
      emptyText: 'callers.emptyBarredText',
      deleteText: 'callers.deleteBarred',
      importHelp: 'callers.importHelp.barred',
    },
    list: () => api.call('GET /api/barred-numbers'),
    create: (body) => api.call('POST /api/barred-numbers', { body: body as never }),
    update: (id, body) => api.call('PUT /api/barred-numbers/:id', { params: { id }, body: body as never }),
    remove: (id) => api.call('DELETE /api/barred-numbers/:id', { params: { id } }),
    importTable: (body) => api.call('POST /api/barred-numbers/import', { body }),
    exportTable: () => api.call('GET /api/barred-numbers/export'),
  },
  levels: {
    key: 'levels',
    noun: 'customer-level',
    fields: ['level', 'name'],
    schema: schemas.levels,
    words: {
      new: 'callers.newLevel',
      empty: 'callers.emptyLevels',
      emptyText: 'callers.emptyLevelsText',
      deleteText: 'callers.deleteLevel',
      importHelp: 'callers.importHelp.levels',
    },
    list: () => api.call('GET /api/customer-levels'),
    create: (body) => api.call('POST /api/customer-levels', { body: body as never }),
    update: (id, body) => api.call('PUT /api/customer-levels/:id', { params: { id }, body: body as never }),
    remove: (id) => api.call('DELETE /api/customer-levels/:id', { params: { id } }),
    importTable: (body) => api.call('POST /api/customer-levels/import', { body }),
    exportTable: () => api.call('GET /api/customer-levels/export'),
  },
  segments: {
    key: 'segments',
    noun: 'number-segment',
    fields: ['department'],
    schema: schemas.segments,
    words: {
      new: 'callers.newSegment',
      empty: 'callers.emptySegments',
      emptyText: 'callers.emptySegmentsText',
      deleteText: 'callers.deleteSegment',
      importHelp: 'callers.importHelp.segments',
    },
    list: () => api.call('GET /api/number-segments'),
    create: (body) => api.call('POST /api/number-segments', { body: body as never }),
    update: (id, body) => api.call('PUT /api/number-segments/:id', { params: { id }, body: body as never }),
    remove: (id) => api.call('DELETE /api/number-segments/:id', { params: { id } }),
    importTable: (body) => api.call('POST /api/number-segments/import', { body }),
    exportTable: () => api.call('GET /api/number-segments/export'),
  },
  dedicated: {
    key: 'dedicated',
    noun: 'dedicated-agent',
    fields: ['agentId', 'name'],
    schema: schemas.dedicated,
    words: {
      new: 'callers.newDedicated',
      empty: 'callers.emptyDedicated',
      emptyText: 'callers.emptyDedicatedText',
      deleteText: 'callers.deleteDedicated',
      importHelp: 'callers.importHelp.dedicated',
    },
    list: () => api.call('GET /api/dedicated-agents'),
    create: (body) => api.call('POST /api/dedicated-agents', { body: body as never }),
    update: (id, body) => api.call('PUT /api/dedicated-agents/:id', { params: { id }, body: body as never }),
    remove: (id) => api.call('DELETE /api/dedicated-agents/:id', { params: { id } }),
    importTable: (body) => api.call('POST /api/dedicated-agents/import', { body }),
    exportTable: () => api.call('GET /api/dedicated-agents/export'),
  },
};
