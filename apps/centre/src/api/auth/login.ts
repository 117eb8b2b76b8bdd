/** Sign in by e-mail and password, with a lock that grows with every wrong guess and tells nothing about who exists. */
import { comparePasswordWithNobody, isPassword } from '@seatgrid/adapters/password/password.ts';
import { signSession } from '@seatgrid/adapters/jose/tokens.ts';
import { sessionTokenSeconds } from '@seatgrid/adapters/limits.ts';
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  clearLoginGuard,
  findLoginGuard,
  saveLoginGuard,
} from '@seatgrid/adapters/postgres/stores/login-guard-store.ts';
import { findOperator } from '@seatgrid/adapters/postgres/stores/operator-store.ts';
import { insertSession } from '@seatgrid/adapters/postgres/stores/session-store.ts';
import { findCredential, findUser, type Credential } from '@seatgrid/adapters/postgres/stores/user-store.ts';
import type { Centre } from '../../centre.ts';
import { loginFailuresMax, loginLockMostMs, loginLockMs, passwordComparisonsMax } from '../../limits.ts';
import { Refusal, refusalOf } from '../refusal.ts';

export interface Login {
  readonly token: string;
  readonly credential: Credential;
}

let comparing = 0;

export async function login(
  centre: Centre,
  { email, password }: { email: string; password: string },
): Promise<Login | Refusal> {
  const nowMs = centre.clock.nowMs();
  const { guard, credential } = await inPlatform(centre.database.platform, async (trx) => ({
    guard: await findLoginGuard(trx, email),
    credential: await findCredential(trx, email),
  }));
  if (guard.lockedUntilMs !== null && guard.lockedUntilMs > nowMs)
    return lockedOut(guard.lockedUntilMs - nowMs);
  if (comparing >= passwordComparisonsMax)
    return refusalOf('unavailable', 'Too many are signing in at this moment.', 1);
  comparing++;
  const isRight = await (
    credential ? isPassword(credential.passwordHash, password) : comparePasswordWithNobody(password)
  ).finally(() => comparing--);
  if (!isRight || !credential || !(await isActive(centre, credential))) {
    const failures = guard.failures + 1;
    const lockMs =
      failures < loginFailuresMax
        ? 0
        : Math.min(loginLockMs * 2 ** (failures - loginFailuresMax), loginLockMostMs);
    const lockedUntilMs = lockMs === 0 ? null : nowMs + lockMs;
    await inPlatform(centre.database.platform, (trx) =>
      saveLoginGuard(trx, email, { failures, lockedUntilMs }),
    );
    return lockMs === 0 ? refusalOf('not-signed-in', 'E-mail or password is wrong.') : lockedOut(lockMs);
  }
  await inPlatform(centre.database.platform, (trx) => clearLoginGuard(trx, email));
  return { token: await openSession(centre, credential), credential };
}

async function isActive(centre: Centre, { userId, tenantId }: Credential): Promise<boolean> {
  if (tenantId === null)
    return (
      (await inPlatform(centre.database.platform, (trx) => findOperator(trx, userId)))?.isActive ?? false
    );
  return (
    (await inTenant(centre.database.tenants, tenantId, (trx) => findUser(trx, userId)))?.isActive ?? false
  );
}

async function openSession(centre: Centre, { userId, tenantId }: Credential): Promise<string> {
  const expiresAtMs = centre.clock.nowMs() + sessionTokenSeconds * 1_000;
  const session = { userId, tenantId, expiresAtMs };
  const sessionId =
    tenantId === null
      ? await inPlatform(centre.database.platform, (trx) => insertSession(trx, session))
      : await inTenant(centre.database.tenants, tenantId, (trx) => insertSession(trx, session));
  return signSession(centre.keys, centre.clock, { sessionId, userId, tenantId });
}

function lockedOut(leftMs: number): Refusal {
  const seconds = Math.ceil(leftMs / 1_000);
  return refusalOf('locked-out', 'Too many wrong guesses. Wait before the next.', seconds);
}
