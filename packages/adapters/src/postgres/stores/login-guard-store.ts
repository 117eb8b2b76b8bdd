/** Wrong guesses by e-mail. */
import type { PlatformTrx } from '../scopes.ts';
import { emailKey } from './user-store.ts';

export interface LoginGuard {
  readonly failures: number;
  readonly lockedUntilMs: number | null;
}

export async function findLoginGuard(trx: PlatformTrx, email: string): Promise<LoginGuard> {
  const row = await trx
    .selectFrom('login_guard')
    .select(['failures', 'locked_until'])
    .where('email', '=', emailKey(email))
    .executeTakeFirst();
  return { failures: row?.failures ?? 0, lockedUntilMs: row?.locked_until?.getTime() ?? null };
}

export async function saveLoginGuard(trx: PlatformTrx, email: string, guard: LoginGuard): Promise<void> {
  const locked_until = guard.lockedUntilMs === null ? null : new Date(guard.lockedUntilMs);
  await trx
    .insertInto('login_guard')
    .values({ email: emailKey(email), failures: guard.failures, locked_until })
    .onConflict((conflict) =>
      conflict.column('email').doUpdateSet({ failures: guard.failures, locked_until }),
    )
    .execute();
}

export async function clearLoginGuard(trx: PlatformTrx, email: string): Promise<void> {
  await trx.deleteFrom('login_guard').where('email', '=', emailKey(email)).execute();
}
