/**
 * B-08: how outside calls of a tenant leave this node: the outbound rule that binds whoever dials, the trunks it
 * names as far as they end here, and the number the called party sees. Without a rule every trunk the tenant may use is one.
 */
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { callerNumberOf } from '@seatgrid/core/numbers/caller-number.ts';
import { outboundRuleOf, type OutboundRule } from '@seatgrid/core/numbers/outbound-rule.ts';
import { selectTrunks } from '@seatgrid/core/numbers/select-trunks.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import type { TrunkAtNode, TrunkDirectory } from './trunk-directory.ts';

export interface WayOut {
  readonly tenant: TenantAtNode;
  readonly rule: OutboundRule | undefined;
  /** What the called party sees unless somebody says otherwise. */
  readonly callerNumber: string;
  /** Set where the rule binds a number, which nobody then says otherwise. */
  readonly boundNumber: string | null;
}

export class WaysOut {
  readonly #directory: TenantDirectory;
  readonly #trunks: TrunkDirectory;
  readonly #random: Random;
  /** By rule: the trunk its last call was dialled over. */
  readonly #lastUsed = new WeakMap<TenantAtNode, Map<string, TrunkAtNode>>();

  constructor(directory: TenantDirectory, trunks: TrunkDirectory, random: Random) {
    this.#directory = directory;
    this.#trunks = trunks;
    this.#random = random;
  }

  /** `agentId` null: of what flows dial. */
  of(tenant: TenantAtNode, agentId: AgentId | null): WayOut {
    const { outboundRules, dids } = tenant.config;
    const rule = outboundRuleOf(outboundRules, agentId);
    const callerNumber = callerNumberOf(dids, rule, this.#directory.siteId);
    const isBound = rule?.callerDidId != null && dids.some((did) => did.id === rule.callerDidId);
    return { tenant, rule, callerNumber, boundNumber: isBound ? callerNumber : null };
  }

  /** Every trunk such a call may leave on, in the rule's order. */
  trunks({ tenant, rule }: WayOut): readonly TrunkAtNode[] {
    const usable = this.#trunks.outgoing(tenant.id);
    if (!rule) return usable;
    return rule.trunkIds.flatMap((id) => usable.find((trunk) => trunk.id === id) ?? []);
  }

  hasFreeTrunk(way: WayOut): boolean {
    return this.trunks(way).some((trunk) => this.isFree(trunk));
  }

  isFree(trunk: TrunkAtNode): boolean {
    return (
      this.#trunks.byId(trunk.id) === trunk &&
      trunk.config.target !== null &&
      trunk.hasFreeChannel('outbound')
    );
  }

  /** Those that can take a call now, in the order they are to be tried for it. */
  order(way: WayOut): readonly TrunkAtNode[] {
    const { tenant, rule } = way;
    const lastUsed = rule && this.#lastUsed.get(tenant)?.get(rule.id);
    const ordered = selectTrunks(rule?.selection ?? 'in-order', this.trunks(way), lastUsed, this.#random);
    const up: TrunkAtNode[] = [];
    const down: TrunkAtNode[] = [];
    for (const trunk of ordered) if (this.isFree(trunk)) (trunk.isDown ? down : up).push(trunk);
    // One that is down is tried where nothing better is left: a wrong belief must not cost the call.
    return down.length === 0 ? up : [...up, ...down];
  }

  /** Rotation goes on behind this trunk. */
  used({ tenant, rule }: WayOut, trunk: TrunkAtNode): void {
    if (rule?.selection !== 'rotation') return;
    const ofTenant = this.#lastUsed.get(tenant) ?? new Map<string, TrunkAtNode>();
    ofTenant.set(rule.id, trunk);
    this.#lastUsed.set(tenant, ofTenant);
  }
}
