/** Every tenant of the node, found by id, by SIP domain and by number dialled. Filled from each generation of `NodeConfig`. */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { DidId, SiteId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { WebButton, WebButtonId } from '@seatgrid/core/numbers/web-button.ts';
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import { DidIndex } from './did-index.ts';
import { TenantAtNode } from './tenant-at-node.ts';

export interface DidAtNode {
  readonly id: DidId;
  readonly number: string;
  readonly tenant: TenantAtNode;
}

export interface WebButtonAtNode {
  readonly button: WebButton;
  readonly did: DidAtNode;
}

export class TenantDirectory {
  /** Where this node stands. */
  siteId: SiteId | null = null;
  readonly #tenants = new Map<TenantId, TenantAtNode>();
  #byDomain = new Map<string, TenantAtNode>();
  #bySlug = new Map<string, TenantAtNode>();
  #webButtons = new Map<WebButtonId, WebButtonAtNode>();
  #dids = new DidIndex<DidAtNode>([]);
  readonly #listeners = new Set<(tenant: TenantAtNode) => void>();

  apply(config: NodeConfig): void {
    this.siteId = config.siteId;
    const named = new Set<TenantId>();
    const dids: DidAtNode[] = [];
    this.#byDomain = new Map();
    this.#bySlug = new Map();
    this.#webButtons = new Map();
    for (const tenantConfig of config.tenants) {
      named.add(tenantConfig.tenant.id);
      let tenant = this.#tenants.get(tenantConfig.tenant.id);
      if (tenant) tenant.apply(tenantConfig);
      else this.#tenants.set(tenantConfig.tenant.id, (tenant = new TenantAtNode(tenantConfig)));
      this.#byDomain.set(tenant.sipDomain, tenant);
      this.#bySlug.set(tenant.tenant.slug, tenant);
      for (const did of tenantConfig.dids) dids.push({ ...did, tenant });
      for (const button of tenantConfig.webButtons) {
        const did = tenantConfig.dids.find(({ id }) => id === button.didId);
        if (did) this.#webButtons.set(button.id, { button, did: { ...did, tenant } });
      }
    }
    this.#dids = new DidIndex(dids);
    for (const tenant of this.#tenants.values()) {
      if (!named.has(tenant.id)) {
        tenant.isPresent = false;
        this.#tenants.delete(tenant.id);
      }
      for (const listener of this.#listeners) listener(tenant);
    }
  }

  /** Told of every tenant after each generation, the removed ones included. */
  onApplied(listener: (tenant: TenantAtNode) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  all(): Iterable<TenantAtNode> {
    return this.#tenants.values();
  }

  byId(id: TenantId): TenantAtNode | undefined {
    return this.#tenants.get(id);
  }

  byDomain(domain: string): TenantAtNode | undefined {
    return this.#byDomain.get(domain.toLowerCase());
  }

  bySlug(slug: string): TenantAtNode | undefined {
    return this.#bySlug.get(slug.toLowerCase());
  }

  byNumber(dialled: string): DidAtNode | undefined {
    return this.#dids.find(dialled);
  }

  /** Undefined too where its number is no longer the tenant's. */
  webButton(id: string): WebButtonAtNode | undefined {
    return this.#webButtons.get(id as WebButtonId);
  }

  /** The one tenant with this extension; undefined where several or none have it. */
  onlyWithExtension(extension: string): TenantAtNode | undefined {
    let found: TenantAtNode | undefined;
    for (const tenant of this.#tenants.values()) {
      if (!tenant.secrets.has(extension)) continue;
      if (found) return undefined;
      found = tenant;
    }
    return found;
  }
}
