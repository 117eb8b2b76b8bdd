/**
 * What each tenant's extensions may take of the processor: a store that fills as time passes and empties by what runs took, so that
 * now and then much is no matter, and much for long is.
 */
import { extensionProcessorShare, extensionStoredMsMax } from './limits.ts';

export interface ShareLimits {
  /** Of one processor, in the long run. */
  readonly share: number;
  readonly storedMsMax: number;
}

export class ProcessorShares {
  readonly #limits: ShareLimits;
  readonly #stores = new Map<string, { readonly leftMs: number; readonly atMs: number }>();

  constructor(limits: ShareLimits = { share: extensionProcessorShare, storedMsMax: extensionStoredMsMax }) {
    this.#limits = limits;
  }

  /** Whether there is any left. */
  has(tenantId: string, nowMs: number): boolean {
    return this.#left(tenantId, nowMs) > 0;
  }

  took(tenantId: string, processorMs: number, nowMs: number): void {
    const leftMs = this.#left(tenantId, nowMs) - processorMs;
    this.#stores.set(tenantId, { leftMs, atMs: nowMs });
  }

  #left(tenantId: string, nowMs: number): number {
    const store = this.#stores.get(tenantId);
    const { share, storedMsMax } = this.#limits;
    if (!store) return storedMsMax;
    return Math.min(storedMsMax, store.leftMs + Math.max(0, nowMs - store.atMs) * share);
  }
}
