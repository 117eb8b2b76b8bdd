/** What an installation is right now, as one plain object: `status --json` prints it, `status`, `up` and tests read it. */
import type { NodeHealth } from '@seatgrid/contracts/realtime/frames.ts';
import { demoTenants } from '../../demo/demo-tenants.ts';
import { signIn } from './centre-session.ts';
import type { Installation, ProcessName } from './installation.ts';
import { centreOrigin, reach } from './processes.ts';

export interface Report {
  readonly isRunning: boolean;
  readonly dataFolder: string;
  readonly processes: readonly {
    readonly name: ProcessName;
    readonly pid: number | null;
    readonly log: string;
  }[];
  readonly addresses: {
    readonly tenantPortal: string;
    readonly platformConsole: string;
    readonly api: string;
    readonly apiDocument: string;
    readonly sip: string;
    readonly desk: string;
    readonly nodeLocalApi: string;
  } | null;
  readonly centre: 'answers' | 'silent';
  readonly nodes: readonly NodeHealth[];
  readonly logins: readonly ReportedLogin[];
  readonly numbers: readonly {
    readonly number: string;
    readonly tenant: string;
    readonly name: string;
    readonly try: string;
  }[];
  readonly phones: readonly {
    readonly tenant: string;
    readonly extension: string;
    readonly domain: string;
    readonly proxy: string;
    readonly password: string;
  }[];
}

export interface ReportedLogin {
  readonly role: 'operator' | 'administrator' | 'supervisor' | 'agent';
  readonly tenant: string | null;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly extension: string | null;
}

export async function report(installation: Installation): Promise<Report> {
  const state = installation.read();
  const secrets = installation.readSecrets();
  const alive = installation.alive();
  const names: ProcessName[] = ['centre', 'node'];
  const origin = state && centreOrigin(state);
  const shown = state && `http://${state.publicAddress}:${state.ports.web}`;
  const nodes =
    origin && secrets && alive.has('centre') ? await healthOf(origin, secrets.operator) : undefined;
  const hasDemo = state?.hasDemo && secrets !== undefined;
  return {
    isRunning: names.every((name) => alive.has(name)),
    dataFolder: installation.folder,
    processes: names.map((name) => ({ name, pid: alive.get(name)?.pid ?? null, log: installation.log(name) })),
    addresses: shown
      ? {
          tenantPortal: `${shown}/`,
          platformConsole: `${shown}/admin/`,
          api: origin!,
          apiDocument: `${shown}/api/openapi.json`,
          sip: `${state.publicAddress}:${state.ports.sip}`,
          desk: `ws://${state.publicAddress}:${state.ports.desk}/desk`,
          nodeLocalApi: `http://127.0.0.1:${state.ports.local}`,
        }
      : null,
    centre: nodes ? 'answers' : 'silent',
    nodes: nodes ?? [],
    logins: [
      ...(secrets ? [{ role: 'operator' as const, tenant: null, name: 'Platform operator', ...secrets.operator, extension: null }] : []),
      ...(hasDemo ? demoTenants.flatMap((tenant) => tenant.people.map((person): ReportedLogin => ({ role: person.role, tenant: tenant.slug, name: person.name, email: person.email, password: secrets.demoPassword, extension: person.role === 'agent' ? person.extension : null }))) : []),
    ],
    numbers: hasDemo ? demoTenants.map((tenant) => ({ number: tenant.number, tenant: tenant.slug, name: tenant.name, try: tenant.try + installation.flags })) : [],
    phones: hasDemo
      ? demoTenants.flatMap((tenant) =>
          tenant.people.flatMap((person) =>
            person.role === 'agent'
              ? [{ tenant: tenant.slug, extension: person.extension, domain: `${tenant.slug}.seatgrid`, proxy: `${reach(state.publicAddress)}:${state.ports.sip}`, password: secrets.phonePassword }]
              : [],
          ),
        )
      : [],
  }; // prettier-ignore
}

async function healthOf(
  origin: string,
  operator: { readonly email: string; readonly password: string },
): Promise<readonly NodeHealth[] | undefined> {
  try {
    const { api } = await signIn(origin, operator.email, operator.password);
    return (await api.call('GET /api/platform/nodes')).items.map((node) => node.health);
  } catch {
    return undefined;
  }
}
