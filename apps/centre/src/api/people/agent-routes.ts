import { createHash } from 'node:crypto';
import { hashPassword } from '@seatgrid/adapters/password/password.ts';
import { inTenant, type TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  findAgent,
  insertAgent,
  listAgents,
  retireAgent,
  setPhoneSecret,
  updateAgent,
  type AgentFacts,
  type PhoneSecret,
  type StoredAgent,
} from '@seatgrid/adapters/postgres/stores/agent-store.ts';
import { retireDedicationsTo } from '@seatgrid/adapters/postgres/stores/dedicated-agent-store.ts';
import { revokeSessionsOf } from '@seatgrid/adapters/postgres/stores/session-store.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import {
  findUser,
  insertUser,
  retireUser,
  setUserPassword,
  updateUser,
  updateUserEmail,
} from '@seatgrid/adapters/postgres/stores/user-store.ts';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import { sipDomain } from '@seatgrid/core/tenancy/tenant.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { refuseDangling, refuseInUse } from '../references.ts';
import { malformed, notFound, type Refusal } from '../refusal.ts';
import { refuseLeadersNumber } from './inside-numbers.ts';

type AgentReply = ApiReply<'GET /api/agents'>['items'][number];

export const agentRoutes: SomeHandlers<Extract<ApiPath, `${string} /api/agents${string}`>> = {
  'GET /api/agents': async ({ centre, ctx }) => ({
    items: (await inTenant(centre.database.tenants, ctx.tenantId, listAgents)).map(asReply),
  }),

  async 'POST /api/agents'({ centre, ctx, body }) {
    const { email, password, phonePassword, ...facts } = body;
    if (password === undefined) return malformed([{ path: 'password', message: 'a new agent needs one' }]);
    const passwordHash = await hashPassword(password);
    return changeTenant(centre, ctx, { noun: 'agent', verb: 'create' }, async (trx) => {
      const fault = await faultOf(trx, facts);
      if (fault) return fault;
      const user = await insertUser(trx, { email, name: facts.name, role: 'agent', passwordHash });
      const id = await insertAgent(trx, user.id, facts);
      if (phonePassword) await setPhoneSecret(trx, id, await secretOf(trx, facts.extension, phonePassword));
      const agent = await present(trx, id);
      return { id, before: null, after: auditOf(agent), value: asReply(agent) };
    });
  },

  async 'PUT /api/agents/:id'({ centre, ctx, params: { id }, body }) {
    const { email, password, phonePassword, ...facts } = body;
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    return changeTenant(centre, ctx, { noun: 'agent', verb: 'update' }, async (trx) => {
      const before = await findAgent(trx, id);
      if (!before) return notFound;
      const fault = await faultOf(trx, facts);
      if (fault) return fault;
      // The digest is over the extension too (RFC 7616 §3.4.2), so the old one would never match again.
      if (before.phoneSecret && facts.extension !== before.extension && !phonePassword)
        return malformed([
          { path: 'phonePassword', message: 'must be given again when the extension changes' },
        ]);
      await updateAgent(trx, id, facts);
      const user = await findUser(trx, before.userId);
      assert(user, 'an agent has a login');
      await updateUser(trx, { id: user.id, name: facts.name, isActive: user.isActive });
      if (email !== before.email) await updateUserEmail(trx, { id: user.id, email });
      if (passwordHash !== undefined) {
        await setUserPassword(trx, user.id, passwordHash);
        await revokeSessionsOf(trx, user.id);
      }
      if (phonePassword) await setPhoneSecret(trx, id, await secretOf(trx, facts.extension, phonePassword));
      const agent = await present(trx, id);
      return { id, before: auditOf(before), after: auditOf(agent), value: asReply(agent) };
    });
  },

  'DELETE /api/agents/:id': ({ centre, ctx, params: { id } }) =>
    changeTenant(centre, ctx, { noun: 'agent', verb: 'delete' }, async (trx) => {
      const agent = await findAgent(trx, id);
      if (!agent) return notFound;
      const users = await refuseInUse(trx, id);
      if (users) return users;
      await retireDedicationsTo(trx, id);
      await retireAgent(trx, id);
      await revokeSessionsOf(trx, agent.userId);
      await retireUser(trx, agent.userId);
      return { id, before: auditOf(agent), after: null, value: undefined };
    }),
};

/** An extension equal to another's is the database's to refuse. */
async function faultOf(trx: TenantTrx, facts: AgentFacts): Promise<Refusal | undefined> {
  const { skills, groupId } = facts;
  return (await refuseDangling(trx, { skills, groupId })) ?? (await refuseLeadersNumber(trx, facts));
}

function asReply(agent: StoredAgent): AgentReply {
  return { ...agent, skills: [...agent.skills], hasPhonePassword: agent.phoneSecret !== null };
}

function auditOf({ phoneSecret, ...agent }: StoredAgent) {
  return { ...agent, hasPhonePassword: phoneSecret !== null };
}

/** RFC 7616 §3.4.2: A1 = username ":" realm ":" password; the realm is the tenant's SIP domain. */
async function secretOf(trx: TenantTrx, extension: string, password: string): Promise<PhoneSecret> {
  const a1 = `${extension}:${sipDomain((await ownTenant(trx)).slug)}:${password}`;
  const digest = (algorithm: string) => createHash(algorithm).update(a1).digest('hex');
  return { md5: digest('md5'), sha256: digest('sha256') };
}

async function present(trx: TenantTrx, id: string): Promise<StoredAgent> {
  const agent = await findAgent(trx, id);
  assert(agent, 'the agent just written');
  return agent;
}
