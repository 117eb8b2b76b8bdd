/** Why something behind a port could not be had. `code` is stable; `cure` is what the person at the machine should do. */
export type AdapterErrorCode =
  | 'postgres_binary_missing'
  | 'postgres_port_taken'
  | 'postgres_folder_in_use'
  | 'postgres_folder_foreign'
  | 'postgres_disk_full'
  | 'postgres_start_failed'
  | 'postgres_version'
  | 'migration_changed'
  | 'migration_ahead'
  | 'pool_exhausted'
  | 'pool_closed'
  | 'redis_unreachable'
  | 'key_unreadable';

export class AdapterError extends Error {
  override readonly name = 'AdapterError';
  readonly code: AdapterErrorCode;
  readonly cure: string;

  constructor(facts: { code: AdapterErrorCode; what: string; cure: string; cause?: unknown }) {
    super(`${facts.what}. ${facts.cure}`, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = facts.code;
    this.cure = facts.cure;
  }
}
