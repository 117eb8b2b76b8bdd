/**
 * Carriers' passwords as they lie in the ledger: AES-256-GCM under the node's key, bound to their trunk. Whoever gets hold of the
 * file alone (a backup, a bundle for support, a disk that was sent away) reads none of them.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '@seatgrid/core/kernel/random.ts';

const cipher = 'aes-256-gcm';
const ivOctets = 12;
const tagOctets = 16;

interface StoredConfig {
  readonly trunks?: readonly StoredTrunk[];
}

interface StoredTrunk {
  readonly id?: unknown;
  readonly account?: { readonly password?: unknown } | null;
}

interface Sealed {
  /** Base64 of IV, ciphertext and tag. */
  readonly sealed: string;
}

export function hasOpenSecrets(config: unknown): boolean {
  return trunksOf(config).some(({ account }) => typeof account?.password === 'string');
}

/** The same configuration, unknown fields included, without a password that can be read. */
export function sealSecrets(config: unknown, key: Uint8Array, random: Random): unknown {
  return withAccounts(config, (account, of) =>
    typeof account.password === 'string'
      ? { ...account, password: seal(account.password, { key, of, random }) }
      : account,
  );
}

/** `lost`: how many could not be opened; their trunks are without an account then. */
export function openSecrets(
  config: unknown,
  key: Uint8Array,
): { readonly config: unknown; readonly lost: number } {
  let lost = 0;
  const opened = withAccounts(config, (account, of) => {
    // Ledgers of before have it open.
    if (!isSealed(account.password)) return account;
    const password = unseal(account.password, { key, of });
    if (password === undefined) lost++;
    return password === undefined ? null : { ...account, password };
  });
  return { config: opened, lost };
}

function withAccounts(
  config: unknown,
  change: (account: NonNullable<StoredTrunk['account']>, of: string) => StoredTrunk['account'],
): unknown {
  const trunks = trunksOf(config);
  if (!trunks.some(({ account }) => account)) return config;
  return {
    ...(config as StoredConfig),
    trunks: trunks.map((trunk) =>
      trunk.account ? { ...trunk, account: change(trunk.account, `trunk ${String(trunk.id)}`) } : trunk,
    ),
  };
}

function trunksOf(config: unknown): readonly StoredTrunk[] {
  return (config as StoredConfig).trunks ?? [];
}

function isSealed(password: unknown): password is Sealed {
  return typeof (password as Partial<Sealed> | undefined)?.sealed === 'string';
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

/** Undefined where the key is another, the trunk is another, or a bit has changed. */
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
