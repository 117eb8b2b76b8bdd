/**
 * What this node may take of each tenant's quotas (C-08): its share, from its own ledger, with or without the centre. The centre is told
 * what is held and used when it matters, and asked for more while there is still some to spare: nothing waits for its answer. Of a
 * tenant it was never told of it has the whole: new to the tenant, alone from the beginning, or with a centre that shares nothing out.
 */
import { sharesToldMax, type QuotaHeld, type QuotaShare } from '@seatgrid/contracts/link/share-messages.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import {
  givenUp,
  heardShare,
  isSame,
  spareOf,
  urgencyOf,
  type HeldShare,
  type Urgency,
} from '@seatgrid/core/tenancy/held-share.ts';
import { noShare, type Shared } from '@seatgrid/core/tenancy/quota-shares.ts';
import type { ShareLedger } from '../ledger/share-ledger.ts';
import { shareTellEveryMs, shareTellSoonMs } from '../limits.ts';
import type { NodeLog } from '../node-log.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';

/** A tenant as its quotas see it. */
export type Taker = Pick<TenantAtNode, 'id' | 'tenant' | 'callsNow'>;

export interface NodeSharesOptions {
  readonly ledger: ShareLedger;
  readonly clock: Clock;
  readonly log: NodeLog;
  readonly tenants: () => Iterable<Taker>;
  readonly signedIn: (tenant: Taker) => number;
  /** Not at all while the link is down. */
  readonly tell: (message: QuotaHeld) => void;
}

interface Kept {
  readonly tenant: Taker;
  share: HeldShare;
  /** What there was to spare when the centre and we last heard of each other. */
  spareSaid: Shared;
  /** Said, and not answered. */
  isOpen: boolean;
  saidAtMs: number;
  urgency: Urgency;
  cancel: Cancel;
}

export class NodeShares {
  readonly #options: NodeSharesOptions;
  readonly #kept = new Map<TenantId, Kept>();
  /** What the ledger held at the start. */
  readonly #written: ReadonlyMap<TenantId, HeldShare>;
  #isUp = false;

  constructor(options: NodeSharesOptions) {
    this.#options = options;
    this.#written = options.ledger.read();
  }

  mayCall(tenant: Taker): boolean {
    return tenant.callsNow < this.mayTake(tenant).concurrentCalls;
  }

  maySignIn(tenant: Taker): boolean {
    return this.#options.signedIn(tenant) < this.mayTake(tenant).agentsSignedIn;
  }

  /** At one time, all together. */
  mayTake({ id, tenant: { quotas } }: Taker): Shared {
    const { share } = this.#kept.get(id) ?? {};
    const held = share && share.number > 0 ? share.held : quotas;
    return {
      agentsSignedIn: Math.min(quotas.agentsSignedIn, held.agentsSignedIn),
      concurrentCalls: Math.min(quotas.concurrentCalls, held.concurrentCalls),
    };
  }

  /** Of every tenant, after every generation. */
  configured(): void {
    for (const tenant of this.#options.tenants()) {
      const kept = this.#kept.get(tenant.id);
      const share = kept?.share ?? this.#written.get(tenant.id);
      if (!share || share.number === 0) this.#keep(tenant, wholeOf(tenant));
      else if (kept?.tenant !== tenant) this.#keep(tenant, share);
    }
    if (!this.#isUp) return;
    this.#say([...this.#kept.values()].filter(({ share }) => share.number === 0));
    for (const kept of this.#kept.values()) this.#look(kept);
  }

  #keep(tenant: Taker, share: HeldShare): void {
    this.#kept.get(tenant.id)?.cancel();
    // Nothing said yet: whatever there is to spare is news.
    this.#kept.set(tenant.id, { tenant, share, spareSaid: noShare, isOpen: true, saidAtMs: -Infinity, urgency: null, cancel: () => {} }); // prettier-ignore
  }

  /** A call or an agent more, or less. */
  changed(tenant: Taker): void {
    const kept = this.#kept.get(tenant.id);
    if (kept && this.#isUp) this.#look(kept);
  }

  /** Somebody was turned away. */
  refused(tenant: Taker): void {
    const kept = this.#kept.get(tenant.id);
    if (kept && this.#isUp) this.#plan(kept, 'now');
  }

  /** A link is up, with a centre that shares quotas out, or with one that does not. */
  up(isSharedOut: boolean): void {
    this.#isUp = isSharedOut;
    if (!isSharedOut) return;
    this.#say([...this.#kept.values()].filter(({ isOpen }) => isOpen));
    for (const kept of this.#kept.values()) this.#look(kept);
  }

  down(): void {
    this.#isUp = false;
    for (const kept of this.#kept.values()) this.#unplan(kept);
  }

  hear({ tenantId, number, told, held }: QuotaShare): void {
    const kept = this.#kept.get(tenantId);
    if (!kept) return;
    const used = this.#used(kept);
    kept.isOpen = false;
    this.#have(kept, heardShare(kept.share, { number, told }, used));
    kept.spareSaid = spareOf(kept.share, used);
    // What it believes of us decides what others get.
    if (kept.share.number === number && !isSame(kept.share.held, held)) this.#say([kept]);
    this.#look(kept);
  }

  /** What cannot be written does not count. */
  #have(kept: Kept, share: HeldShare): void {
    if (share === kept.share) return;
    const { ledger, log } = this.#options;
    try {
      ledger.write(kept.tenant.id, share);
      kept.share = share;
    } catch (error) {
      log.error({ err: error }, 'a share of a quota could not be written, the former stays');
    }
  }

  #used({ tenant }: Kept): Shared {
    return { agentsSignedIn: this.#options.signedIn(tenant), concurrentCalls: tenant.callsNow };
  }

  #look(kept: Kept): void {
    const { quotas } = kept.tenant.tenant;
    const { share, spareSaid, isOpen } = kept;
    const urgency = urgencyOf(share, { used: this.#used(kept), quotas, spareSaid });
    this.#plan(kept, urgency ?? (isOpen ? 'soon' : null));
  }

  #plan(kept: Kept, urgency: Urgency): void {
    if (urgency === null || kept.urgency === urgency || kept.urgency === 'now') return;
    this.#unplan(kept);
    kept.urgency = urgency;
    const { clock } = this.#options;
    const waitMs = urgency === 'now' ? shareTellEveryMs : shareTellSoonMs;
    const delayMs = Math.max(0, kept.saidAtMs + waitMs - clock.nowMs());
    kept.cancel = clock.after(delayMs, () => this.#say([kept]));
  }

  #unplan(kept: Kept): void {
    kept.cancel();
    kept.urgency = null;
  }

  #say(some: readonly Kept[]): void {
    const { clock, tell } = this.#options;
    const shares = some.map((kept) => {
      this.#unplan(kept);
      const used = this.#used(kept);
      this.#have(kept, givenUp(kept.share, used));
      Object.assign(kept, { spareSaid: spareOf(kept.share, used), isOpen: true, saidAtMs: clock.nowMs() });
      const { number, held } = kept.share;
      return { tenantId: kept.tenant.id, number, held: { ...held }, used };
    });
    for (let from = 0; from < shares.length; from += sharesToldMax)
      tell({ kind: 'quota-held', shares: shares.slice(from, from + sharesToldMax) });
    for (const kept of some) this.#look(kept);
  }
}

function wholeOf({ tenant: { quotas } }: Taker): HeldShare {
  const { agentsSignedIn, concurrentCalls } = quotas;
  const whole = { agentsSignedIn, concurrentCalls };
  return { number: 0, told: whole, held: whole };
}
