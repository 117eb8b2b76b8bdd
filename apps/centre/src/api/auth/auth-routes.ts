import { hashPassword, isPassword } from '@seatgrid/adapters/password/password.ts';
import { signDeskToken, signSupervisionToken } from '@seatgrid/adapters/jose/tokens.ts';
import {
  inPlatform,
  inTenant,
  type PlatformTrx,
  type TenantTrx,
} from '@seatgrid/adapters/postgres/scopes.ts';
import { findAgentOfUser } from '@seatgrid/adapters/postgres/stores/agent-store.ts';
import { listDeskNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { updateOperatorLocale } from '@seatgrid/adapters/postgres/stores/operator-store.ts';
import {
  revokeSession,
  revokeSessionsOf,
  saveVisit,
} from '@seatgrid/adapters/postgres/stores/session-store.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import {
  passwordHashOf,
  setUserPassword,
  updateUserLocale,
} from '@seatgrid/adapters/postgres/stores/user-store.ts';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import type { Centre } from '../../centre.ts';
import { changePlatform, changeTenant } from '../change.ts';
import { Replied, type SomeHandlers } from '../handler.ts';
import { malformed, notFound, Refusal, refusalOf, refused } from '../refusal.ts';
import { login } from './login.ts';
import { me } from './me.ts';
import { sessionCookie, type SignedIn } from './sign-in.ts';

export const authRoutes: SomeHandlers<
  | 'POST /api/auth/login'
  | 'POST /api/auth/logout'
  | 'GET /api/auth/me'
  | 'PUT /api/auth/me'
  | 'POST /api/auth/password'
  | 'POST /api/auth/leave-tenant'
  | 'POST /api/desk-token'
  | 'POST /api/supervision-token'
> = {
  async 'POST /api/auth/login'({ centre, body }) {
    const outcome = await login(centre, body);
    if (outcome instanceof Refusal) return outcome;
    const { userId, tenantId } = outcome.credential;
    const reply = await me(centre, { userId, homeTenantId: tenantId, visit: null });
    if (reply instanceof Refusal) return reply;
    return new Replied(reply, { 'set-cookie': sessionCookie(outcome.token, centre.facts.isSecure) });
  },

  async 'POST /api/auth/logout'({ centre, ctx }) {
    await inOwnScope(centre, ctx, (trx) => revokeSession(trx, ctx.sessionId));
    return new Replied(undefined, { 'set-cookie': sessionCookie('', centre.facts.isSecure) });
  },

  'GET /api/auth/me': ({ centre, ctx }) => me(centre, ctx),

  async 'PUT /api/auth/me'({ centre, ctx, body: { locale } }) {
    const id = ctx.userId;
    if (ctx.homeTenantId === null)
      await inPlatform(centre.database.platform, (trx) => updateOperatorLocale(trx, id, locale));
    else
      await inTenant(centre.database.tenants, ctx.homeTenantId, (trx) =>
        updateUserLocale(trx, { id, locale }),
      );
    return me(centre, ctx);
  },

  async 'POST /api/auth/password'({ centre, ctx, body }) {
    const { userId, sessionId } = ctx;
    const hashed = await inOwnScope(centre, ctx, (trx) => passwordHashOf(trx, userId));
    if (hashed === undefined || !(await isPassword(hashed, body.current)))
      return malformed([{ path: 'current', message: 'is not the present password' }]);
    if (body.next === body.current) return malformed([{ path: 'next', message: 'is the present password' }]);
    const next = await hashPassword(body.next);
    const work = async (trx: TenantTrx | PlatformTrx) => {
      await setUserPassword(trx, userId, next);
      await revokeSessionsOf(trx, userId, sessionId);
      return { id: userId, before: null, after: null, value: undefined };
    };
    const { actor } = ctx.ctx;
    return ctx.homeTenantId === null
      ? changePlatform(centre, { kind: 'platform', actor }, { noun: 'operator', verb: 'password' }, work)
      : changeTenant(
          centre,
          { kind: 'tenant', tenantId: ctx.homeTenantId, actor },
          { noun: 'user', verb: 'password' },
          work,
        );
  },

  async 'POST /api/auth/leave-tenant'({ centre, ctx }) {
    const { visit, sessionId, homeTenantId } = ctx;
    if (!visit || homeTenantId !== null) return me(centre, ctx);
    const left = await changePlatform(
      centre,
      { kind: 'platform', actor: ctx.ctx.actor },
      { noun: 'tenant', verb: 'leave' },
      async (trx) => {
        await saveVisit(trx, sessionId, null);
        return { id: visit.tenantId, before: null, after: null, value: undefined, tenantId: visit.tenantId };
      },
    );
    return left instanceof Refusal ? left : me(centre, { ...ctx, visit: null });
  },

  async 'POST /api/desk-token'({ centre, ctx }) {
    assert(ctx.actor.kind === 'user', 'desks belong to people');
    const { userId } = ctx.actor;
    const { agent, tenant, nodes } = await inTenant(centre.database.tenants, ctx.tenantId, async (trx) => ({
      agent: await findAgentOfUser(trx, userId),
      tenant: await ownTenant(trx),
      nodes: await listDeskNodes(trx),
    }));
    if (!agent) return notFound;
    if (tenant.state === 'suspended')
      return refused('This call centre is suspended: nobody can sign in to take calls.');
    const known = nodes.filter(
      ({ deskUrl, state, isServing }) => deskUrl !== null && state !== 'lost' && isServing,
    );
    // Whoever begins now does so where calls still come.
    const reachable = known.toSorted(
      (one, other) => Number(one.state !== 'serving') - Number(other.state !== 'serving'),
    );
    // A node whose link is down may well be alive, and serves desks without us.
    const heard = reachable.filter((one) => centre.live.isLinkUp(one.id));
    const node = heard[0] ?? reachable[0];
    if (!node?.deskUrl) return refusalOf('unavailable', 'No node has reported where desks may connect.', 5);
    const token = await signDeskToken(centre.keys, centre.clock, {
      agentId: agent.id,
      tenantId: ctx.tenantId,
      userId,
    });
    const desks = heard.flatMap(({ name, deskUrl, state }) =>
      deskUrl === null ? [] : [{ nodeName: name, deskUrl, isDraining: state === 'draining' }],
    );
    return { token, deskUrl: node.deskUrl, desks };
  },

  async 'POST /api/supervision-token'({ centre, ctx, body }) {
    assert(ctx.actor.kind === 'user', 'supervisors are people');
    const { userId, name, role } = ctx.actor;
    const nodes = await inTenant(centre.database.tenants, ctx.tenantId, (trx) => listDeskNodes(trx));
    const deskUrl = nodes.find((node) => node.id === body.nodeId)?.deskUrl;
    if (!deskUrl) return notFound;
    const others = nodes.flatMap(({ id, deskUrl: url, isServing }) =>
      url !== null && id !== body.nodeId && isServing && centre.live.isLinkUp(id) ? [superviseAt(url)] : [],
    );
    const token = await signSupervisionToken(centre.keys, centre.clock, {
      userId,
      tenantId: ctx.tenantId,
      name,
      role,
    });
    return { token, url: superviseAt(deskUrl), others };
  },
};

function superviseAt(deskUrl: string): string {
  return deskUrl.replace(/\/desk$/, '/supervise');
}

function inOwnScope<Outcome>(
  centre: Centre,
  { homeTenantId }: SignedIn,
  work: (trx: TenantTrx | PlatformTrx) => Promise<Outcome>,
): Promise<Outcome> {
  return homeTenantId === null
    ? inPlatform(centre.database.platform, work)
    : inTenant(centre.database.tenants, homeTenantId, work);
}
