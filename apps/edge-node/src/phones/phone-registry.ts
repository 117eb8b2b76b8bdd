/** Which desk phones are registered where: bindings by tenant and extension, as the SIP stack proved them. */
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { SipBinding } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';

export class PhoneRegistry {
  readonly #clock: Clock;
  /** By tenant, by extension: asked at every ring, so that no key is put together for it. */
  readonly #bindings = new Map<TenantId, Map<string, readonly SipBinding[]>>();
  readonly #listeners = new Set<(tenant: TenantAtNode, extension: string) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(tenant: TenantAtNode, extension: string, bindings: readonly SipBinding[]): void {
    const own = this.#bindings.get(tenant.id);
    if (bindings.length === 0) own?.delete(extension);
    else if (own) own.set(extension, bindings);
    else this.#bindings.set(tenant.id, new Map([[extension, bindings]]));
    for (const listener of this.#listeners) listener(tenant, extension);
  }

  /** Extensions with a phone, as far as anybody has told that one is gone. */
  get count(): number {
    let count = 0;
    for (const own of this.#bindings.values()) count += own.size;
    return count;
  }

  bindingsOf(tenant: TenantAtNode, extension: string): readonly SipBinding[] {
    const bindings = this.#bindings.get(tenant.id)?.get(extension);
    if (!bindings) return [];
    const nowMs = this.#clock.nowMs();
    return bindings.filter((binding) => binding.expiresAtMs > nowMs);
  }

  isRegistered(tenant: TenantAtNode, extension: string): boolean {
    const bindings = this.#bindings.get(tenant.id)?.get(extension);
    return bindings !== undefined && hasLiving(bindings, this.#clock.nowMs());
  }

  extensionsOf(tenantId: TenantId): string[] {
    const nowMs = this.#clock.nowMs();
    const extensions: string[] = [];
    for (const [extension, bindings] of this.#bindings.get(tenantId) ?? [])
      if (hasLiving(bindings, nowMs)) extensions.push(extension);
    return extensions;
  }

  onChange(listener: (tenant: TenantAtNode, extension: string) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function hasLiving(bindings: readonly SipBinding[], nowMs: number): boolean {
  return bindings.some(({ expiresAtMs }) => expiresAtMs > nowMs);
}
