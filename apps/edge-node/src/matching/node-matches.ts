/**
 * This node's side of matches across nodes: tells the centre of calls that wait and agents who are free, where it was told that the
 * tenant has others elsewhere, and answers what the centre proposes. Both answers are decided here: whether an agent of ours is kept, and
 * whether a caller of ours still waits. Without the centre nothing is asked and nobody waits for it.
 */
import type { MatchToCentre, MatchToNode } from '@seatgrid/contracts/link/match-messages.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId, IdSource, NodeId, QueueId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { AgentFree } from '@seatgrid/core/matching/match.ts';
import type { PresenceState } from '@seatgrid/core/workforce/presence.ts';
import type { AcdRunner } from '../acd/acd-runner.ts';
import { matchAskMaxMs, matchGatherMs, matchPictureEveryMs } from '../limits.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import type { Call } from '../calls/call.ts';
import type { AgentKept, VisitHost } from '../visits/visit-terms.ts';
import { Elsewhere } from './elsewhere.ts';
import { SoughtAgents } from './sought-agents.ts';
import { TenantPicture } from './tenant-picture.ts';

export interface NodeMatchesOptions {
  readonly directory: TenantDirectory;
  readonly visits: VisitHost;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly nodeId: () => NodeId | undefined;
  /** Its agents serve the callers that are here, and nobody else's. */
  readonly isDraining: () => boolean;
  /** Not at all while the link is down. */
  readonly tell: (message: MatchToCentre) => void;
  readonly acd: (tenant: TenantAtNode) => AcdRunner;
  /** What desks show of other nodes. */
  readonly elsewhereChanged: (tenant: TenantAtNode) => void;
}

interface Asking {
  readonly free: AgentFree;
  readonly serveOwn: () => unknown;
  readonly cancel: Cancel;
}

interface Spread {
  readonly picture: TenantPicture;
  readonly elsewhere: Elsewhere;
  /** Agents who serve nobody yet, because an older call may wait elsewhere. */
  readonly asking: Map<AgentId, Asking>;
  cancelGathering: Cancel | null;
  cancelWhole: Cancel;
}

export class NodeMatches {
  readonly #options: NodeMatchesOptions;
  readonly #spread = new Map<TenantId, Spread>();
  readonly #sought: SoughtAgents;

  constructor(options: NodeMatchesOptions) {
    this.#options = options;
    this.#sought = new SoughtAgents(options);
  }

  /** Whether the tenant has agents or calls at other nodes, and the centre is there to tell. */
  isSpread(tenant: TenantAtNode): boolean {
    return this.#spread.has(tenant.id);
  }

  isStaffedElsewhere(tenant: TenantAtNode, queueId: QueueId): boolean {
    return this.#spread.get(tenant.id)?.picture.staffedElsewhere.has(queueId) ?? false;
  }

  /** Undefined while nothing is known of other nodes: the tenant lives here alone, or the centre is away. */
  elsewhere(tenant: TenantAtNode): Elsewhere | undefined {
    return this.#spread.get(tenant.id)?.elsewhere;
  }

  /** Of an agent who is not signed in here. */
  stateElsewhere(tenant: TenantAtNode, agentId: AgentId): PresenceState {
    return this.elsewhere(tenant)?.stateOf(agentId) ?? 'offline';
  }

  /** B-15: an agent by name who is not signed in here, kept where they are; undefined: not to be reached. */
  seek(call: Call, agentId: AgentId): Promise<AgentKept | undefined> {
    return this.isSpread(call.tenant) ? this.#sought.seek(call, agentId) : Promise.resolve(undefined);
  }

  /** Nobody dials whom `seek` has found. */
  drop(call: Call, kept: AgentKept): void {
    this.#sought.drop(call, kept);
  }

  /** A call waits, or waits no more; an agent is free, or no longer so. */
  changed(tenant: TenantAtNode): void {
    const spread = this.#spread.get(tenant.id);
    if (!spread) return;
    spread.cancelGathering ??= this.#options.clock.after(matchGatherMs, () => this.#tell(spread));
  }

  /** Strict order: `serveOwn` as soon as no older call waits elsewhere, or nobody has said so in time; never where one is brought. */
  ask(tenant: TenantAtNode, free: AgentFree, serveOwn: () => unknown): void {
    const spread = this.#spread.get(tenant.id);
    if (!spread || this.#options.isDraining()) return void serveOwn();
    this.askNoMore(tenant, free.agentId);
    const cancel = this.#options.clock.after(matchAskMaxMs, () => this.#serveOwn(spread, free.agentId));
    spread.asking.set(free.agentId, { free: { ...free, asks: true }, serveOwn, cancel });
    this.#tell(spread);
  }

  askNoMore(tenant: TenantAtNode, agentId: AgentId): void {
    const asking = this.#spread.get(tenant.id)?.asking;
    asking?.get(agentId)?.cancel();
    asking?.delete(agentId);
  }

  hear(message: MatchToNode): void {
    const tenant = this.#options.directory.byId(message.tenantId);
    if (!tenant) return;
    if (message.kind === 'match-spread') return this.#hearSpread(tenant, message);
    if (message.kind === 'agent-found') return this.#sought.found(message);
    if (message.kind === 'match-release') return this.#options.visits.release(message.matchId);
    const spread = this.#spread.get(tenant.id);
    if (!spread) return;
    switch (message.kind) {
      case 'match-elsewhere':
        spread.elsewhere.hear(message, this.#options.clock.nowMs());
        if (message.service) this.#options.acd(tenant).serviceTold(message.service);
        if (message.pace) this.#options.acd(tenant).paceTold(message.pace);
        return this.#options.elsewhereChanged(tenant);
      case 'match-picture':
        spread.picture.forget();
        return this.#tell(spread);
      case 'match-reserve':
        return this.#reserve(spread, message);
      case 'match-claim':
        return this.#claim(spread, message);
      case 'match-serve-own':
        return this.#serveOwn(spread, message.agentId);
    }
  }

  /** Agents who were refused to other nodes may be kept for them now. */
  tellAgain(): void {
    for (const spread of this.#spread.values()) {
      spread.picture.agents.refusesNoMore();
      this.#tell(spread);
    }
  }

  /** The node begins to be drained, or serves again. */
  drainChanged(): void {
    for (const spread of this.#spread.values()) {
      if (this.#options.isDraining())
        for (const agentId of spread.asking.keys()) this.#serveOwn(spread, agentId);
      this.#tell(spread);
    }
  }

  /** The link is down, or the node goes: everybody serves their own. */
  close(): void {
    for (const tenantId of this.#spread.keys()) this.#end(tenantId);
  }

  #hearSpread(
    tenant: TenantAtNode,
    { isSpread, isFresh, staffedElsewhere }: Extract<MatchToNode, { kind: 'match-spread' }>,
  ): void {
    if (!isSpread) this.#end(tenant.id);
    else {
      let spread = this.#spread.get(tenant.id);
      if (!spread) {
        spread = {
          picture: new TenantPicture(tenant),
          elsewhere: new Elsewhere(),
          asking: new Map(),
          cancelGathering: null,
          cancelWhole: () => {},
        };
        this.#spread.set(tenant.id, spread);
        this.#planWhole(spread);
      }
      spread.picture.staffedElsewhere = new Set(staffedElsewhere);
      if (isFresh) {
        spread.picture.forget();
        this.#options.acd(tenant).spreadBegan();
      }
      this.#tell(spread);
    }
    this.#options.acd(tenant).staffChanged();
  }

  #end(tenantId: TenantId): void {
    const spread = this.#spread.get(tenantId);
    if (!spread) return;
    this.#spread.delete(tenantId);
    this.#sought.end(tenantId);
    this.#options.elsewhereChanged(spread.picture.tenant);
    this.#options.acd(spread.picture.tenant).serviceTold(null);
    this.#options.acd(spread.picture.tenant).paceTold(null);
    spread.cancelGathering?.();
    spread.cancelWhole();
    for (const agentId of spread.asking.keys()) this.#serveOwn(spread, agentId);
  }

  /** What was lost between replicas of the centre is made good now and then, and agents refused for a node that was lost are offered again. */
  #planWhole(spread: Spread): void {
    spread.cancelWhole = this.#options.clock.after(matchPictureEveryMs, () => {
      spread.picture.beginAnew();
      this.#tell(spread);
      this.#planWhole(spread);
    });
  }

  #tell(spread: Spread): void {
    spread.cancelGathering?.();
    spread.cancelGathering = null;
    const { directory, acd, tell, isDraining } = this.#options;
    const runner = acd(spread.picture.tenant);
    const free = [...runner.agentsFree(), ...Array.from(spread.asking.values(), (one) => one.free)];
    const present = { calls: runner.callsWanting(), agents: isDraining() ? [] : free };
    for (const message of spread.picture.news(present, directory.siteId)) tell(message);
  }

  /** What there is to say is said before the answer: so the centre knows which of the two was first. */
  #reserve(spread: Spread, asked: Extract<MatchToNode, { kind: 'match-reserve' }>): void {
    this.#tell(spread);
    const { tenantId, matchId, agentId } = asked;
    const { tenant, agents } = spread.picture;
    const { visits } = this.#options;
    // Agents would stand idle beside their own callers for as long as that node cannot be reached.
    const isServed = !this.#options.isDraining() && !visits.isLost(asked.homeNodeId);
    const at = isServed ? visits.expect(asked) : undefined;
    if (!at) {
      agents.refused(agentId);
      return this.#options.tell({ kind: 'match-refused', tenantId, matchId });
    }
    this.askNoMore(tenant, agentId);
    agents.takenOut(agentId);
    this.#options.tell({ kind: 'match-reserved', tenantId, matchId, at });
  }

  #claim(
    spread: Spread,
    { tenantId, matchId, callId, agentId, at, decision }: Extract<MatchToNode, { kind: 'match-claim' }>,
  ): void {
    this.#tell(spread);
    spread.picture.calls.takenOut(callId);
    const homeNodeId = this.#options.nodeId();
    const acd = this.#options.acd(spread.picture.tenant);
    const isClaimed =
      homeNodeId !== undefined && acd.claim(callId, { agentId, place: at, homeNodeId, decision });
    this.#options.tell({ kind: isClaimed ? 'match-claimed' : 'match-given-away', tenantId, matchId });
  }

  #serveOwn({ asking }: Spread, agentId: AgentId): void {
    const asked = asking.get(agentId);
    asked?.cancel();
    asking.delete(agentId);
    asked?.serveOwn();
  }
}
