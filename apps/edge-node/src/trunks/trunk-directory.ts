/** The carriers' lines into this node: who is believed by address, where outgoing calls go, how many channels are in use. */
import type { TenantId, TrunkId } from '@seatgrid/core/kernel/ids.ts';
import { calledNumberFor, numberFor, toE164 } from '@seatgrid/core/numbers/number-format.ts';
import { hasFreeChannel, type TrunkDirection } from '@seatgrid/core/numbers/trunk-channels.ts';
import type { NodeConfig, TrunkConfig } from '@seatgrid/contracts/link/node-config.ts';
import { AddressBlocks } from './address-block.ts';

export class TrunkAtNode {
  config: TrunkConfig;
  #sources: AddressBlocks;
  readonly inUse: Record<TrunkDirection, number> = { inbound: 0, outbound: 0 };

  constructor(config: TrunkConfig) {
    this.config = config;
    this.#sources = new AddressBlocks(config.sources);
  }

  get id(): TrunkId {
    return this.config.id;
  }

  hasFreeChannel(direction: TrunkDirection): boolean {
    return hasFreeChannel(this.config, this.inUse, direction);
  }

  /** Whether outside calls of this tenant may leave on it. */
  isFor(tenantId: TenantId): boolean {
    return this.config.tenantIds?.includes(tenantId) ?? true;
  }

  // Numbers as the carrier writes them, and as everything inside means them.

  read(written: string): string {
    const { numberFormat } = this.config;
    return (numberFormat && toE164(written, numberFormat)) ?? written;
  }

  writeCalled(number: string): string {
    const { numberFormat } = this.config;
    return numberFormat ? calledNumberFor(number, numberFormat) : number;
  }

  writeCaller(number: string): string {
    const { numberFormat } = this.config;
    return numberFormat ? numberFor(number, numberFormat) : number;
  }

  apply(config: TrunkConfig): void {
    this.config = config;
    this.#sources = new AddressBlocks(config.sources);
  }

  believes(address: string): boolean {
    return this.#sources.has(address);
  }
}

export class TrunkDirectory {
  #trunks = new Map<TrunkId, TrunkAtNode>();
  /** Source addresses seen, since each call asks twice. */
  #byAddress = new Map<string, TrunkAtNode | null>();

  apply(config: NodeConfig): void {
    const before = this.#trunks;
    this.#byAddress = new Map();
    this.#trunks = new Map();
    for (const trunkConfig of config.trunks) {
      const trunk = before.get(trunkConfig.id) ?? new TrunkAtNode(trunkConfig);
      trunk.apply(trunkConfig);
      this.#trunks.set(trunk.id, trunk);
    }
  }

  byId(id: string): TrunkAtNode | undefined {
    return this.#trunks.get(id as TrunkId);
  }

  byAddress(address: string): TrunkAtNode | undefined {
    let trunk = this.#byAddress.get(address);
    if (trunk === undefined) {
      trunk = null;
      for (const one of this.#trunks.values())
        if (one.believes(address)) {
          trunk = one;
          break;
        }
      // Bounded, as anybody may send from anywhere.
      if (this.#byAddress.size > 10_000) this.#byAddress.clear();
      this.#byAddress.set(address, trunk);
    }
    return trunk ?? undefined;
  }

  /** Trunks that lead outwards, in the order they are configured. */
  outgoing(): readonly TrunkAtNode[] {
    return [...this.#trunks.values()].filter((trunk) => trunk.config.target !== null);
  }
}
