import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

/** What a change changed, as the API tells it. */
export type AuditChange = Pick<ApiReply<'GET /api/audit'>['items'][number], 'before' | 'after'>;

/** One field of a change with what it was and what it is; a value that is a structure is written out. */
export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

export function fieldChanges({ before, after }: AuditChange): FieldChange[] {
  const was = asRecord(before);
  const is = asRecord(after);
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].map((field) => ({
    field,
    before: field in was ? written(was[field]) : '',
    after: field in is ? written(is[field]) : '',
  }));
}

/** What the changed thing is called, where the change says so; in `locale`, where it has names in several. */
export function nameIn(entry: AuditChange, locale: string): string | undefined {
  for (const side of [asRecord(entry.after), asRecord(entry.before)]) {
    const name = side['name'];
    if (typeof name === 'string') return name;
    if (typeof name === 'object' && name !== null) {
      const texts = name as Record<string, unknown>;
      const text = texts[locale] ?? Object.values(texts)[0];
      if (typeof text === 'string') return text;
    }
  }
  for (const side of [asRecord(entry.after), asRecord(entry.before)])
    for (const field of ['number', 'email', 'code']) {
      const value = side[field];
      if (typeof value === 'string') return value;
    }
  return undefined;
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  return value === null || value === undefined ? {} : { '': value };
}

function written(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value);
}
