import { beforeAll, beforeEach, expect, test } from 'vitest';
import { hashPassword } from '@seatgrid/adapters/password/password.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { FixtureConfig, type FixtureTenant } from '../../test/fixture-config.ts';
import { TenantDirectory } from '../tenants/tenant-directory.ts';
import { localGuessLimits, localPassMs } from './limits.ts';
import { LocalLogins } from './local-logins.ts';

const address = '192.0.2.1';
const right = { email: 'Bob@acme.example', password: 'a-long-password' };
let passwordHash: string;
let clock: VirtualClock;
let fixture: FixtureConfig;
let tenant: FixtureTenant;
let directory: TenantDirectory;
let awaySinceMs: number | null;
let logins: LocalLogins;

beforeAll(async () => {
  passwordHash = await hashPassword(right.password);
});
beforeEach(() => {
  clock = new VirtualClock();
  fixture = new FixtureConfig();
  tenant = fixture.tenant({ slug: 'acme', number: '+864008000000', agents: 1 });
  tenant.config.logins = [{ agentId: tenant.agents[0]!.id, email: 'bob@acme.example', passwordHash }];
  directory = new TenantDirectory();
  directory.apply(fixture.build());
  awaySinceMs = 0;
  logins = new LocalLogins({
    directory,
    centreAwaySinceMs: () => awaySinceMs,
    clock,
    random: createSeededRandom(1),
  });
});

async function signedIn() {
  const outcome = await logins.login(right, address);
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome;
}

test('an agent signs in by the digest in the ledger, and the page’s pass buys one for the desk', async () => {
  const { token, person } = await signedIn();
  expect(person.agent.id).toBe(tenant.agents[0]!.id);
  expect(logins.personOf(token)).toMatchObject({ email: 'bob@acme.example' });
  const desk = logins.deskToken(person)!;
  expect(logins.believeDesk(desk)).toMatchObject({ agentId: person.agent.id });
  // Neither serves as the other.
  expect(logins.believeDesk(token)).toBeUndefined();
  expect(logins.personOf(desk)).toBeUndefined();
});

test('while the centre is there nobody signs in here; who did before stays', async () => {
  const { token } = await signedIn();
  awaySinceMs = null;
  expect(await logins.login(right, address)).toBe('centre-is-there');
  expect(logins.personOf(token)).toBeDefined();
});

test('a wrong password and an unknown e-mail are told alike, and many of either shut the door for a while', async () => {
  expect(await logins.login({ ...right, password: 'a-wrong-password' }, address)).toBe('wrong');
  expect(await logins.login({ ...right, email: 'nobody@acme.example' }, address)).toBe('wrong');
  // Elsewhere it is the e-mail that is counted.
  for (let guess = 2; guess <= localGuessLimits.freeMax; guess++)
    await logins.login({ ...right, password: 'a-wrong-password' }, `192.0.2.${guess}`);
  expect(await logins.login({ ...right, password: 'a-wrong-password' }, '192.0.2.99')).toBe('locked');
  expect(await logins.login(right, '192.0.2.100')).toBe('locked');
  clock.advance(localGuessLimits.shutMsMin);
  expect(await logins.login(right, '192.0.2.100')).toMatchObject({ person: { email: 'bob@acme.example' } });
});

test('an address that tries many e-mails is shut out, whoever it says it is', async () => {
  for (let guess = 0; guess <= localGuessLimits.freeMax; guess++)
    await logins.login({ email: `${guess}@acme.example`, password: 'a-wrong-password' }, address);
  expect(await logins.login(right, address)).toBe('locked');
});

test('a pass ends with its time, a changed password, an agent removed, and a tenant suspended', async () => {
  const old = await signedIn();
  clock.advance(localPassMs);
  expect(logins.personOf(old.token)).toBeUndefined();

  const changes = [
    () => (tenant.config.logins = [{ ...tenant.config.logins[0]!, passwordHash: 'another' }]),
    () => (tenant.config.agents = []),
    () => (tenant.config.tenant = { ...tenant.config.tenant, state: 'suspended' }),
  ];
  const config = structuredClone(tenant.config);
  for (const change of changes) {
    tenant.config = structuredClone(config);
    directory.apply(fixture.build());
    const { token } = await signedIn();
    change();
    directory.apply(fixture.build());
    expect(logins.personOf(token)).toBeUndefined();
  }
});
