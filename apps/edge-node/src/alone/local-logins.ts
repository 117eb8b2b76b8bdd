/**
 * Signing in while the centre is away: agents, by their own e-mail and password, against the digests in the node's ledger. Who was let
 * in keeps the place when the centre is back, until the pass is old, the password changes or the agent is gone. Passes live in
 * memory: a node that starts again asks anew.
 */
import { comparePasswordWithNobody, isPassword } from '@seatgrid/adapters/password/password.ts';
import type { TenantConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import { randomHex, type Random } from '@seatgrid/core/kernel/random.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import { GuessLock } from '@seatgrid/media/sip/user-agent/guess-lock.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import { localGuessLimits, localPassesMax, localPassMs, passwordComparisonsMax } from './limits.ts';

export interface LocalLoginsOptions {
  readonly directory: Pick<TenantDirectory, 'all'>;
  /** Null: the centre is there, and signs people in itself. */
  readonly centreAwaySinceMs: () => number | null;
  readonly clock: Clock;
  readonly random: Random;
}

export interface LocalPerson {
  readonly tenant: TenantAtNode;
  readonly agent: Agent;
  readonly email: string;
}

export type LocalLoginRefusal = 'centre-is-there' | 'wrong' | 'locked' | 'busy';

interface Pass {
  readonly kind: 'page' | 'desk';
  readonly tenant: TenantAtNode;
  readonly agentId: AgentId;
  readonly passwordHash: string;
  readonly untilMs: number;
}

type Login = TenantConfig['logins'][number];

export class LocalLogins {
  readonly #options: LocalLoginsOptions;
  /** Of an e-mail, and of an address that tries many. */
  readonly #guesses = new GuessLock(localGuessLimits);
  /** The oldest first. */
  readonly #passes = new Map<string, Pass>();
  #comparing = 0;

  constructor(options: LocalLoginsOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#options.centreAwaySinceMs() !== null;
  }

  async login(
    { email, password }: { readonly email: string; readonly password: string },
    address: string,
  ): Promise<{ readonly token: string; readonly person: LocalPerson } | LocalLoginRefusal> {
    if (!this.isOpen) return 'centre-is-there';
    const key = email.trim().toLowerCase();
    const keys = [`email ${key}`, `address ${address}`];
    if (keys.some((one) => this.#guesses.isShut(one, this.#nowMs()))) return 'locked';
    if (this.#comparing >= passwordComparisonsMax) return 'busy';
    const found = this.#find((login) => login.email === key);
    this.#comparing++;
    const isRight = await (
      found ? isPassword(found.login.passwordHash, password) : comparePasswordWithNobody(password)
    ).finally(() => this.#comparing--);
    if (!isRight || !found) {
      for (const one of keys) this.#guesses.fail(one, this.#nowMs());
      return keys.some((one) => this.#guesses.isShut(one, this.#nowMs())) ? 'locked' : 'wrong';
    }
    this.#guesses.forget(keys[0]!);
    return { token: this.#give('page', found.person, found.login), person: found.person };
  }

  /** Whose page this is. */
  personOf(token: string | undefined): LocalPerson | undefined {
    return this.#believed(token, 'page');
  }

  deskToken({ tenant, agent }: LocalPerson): string | undefined {
    const login = tenant.config.logins.find(({ agentId }) => agentId === agent.id);
    return login && this.#give('desk', { tenant, agent, email: login.email }, login);
  }

  believeDesk(token: string): { readonly tenant: TenantAtNode; readonly agentId: AgentId } | undefined {
    const person = this.#believed(token, 'desk');
    return person && { tenant: person.tenant, agentId: person.agent.id };
  }

  forget(token: string): void {
    this.#passes.delete(token);
  }

  #give(kind: Pass['kind'], { tenant, agent }: LocalPerson, { passwordHash }: Login): string {
    const token = randomHex(this.#options.random, 32);
    const untilMs = this.#nowMs() + localPassMs;
    this.#passes.set(token, { kind, tenant, agentId: agent.id, passwordHash, untilMs });
    const [oldest] = this.#passes.keys();
    if (this.#passes.size > localPassesMax && oldest !== undefined) this.#passes.delete(oldest);
    return token;
  }

  #believed(token: string | undefined, kind: Pass['kind']): LocalPerson | undefined {
    const pass = token === undefined ? undefined : this.#passes.get(token);
    if (token === undefined || pass?.kind !== kind) return undefined;
    const { tenant, agentId, passwordHash, untilMs } = pass;
    const found = this.#nowMs() < untilMs && this.#find((login) => login.agentId === agentId, tenant);
    if (found && found.login.passwordHash === passwordHash) return found.person;
    this.#passes.delete(token);
    return undefined;
  }

  #find(fits: (login: Login) => boolean, only?: TenantAtNode) {
    for (const tenant of this.#options.directory.all()) {
      if (only && tenant !== only) continue;
      const login = tenant.config.logins.find(fits);
      const agent = login && tenant.agents.get(login.agentId);
      if (login && agent && tenant.isServed) return { login, person: { tenant, agent, email: login.email } };
    }
    return undefined;
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }
}
