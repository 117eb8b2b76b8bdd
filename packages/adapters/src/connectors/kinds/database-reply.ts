/** What every database answers: rows, how many were changed, and what a procedure left in its parameters. */
import type {
  ConnectorReply,
  ConnectorRequest,
  ProcedureRequest,
  StatementRequest,
} from '@seatgrid/core/connectors/ask-connector.ts';
import {
  cutStatement,
  procedureNamePattern,
  type BoundStatement,
  type SqlDialect,
} from '@seatgrid/core/connectors/bound-statement.ts';
import { connectorReplyRowsMax } from '@seatgrid/core/connectors/limits.ts';
import { ConnectorError } from '../connector-error.ts';
import { documentOf } from '../documents.ts';

export interface DatabaseAnswer {
  readonly rows: readonly unknown[];
  readonly changed: number;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The acts of a database; what is asked of one is one of them. */
export interface Database {
  readonly dialect: SqlDialect;
  statement(statement: BoundStatement, values: readonly (string | null)[]): Promise<DatabaseAnswer>;
  procedure(request: ProcedureRequest): Promise<DatabaseAnswer>;
  /** Its name and version. */
  probe(): Promise<string>;
}

export async function askDatabase(database: Database, request: ConnectorRequest): Promise<ConnectorReply> {
  switch (request.kind) {
    case 'statement': {
      const statement = cutStatement(request.text, database.dialect);
      return replyOf(await database.statement(statement, valuesOf(statement, request)));
    }
    case 'procedure':
      if (!procedureNamePattern.test(request.name))
        throw new ConnectorError('misasked', `${request.name} is no procedure’s name`);
      return replyOf(await database.procedure(request));
    case 'probe':
      return { document: { text: await database.probe() }, status: null };
    default:
      throw new ConnectorError('misasked', 'a database is asked by a statement or a procedure');
  }
}

function valuesOf({ names }: BoundStatement, { values }: StatementRequest): (string | null)[] {
  return names.map((name) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined)
      throw new ConnectorError('misasked', `the statement names :${name}, which has no value`);
    return value;
  });
}

function replyOf({ rows, changed, outputs = {} }: DatabaseAnswer): ConnectorReply {
  if (rows.length > connectorReplyRowsMax)
    throw new ConnectorError('too-large', `more than ${connectorReplyRowsMax} rows`);
  return {
    document: { rows: documentOf(rows), changed: String(changed), outputs: documentOf(outputs) },
    status: null,
  };
}
