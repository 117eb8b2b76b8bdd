/**
 * Which tenant a phone speaks for, before it has proven anything: by the domain it was set up with (`1001@demo.seatgrid`),
 * by `<slug>-1001` where the phone knows no more than an address, or by an extension only one tenant has.
 */
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';

export function tenantOfPhone(
  directory: TenantDirectory,
  claim: { readonly fromUser: string; readonly fromHost: string; readonly requestHost: string },
): TenantAtNode | undefined {
  const byDomain = directory.byDomain(claim.fromHost) ?? directory.byDomain(claim.requestHost);
  if (byDomain) return byDomain;
  const dash = claim.fromUser.lastIndexOf('-');
  if (dash > 0) {
    const tenant = directory.bySlug(claim.fromUser.slice(0, dash));
    if (tenant?.secrets.has(claim.fromUser.slice(dash + 1))) return tenant;
  }
  return directory.onlyWithExtension(claim.fromUser);
}

/** `1001`, or `demo-1001` → `1001`. */
export function extensionOf(tenant: TenantAtNode, username: string): string {
  const slug = `${tenant.tenant.slug}-`;
  return username.startsWith(slug) ? username.slice(slug.length) : username;
}
