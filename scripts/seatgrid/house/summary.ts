/** The report for a person: addresses, logins by role, numbers and how to ring them. */
import type { Installation } from './installation.ts';
import { columns, frame, padColumns, paint } from './progress.ts';
import { report, type Report } from './report.ts';

export async function summary(installation: Installation, took: string): Promise<string> {
  const now = await report(installation);
  return frame(`Seatgrid is up, in ${took}`, lines(now));
}

export function lines(now: Report): string[] {
  const addresses = now.addresses!;
  const rows: string[] = [
    '',
    ...columnsOf([
      [paint.bold('Tenant portal'), addresses.tenantPortal],
      [paint.bold('Platform console'), addresses.platformConsole],
      [paint.bold('API document'), addresses.apiDocument],
      [paint.bold('SIP, UDP and TCP'), addresses.sip],
    ]),
    '',
    paint.bold('Sign in'),
    ...columnsOf(now.logins.map((login) => [`  ${login.tenant ?? 'platform'}`, login.role + (login.extension ? ` ${login.extension}` : ''), login.name, login.email, login.password])),
  ]; // prettier-ignore
  if (now.numbers.length > 0)
    rows.push(
      '',
      paint.bold('Ring'),
      ...columnsOf(now.numbers.map((one) => [`  ${one.number}`, one.name, paint.blue(one.try)])),
      '',
      paint.bold('Desk phones') + paint.dim('  (any SIP phone or softphone)'),
      ...columnsOf(now.phones.map((phone) => [`  ${phone.tenant}`, `user ${phone.extension}`, `domain ${phone.domain}`, `proxy ${phone.proxy}`, `password ${phone.password}`])),
    ); // prettier-ignore
  rows.push('', paint.dim(`Data and logs: ${now.dataFolder}`), '');
  return rows;
}

function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, columns(cell))));
  return rows.map((row) =>
    row
      .map((cell, at) => padColumns(cell, widths[at]!))
      .join('  ')
      .trimEnd(),
  );
}
