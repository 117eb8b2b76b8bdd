/** SQLite files of the node: opened with one habit, their faults told with the cure. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { NodeLog } from '../node-log.ts';

export type SqliteFaultCode = 'in-use' | 'disk-full' | 'damaged' | 'unwritable' | 'failed';

/** SQLite's primary result codes (the low octet of an extended one) that mean something to us. */
const faultCodes: Readonly<Record<number, SqliteFaultCode>> = {
  5: 'in-use',
  8: 'unwritable',
  10: 'unwritable',
  11: 'damaged',
  13: 'disk-full',
  14: 'unwritable',
  26: 'damaged',
};

export function sqliteFault(error: unknown): SqliteFaultCode {
  const { errcode } = error as { errcode?: unknown };
  return (typeof errcode === 'number' ? faultCodes[errcode & 0xff] : undefined) ?? 'failed';
}

export class SqliteFileError extends Error {
  override readonly name = 'SqliteFileError';
  readonly code: SqliteFaultCode;

  constructor(code: SqliteFaultCode, path: string, cause: unknown) {
    super(`${path}: ${cures[code]}`, { cause });
    this.code = code;
  }
}

const cures: Readonly<Record<SqliteFaultCode, string>> = {
  'in-use': 'another node runs on this data folder; stop it, or give this one a folder of its own',
  'disk-full': 'the disk is full; make room',
  damaged: 'the file is damaged',
  unwritable: 'the file cannot be read or written; check the folder and its owner',
  failed: 'SQLite could not work with it',
};

/**
 * Opens and prepares a file. A damaged one is put aside under another name, said aloud, and begun anew: a node that starts
 * without its past serves callers, one that does not start serves nobody.
 */
export function openSqliteFile(
  path: string,
  prepare: (database: DatabaseSync) => void,
  log: NodeLog,
): DatabaseSync {
  try {
    return opened(path, prepare);
  } catch (error) {
    const code = sqliteFault(error);
    if (code !== 'damaged') throw new SqliteFileError(code, path, error);
    const aside = freeName(path);
    renameSync(path, aside);
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
    log.error({ path, aside, cause: String(error) }, 'a damaged file was put aside and begun anew');
    return opened(path, prepare);
  }
}

function opened(path: string, prepare: (database: DatabaseSync) => void): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function freeName(path: string): string {
  for (let count = 1; ; count++)
    if (!existsSync(`${path}.damaged-${count}`)) return `${path}.damaged-${count}`;
}
