/** A-18, B-08: which number the called party sees. */
import type { DidId, SiteId } from '../kernel/ids.ts';
import type { OutboundRule } from './outbound-rule.ts';

/** A public number, and the site whose local number it is. */
export interface PlacedDid {
  readonly id: DidId;
  readonly number: string;
  readonly siteId: SiteId | null;
}

/** The number the rule binds, else the local one of the agent's site, else the tenant's first; '' where it has none. */
export function callerNumberOf(
  dids: readonly PlacedDid[],
  rule: Pick<OutboundRule, 'callerDidId'> | undefined,
  siteId: SiteId | null,
): string {
  const bound = rule?.callerDidId ? dids.find((did) => did.id === rule.callerDidId) : undefined;
  const local = siteId === null ? undefined : dids.find((did) => did.siteId === siteId);
  return (bound ?? local ?? dids[0])?.number ?? '';
}
