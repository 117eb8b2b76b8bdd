/** The running product as a test meets it: its report, sessions at its API, and waiting for what it should come to. */
import { inject } from 'vitest';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { signIn, type Session } from '../../scripts/seatgrid/house/centre-session.ts';
import type { Report, ReportedLogin } from '../../scripts/seatgrid/house/report.ts';
import { door, run } from './whole-product.ts';

export type TenantSlug = 'lotus' | 'harbor';

export interface Product {
  readonly report: Report;
  readonly sip: { readonly host: string; readonly port: number };
  readonly api: string;
}

export async function theProduct(): Promise<Product> {
  const { output } = await run([door, 'status', '--json', '--data', inject('dataFolder')]);
  const report = JSON.parse(output) as Report;
  const [host, port] = report.addresses!.sip.split(':');
  return { report, sip: { host: host!, port: Number(port) }, api: report.addresses!.api };
}

/** `./seatgrid <words>` on this product. */
export function seatgrid(...words: readonly string[]) {
  return run([door, ...words, '--data', inject('dataFolder')]);
}

export function loginOf(
  product: Product,
  tenant: TenantSlug | null,
  role: ReportedLogin['role'],
  extension?: string,
) {
  const login = product.report.logins.find(
    (one) =>
      one.tenant === tenant && one.role === role && (extension === undefined || one.extension === extension),
  );
  if (!login) throw new Error(`no ${role} of ${tenant ?? 'the platform'} in the report`);
  return login;
}

export async function sessionOf(
  product: Product,
  tenant: TenantSlug | null,
  role: ReportedLogin['role'],
  extension?: string,
): Promise<Session> {
  const { email, password } = loginOf(product, tenant, role, extension);
  return signIn(product.api, email, password);
}

export const numberOf = (product: Product, tenant: TenantSlug) =>
  product.report.numbers.find((one) => one.tenant === tenant)!.number;

/** A caller on the demo trunk. */
export const openCaller = () => TestPhone.open({ address: '127.0.0.1' });

export type CallRecord = ApiReply<'GET /api/calls'>['items'][number];

/** The record of the call from `fromNumber`, once it is ended. */
export function untilRecorded(
  session: Session,
  fromNumber: string,
  deadlineMs = 15_000,
): Promise<CallRecord> {
  return until(
    `the record of the call from ${fromNumber}`,
    async () => {
      const { items } = await session.api.call('GET /api/calls', { query: { number: fromNumber } });
      return items.find((call) => call.endedAtMs !== null);
    },
    deadlineMs,
  );
}

/** Asks until there is an answer. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined | null | false> | Value | undefined | null | false,
  deadlineMs = 15_000,
): Promise<Value> {
  const endsAtMs = performance.now() + deadlineMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > endsAtMs) throw new Error(`after ${deadlineMs} ms still waiting for ${what}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}
