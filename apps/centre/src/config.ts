/** The only reader of the environment: typed, frozen, all faults at once. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CentreConfig {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly dataFolder: string;
  /** Where recordings that nodes bring are kept; one folder for all replicas. */
  readonly recordingsFolder: string;
  /** Owner's address of a PostgreSQL server; the embedded one where absent. */
  readonly databaseUrl: string | undefined;
  readonly embeddedPostgresPort: number | undefined;
  readonly redisUrl: string | undefined;
  /** 32 octets in hexadecimal, shared by all replicas; kept in the data folder where absent. */
  readonly sessionKey: string | undefined;
  /** Behind TLS the cookie is marked Secure. */
  readonly isSecure: boolean;
  readonly firstOperator: { readonly email: string; readonly password: string | undefined };
  readonly tenantPortalFolder: string;
  readonly platformAdminFolder: string;
  /** Who has it may read `/metrics`; without one, this machine alone. */
  readonly metricsToken: string | undefined;
  /** Absent: nobody is mailed. */
  readonly mail: { readonly smtpUrl: string; readonly from: string } | undefined;
  /** `espeak-ng`, or a path to it: what a voice is tried by, and phonemes are had from. */
  readonly synthesiser: string;
  /** Where natural voices are installed, or are not. */
  readonly voicesFolder: string;
  /** Where people reach the portals. */
  readonly publicUrl: string | undefined;
  readonly logLevel: (typeof logLevels)[number];
}

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
const repository = fileURLToPath(new URL('../../../', import.meta.url));

export class ConfigFault extends Error {
  override readonly name = 'ConfigFault';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The centre cannot start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

export function readConfig(environment: Readonly<Record<string, string | undefined>>): CentreConfig {
  const faults: string[] = [];
  const text = (name: string) => environment[name]?.trim() || undefined;
  const port = (name: string) => {
    const given = text(name);
    if (given === undefined) return undefined;
    const value = Number(given);
    if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
    faults.push(`${name} is "${given}": a port is a whole number from 0 to 65535`);
    return undefined;
  };
  const url = (name: string, protocols: readonly string[]) => {
    const given = text(name);
    if (given === undefined) return undefined;
    if (URL.canParse(given) && protocols.includes(new URL(given).protocol)) return given;
    faults.push(
      `${name} is not an address that begins with ${protocols.map((one) => `${one}//`).join(' or ')}`,
    );
    return undefined;
  };
  const sessionKey = text('SESSION_KEY');
  if (sessionKey !== undefined && !/^[0-9a-fA-F]{64}$/.test(sessionKey))
    faults.push('SESSION_KEY is not 32 octets in hexadecimal: make one with `openssl rand -hex 32`');
  const operatorPassword = text('CENTRE_OPERATOR_PASSWORD');
  if (operatorPassword !== undefined && operatorPassword.length < 10)
    faults.push('CENTRE_OPERATOR_PASSWORD has fewer than 10 characters');
  const logLevel = text('LOG_LEVEL') ?? 'info';
  if (!logLevels.some((level) => level === logLevel))
    faults.push(`LOG_LEVEL is "${logLevel}": one of ${logLevels.join(', ')}`);
  const secure = text('CENTRE_SECURE');
  if (secure !== undefined && secure !== 'yes' && secure !== 'no')
    faults.push(`CENTRE_SECURE is "${secure}": yes or no`);
  const metricsToken = text('CENTRE_METRICS_TOKEN');
  if (metricsToken !== undefined && metricsToken.length < 16)
    faults.push('CENTRE_METRICS_TOKEN has fewer than 16 characters');
  const smtpUrl = url('CENTRE_SMTP_URL', ['smtp:', 'smtps:']);
  const mailFrom = text('CENTRE_MAIL_FROM');
  if (smtpUrl !== undefined && !/^[^\s@]+@[^\s@]+$/.test(mailFrom ?? ''))
    faults.push('CENTRE_MAIL_FROM is no e-mail address: with CENTRE_SMTP_URL it says who mails come from');
  const dataFolder = resolve(text('CENTRE_DATA') ?? resolve(repository, 'data/centre'));
  const config: CentreConfig = {
    host: text('CENTRE_HOST') ?? '127.0.0.1',
    port: port('CENTRE_PORT') ?? 7400,
    dataFolder,
    recordingsFolder: resolve(text('CENTRE_RECORDINGS') ?? resolve(dataFolder, 'recordings')),
    databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']),
    embeddedPostgresPort: port('CENTRE_POSTGRES_PORT'),
    redisUrl: url('REDIS_URL', ['redis:', 'rediss:']),
    sessionKey,
    isSecure: secure === 'yes',
    firstOperator: {
      email: text('CENTRE_OPERATOR_EMAIL') ?? 'operator@seatgrid.example',
      password: operatorPassword,
    },
    tenantPortalFolder: resolve(
      text('TENANT_PORTAL_FOLDER') ?? resolve(repository, 'apps/tenant-portal/build'),
    ),
    platformAdminFolder: resolve(
      text('PLATFORM_ADMIN_FOLDER') ?? resolve(repository, 'apps/platform-admin/build'),
    ),
    metricsToken,
    mail: smtpUrl === undefined ? undefined : { smtpUrl, from: mailFrom ?? '' },
    synthesiser: text('SYNTHESISER') ?? 'espeak-ng',
    voicesFolder: resolve(text('CENTRE_VOICES') ?? resolve(repository, 'data/voices')),
    publicUrl: url('CENTRE_PUBLIC_URL', ['http:', 'https:'])?.replace(/\/$/, ''),
    logLevel: logLevel as CentreConfig['logLevel'],
  };
  if (faults.length > 0) throw new ConfigFault(faults);
  return Object.freeze(config);
}
