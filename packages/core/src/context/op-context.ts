import type { TenantId, UserId } from '../kernel/ids.ts';
import type { Role } from './access.ts';

/** Who acts, for which tenant: first argument of every store and use case. */
export type OpContext = TenantContext | PlatformContext;

export interface TenantContext {
  readonly kind: 'tenant';
  readonly tenantId: TenantId;
  readonly actor: Actor;
}

/** Platform staff acting on the platform itself; never reaches into a tenant's rows. */
export interface PlatformContext {
  readonly kind: 'platform';
  readonly actor: Actor;
}

export type Actor =
  | { readonly kind: 'user'; readonly userId: UserId; readonly name: string; readonly role: Role }
  | { readonly kind: 'node'; readonly nodeId: string }
  | { readonly kind: 'platform'; readonly duty: string };
