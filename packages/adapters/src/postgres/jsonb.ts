/**
 * A JSON value as a parameter. The driver would send a string as it stands and an array as a PostgreSQL array, so the value
 * is written here and cast by the server.
 */
import { sql, type RawBuilder } from 'kysely';

export function jsonb<Value>(value: Value): RawBuilder<Value> {
  return sql<Value>`${JSON.stringify(value)}::text::jsonb`;
}
