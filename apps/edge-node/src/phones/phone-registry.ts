/** Which desk phones are registered where: bindings by tenant and extension, as the SIP stack proved them. */
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { SipBinding } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';

export class PhoneRegistry {
  readonly #clock: Clock;
  readonly #bindings = new Map<string, readonly SipBinding[]>();
  readonly #listeners = new Set<(tenant: TenantAtNode, extension: string) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(tenant: TenantAtNode, extension: string, bindings: readonly SipBinding[]): void {
    const key = `${tenant.id}/${extension}`;
    if (bindings.length === 0) this.#bindings.delete(key);
    else this.#bindings.set(key, bindings);
    for (const listener of this.#listeners) listener(tenant, extension);
  }

  /** Extensions with a phone, as far as anybody has told that one is gone. */
  get count(): number {
    return this.#bindings.size;
  }

  bindingsOf(tenant: TenantAtNode, extension: string): readonly SipBinding[] {
    const bindings = this.#bindings.get(`${tenant.id}/${extension}`);
    if (!bindings) return [];
    const nowMs = this.#clock.nowMs();
    return bindings.filter((binding) => binding.expiresAtMs > nowMs);
  }

  isRegistered(tenant: TenantAtNode, extension: string): boolean {
    return this.bindingsOf(tenant, extension).length > 0;
  }

  extensionsOf(tenantId: TenantId): string[] {
    const nowMs = this.#clock.nowMs();
    const own = `${tenantId}/`;
    const extensions: string[] = [];
    for (const [key, bindings] of this.#bindings)
      if (key.startsWith(own) && bindings.some(({ expiresAtMs }) => expiresAtMs > nowMs))
        extensions.push(key.slice(own.length));
    return extensions;
  }

  onChange(listener: (tenant: TenantAtNode, extension: string) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
