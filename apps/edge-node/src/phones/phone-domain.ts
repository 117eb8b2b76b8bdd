/**
 * Which tenant a phone speaks for, before it has proven anything: by the domain it was set up with (`1001@demo.seatgrid`),
 * by `<slug>-1001` where the phone knows no more than an address, or by an extension only one tenant has. The answer does not
 * tell whether the phone exists.
 */
import { hash } from 'node:crypto';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';

export function tenantOfPhone(
  directory: TenantDirectory,
  claim: { readonly fromUser: string; readonly fromHost: string; readonly requestHost: string },
): TenantAtNode | undefined {
  const byDomain = directory.byDomain(claim.fromHost) ?? directory.byDomain(claim.requestHost);
  if (byDomain) return byDomain;
  const dash = claim.fromUser.lastIndexOf('-');
  const bySlug = dash > 0 ? directory.bySlug(claim.fromUser.slice(0, dash)) : undefined;
  return bySlug ?? directory.onlyWithExtension(claim.fromUser) ?? standIn(directory, claim.fromUser);
}

/**
 * For an extension nobody has, or several: always the same tenant, which nobody can foretell who does not know our ids. Whoever
 * tries extensions hears the same challenge for each.
 */
function standIn(directory: TenantDirectory, extension: string): TenantAtNode | undefined {
  if (!/^\d{2,8}$/.test(extension)) return undefined;
  let chosen: TenantAtNode | undefined;
  let least = '';
  for (const tenant of directory.all()) {
    const lot = hash('sha256', `${tenant.id} ${extension}`);
    if (chosen && lot >= least) continue;
    chosen = tenant;
    least = lot;
  }
  return chosen;
}

/** `1001`, or `demo-1001` → `1001`. */
export function extensionOf(tenant: TenantAtNode, username: string): string {
  const slug = `${tenant.tenant.slug}-`;
  return username.startsWith(slug) ? username.slice(slug.length) : username;
}
