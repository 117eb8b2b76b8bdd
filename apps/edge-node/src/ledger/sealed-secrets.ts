/**
 * Passwords of carriers and of connectors, and digests of agents' passwords, as they lie in the ledger: AES-256-GCM under the node's key,
 * bound to their trunk, connector or agent. Whoever gets hold of the file alone (a backup, a bundle for support, a disk that was sent away) reads none of them.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '@seatgrid/core/kernel/random.ts';

const cipher = 'aes-256-gcm';
const ivOctets = 12;
const tagOctets = 16;

interface StoredConfig {
  readonly trunks?: readonly StoredTrunk[];
  readonly tenants?: readonly StoredTenant[];
}

interface StoredTenant {
  readonly connectors?: readonly StoredConnector[];
  readonly logins?: readonly StoredLogin[];
}

interface StoredLogin {
  readonly agentId?: unknown;
  readonly passwordHash?: unknown;
}

interface StoredTrunk {
  readonly id?: unknown;
  readonly account?: { readonly password?: unknown } | null;
}

interface StoredConnector {
  readonly id?: unknown;
  readonly secrets?: Readonly<Record<string, unknown>>;
}

interface Sealed {
  /** Base64 of IV, ciphertext and tag. */
  readonly sealed: string;
}

/** `of` names the place a secret belongs to. What comes back takes its place; null takes an account, a connector's secret, or a login away. */
type Change = (secret: unknown, of: string) => unknown;

export function hasOpenSecrets(config: unknown): boolean {
  let isOpen = false;
  changeSecrets(config, (secret) => {
    isOpen ||= typeof secret === 'string';
    return secret;
  });
  return isOpen;
}

/** The same configuration, unknown fields included, without a password that can be read. */
export function sealSecrets(config: unknown, key: Uint8Array, random: Random): unknown {
  return changeSecrets(config, (secret, of) =>
    typeof secret === 'string' ? seal(secret, { key, of, random }) : secret,
  );
}

/** `lost`: how many could not be opened; their trunks are without an account, their connectors without a password, their agents without a login here then. */
export function openSecrets(
  config: unknown,
  key: Uint8Array,
): { readonly config: unknown; readonly lost: number } {
  let lost = 0;
  const opened = changeSecrets(config, (secret, of) => {
    // Ledgers of before have it open.
    if (!isSealed(secret)) return secret;
    const text = unseal(secret, { key, of });
    if (text === undefined) lost++;
    return text ?? null;
  });
  return { config: opened, lost };
}

function changeSecrets(config: unknown, change: Change): unknown {
  const { trunks, tenants } = config as StoredConfig;
  return {
    ...(config as StoredConfig),
    ...(trunks && { trunks: trunks.map((trunk) => changeAccount(trunk, change)) }),
    ...(tenants && {
      tenants: tenants.map(({ connectors, logins, ...tenant }) => ({
        ...tenant,
        ...(connectors && { connectors: connectors.map((one) => changeConnector(one, change)) }),
        ...(logins && { logins: logins.flatMap((one) => changeLogin(one, change)) }),
      })),
    }),
  };
}

function changeLogin(login: StoredLogin, change: Change): StoredLogin[] {
  const passwordHash = change(login.passwordHash, `login ${String(login.agentId)}`);
  return passwordHash === null ? [] : [{ ...login, passwordHash }];
}

function changeAccount(trunk: StoredTrunk, change: Change): StoredTrunk {
  if (!trunk.account) return trunk;
  const password = change(trunk.account.password, `trunk ${String(trunk.id)}`);
  return { ...trunk, account: password === null ? null : { ...trunk.account, password } };
}

function changeConnector(connector: StoredConnector, change: Change): StoredConnector {
  if (!connector.secrets) return connector;
  const secrets = Object.entries(connector.secrets).map(([name, secret]) => [
    name,
    secret === null ? null : change(secret, `connector ${String(connector.id)} ${name}`),
  ]);
  return { ...connector, secrets: Object.fromEntries(secrets) as Record<string, unknown> };
}

function isSealed(password: unknown): password is Sealed {
  return typeof (password as Partial<Sealed> | null | undefined)?.sealed === 'string';
}

function seal(
  text: string,
  { key, of, random }: { readonly key: Uint8Array; readonly of: string; readonly random: Random },
): Sealed {
  const iv = random.bytes(ivOctets);
  const sealing = createCipheriv(cipher, key, iv).setAAD(Buffer.from(of));
  const octets = [iv, sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()];
  return { sealed: Buffer.concat(octets).toString('base64') };
}

/** Undefined where the key is another, the place is another, or a bit has changed. */
function unseal(
  { sealed }: Sealed,
  { key, of }: { readonly key: Uint8Array; readonly of: string },
): string | undefined {
  const octets = Buffer.from(sealed, 'base64');
  if (octets.length < ivOctets + tagOctets) return undefined;
  const end = octets.length - tagOctets;
  const opening = createDecipheriv(cipher, key, octets.subarray(0, ivOctets))
    .setAAD(Buffer.from(of))
    .setAuthTag(octets.subarray(end));
  try {
    return Buffer.concat([opening.update(octets.subarray(ivOctets, end)), opening.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
