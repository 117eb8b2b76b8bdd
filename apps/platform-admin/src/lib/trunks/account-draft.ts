/** Who we are to a carrier, as the form holds it. */
import type { Trunk } from './trunk.ts';

export interface AccountDraft {
  username: string;
  /** Empty keeps the one that is there. */
  password: string;
  domain: string;
  realm: string;
  registers: boolean;
  expiresSeconds: number;
}

export function accountDraft(account: Trunk['account'] | undefined): AccountDraft {
  return {
    username: account?.username ?? '',
    password: '',
    domain: account?.domain ?? '',
    realm: account?.realm ?? '',
    registers: account?.registers ?? true,
    expiresSeconds: account?.expiresSeconds ?? 600,
  };
}

export function accountOf({ password, ...rest }: AccountDraft) {
  return password === '' ? rest : { ...rest, password };
}
