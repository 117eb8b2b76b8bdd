/**
 * Desk phones nobody is signed in at, at other nodes: tells the centre which are registered here, asks it for one that is not, and says
 * whether a caller of another node may ring one of ours. Without the centre only those registered here are rung.
 */
import type { PhoneToCentre, PhoneToNode } from '@seatgrid/contracts/link/phone-messages.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId, IdSource, NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { Told } from '@seatgrid/core/matching/told.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { Call } from '../calls/call.ts';
import { agentSoughtMaxMs, matchPictureEveryMs, phonesGatherMs } from '../limits.ts';
import type { PhoneRegistry } from '../phones/phone-registry.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { AgentKept, VisitHost, VisitPlace } from '../visits/visit-terms.ts';

export interface PhonesElsewhereOptions {
  readonly phones: PhoneRegistry;
  readonly visits: Pick<VisitHost, 'expect'>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly nodeId: () => NodeId | undefined;
  readonly tell: (message: PhoneToCentre) => void;
}

interface Sought {
  readonly agentId: AgentId;
  readonly cancel: Cancel;
  readonly settle: (at: VisitPlace | null) => void;
}

export class PhonesElsewhere {
  readonly #options: PhonesElsewhereOptions;
  readonly #sought = new Map<string, Sought>();
  readonly #told = new Map<TenantId, Told<string, string>>();
  #isUp = false;
  #cancelTelling: Cancel | null = null;
  #cancelWhole: Cancel = () => {};

  constructor(options: PhonesElsewhereOptions) {
    this.#options = options;
    options.phones.onChange((tenant) => {
      if (!this.#told.has(tenant.id)) this.#told.set(tenant.id, new Told());
      if (this.#isUp) this.#cancelTelling ??= options.clock.after(phonesGatherMs, () => this.#tell());
    });
  }

  /** The link is up, and whether the centre finds phones. */
  up(findsPhones: boolean): void {
    this.#isUp = findsPhones;
    if (findsPhones) this.#tellWhole();
  }

  down(): void {
    this.#isUp = false;
    this.#cancelWhole();
    for (const matchId of this.#sought.keys()) this.#end(matchId, null);
  }

  close(): void {
    this.down();
    this.#cancelTelling?.();
  }

  /** Whether the agent's phone may be registered at another node. */
  mayHave({ secrets }: TenantAtNode, { extension }: Agent): boolean {
    return this.#isUp && secrets.has(extension);
  }

  /** `isIdle`: there are others who may take the call. Undefined: registered nowhere, or not to be rung there. */
  seek(
    { id: callId, tenant, queue }: Call,
    { id: agentId, extension }: Agent,
    how: { readonly isIdle?: true },
  ): Promise<AgentKept | undefined> {
    const { clock, ids, nodeId, tell } = this.#options;
    const homeNodeId = nodeId();
    if (!this.#isUp || !homeNodeId) return Promise.resolve(undefined);
    const matchId = ids.next<'match'>();
    return new Promise((found) => {
      const settle = (place: VisitPlace | null) => found(place ? { agentId, place, homeNodeId } : undefined);
      const cancel = clock.after(agentSoughtMaxMs, () => this.#end(matchId, null));
      this.#sought.set(matchId, { agentId, cancel, settle });
      const tenantId = tenant.id;
      const queueId = queue?.id ?? null;
      tell({ kind: 'phone-wanted', tenantId, matchId, callId, queueId, agentId, extension, ...how });
    });
  }

  hear(message: PhoneToNode): void {
    if (message.kind === 'phone-found') return this.#end(message.matchId, message.at);
    const { visits, tell } = this.#options;
    const { tenantId, matchId, callId, queueId, agentId, homeNodeId, isIdle } = message;
    const asked = { matchId, tenantId, callId, queueId, agentId, homeNodeId, isNamed: true } as const;
    const at = visits.expect({ ...asked, phone: { mustBeIdle: isIdle === true } });
    if (at) tell({ kind: 'phone-kept', tenantId, matchId, homeNodeId, at });
    else tell({ ...message, kind: 'phone-refused' });
  }

  /** What a replica that began since has not heard is made good now and then. */
  #tellWhole(): void {
    for (const told of this.#told.values()) told.forget();
    this.#tell();
    this.#cancelWhole();
    this.#cancelWhole = this.#options.clock.after(matchPictureEveryMs, () => this.#tellWhole());
  }

  #tell(): void {
    this.#cancelTelling?.();
    this.#cancelTelling = null;
    if (!this.#isUp) return;
    for (const [tenantId, told] of this.#told) {
      const present = this.#options.phones.extensionsOf(tenantId);
      const news = told.news(new Map(present.map((fact) => [fact, { fact, version: '' }])));
      if (news)
        this.#options.tell({
          kind: 'phones-registered',
          tenantId,
          isWhole: news.isWhole,
          added: [...news.added],
          gone: [...news.gone],
        });
    }
  }

  #end(matchId: string, at: VisitPlace | null): void {
    const sought = this.#sought.get(matchId);
    this.#sought.delete(matchId);
    sought?.cancel();
    sought?.settle(at);
  }
}
