import type { TenantId } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';

export interface Tenant {
  readonly id: TenantId;
  /** Short name in addresses and SIP domains: `[a-z][a-z0-9-]{1,30}`. */
  readonly slug: string;
  readonly name: string;
  readonly locale: Locale;
  /** IANA zone the tenant's hours and days are told in. */
  readonly timeZone: string;
  readonly state: TenantState;
  readonly quotas: Quotas;
}

export type TenantState = 'active' | 'suspended';

/** C-08: the most a tenant may have at one time. */
export interface Quotas {
  readonly agentsSignedIn: number;
  readonly concurrentCalls: number;
  readonly flows: number;
}

/** The realm and domain a tenant's phones register in: equal extensions of two tenants never meet. */
export function sipDomain(slug: string): string {
  return `${slug}.seatgrid`;
}
