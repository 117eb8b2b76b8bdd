/** What one node was told of a tenant's other nodes, so that it is told changes alone: who is signed in there, how many wait, and how classes of service stand. */
import type { MatchToNode } from '@seatgrid/contracts/link/match-messages.ts';
import type { AgentId, QueueId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { Told } from '@seatgrid/core/matching/told.ts';
import type { PaceTold } from '@seatgrid/core/routing/queue-pace.ts';
import { targetKey, type ServiceTold } from '@seatgrid/core/routing/service-class.ts';
import type { PresenceState } from '@seatgrid/core/workforce/presence.ts';

export interface AgentSeen {
  readonly state: PresenceState;
  /** With customers, so far today: told when the state is another. */
  readonly phoneMs: number;
}

export interface Elsewhere {
  readonly agents: ReadonlyMap<AgentId, AgentSeen>;
  readonly waiting: ReadonlyMap<QueueId, number>;
}

/** Beside that, of the node's own classes of service too. */
export interface ToTell extends Elsewhere {
  readonly service: readonly ServiceTold[];
  readonly pace: Iterable<{ readonly fact: PaceTold; readonly version: string }>;
}

export class ToldElsewhere {
  readonly #agents = new Told<AgentId, AgentSeen & { readonly agentId: AgentId }>();
  readonly #waiting = new Told<QueueId, { readonly queueId: QueueId; readonly calls: number }>();
  readonly #service = new Told<string, ServiceTold>();
  readonly #pace = new Told<QueueId, PaceTold>();

  news(tenantId: TenantId, { agents, waiting, service, pace }: ToTell): MatchToNode | undefined {
    const staff = this.#agents.news(
      new Map(
        Array.from(agents, ([agentId, seen]) => [
          agentId,
          { fact: { agentId, ...seen }, version: seen.state },
        ]),
      ),
    );
    const calls = this.#waiting.news(
      new Map(
        Array.from(waiting, ([queueId, count]) => [
          queueId,
          { fact: { queueId, calls: count }, version: String(count) },
        ]),
      ),
    );
    const classes = this.#service.news(
      new Map(service.map((fact) => [targetKey(fact), { fact, version: JSON.stringify(fact) }])),
    )?.added;
    const paces = this.#pace.news(new Map(Array.from(pace, (one) => [one.fact.queueId, one])))?.added;
    if (!staff && !calls && !classes?.length && !paces?.length) return undefined;
    return {
      kind: 'match-elsewhere',
      tenantId,
      isWhole: staff?.isWhole ?? false,
      agents: [
        ...(staff?.added ?? []),
        ...(staff?.gone ?? []).map((agentId) => ({ agentId, state: 'offline' as const })),
      ],
      waiting: [...(calls?.added ?? []), ...(calls?.gone ?? []).map((queueId) => ({ queueId, calls: 0 }))],
      ...(classes?.length ? { service: [...classes] } : {}),
      ...(paces?.length ? { pace: [...paces] } : {}),
    };
  }
}
