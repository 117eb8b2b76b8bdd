/**
 * The stage in which a ring group's positions ring (F-17 to F-24): who rings when is the group's strategy, decided anew each time
 * somebody did not answer. The caller hears ringing, and is answered by whoever takes the call.
 */
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import { nextRinging, type RingGroup } from '@seatgrid/core/routing/ring-group.ts';
import { elsewhereRelease, type ReleaseCause } from './call-leg.ts';
import type { CallStage } from './call-stage.ts';
import type { Call } from './call.ts';
import { converse } from './converse.ts';
import { reachPosition } from './reach-colleague.ts';
import { ringPerson, type PersonRang, type PersonRing } from './ring-person.ts';

export function ringGroup(call: Call, group: RingGroup, onNoAnswer: () => void): void {
  new GroupRinging(call, group, onNoAnswer).begin();
}

class GroupRinging implements CallStage {
  readonly state = 'ringing';
  readonly #call: Call;
  readonly #group: RingGroup;
  readonly #onNoAnswer: () => void;
  readonly #endsAtMs: number;
  readonly #rung = new Set<AgentId>();
  readonly #rings = new Set<PersonRing>();

  constructor(call: Call, group: RingGroup, onNoAnswer: () => void) {
    this.#call = call;
    this.#group = group;
    this.#onNoAnswer = onNoAnswer;
    this.#endsAtMs = call.services.clock.nowMs() + group.ringTimeoutMs;
  }

  begin(): void {
    this.#call.enter(this);
    this.#call.sound.hearRingback();
    this.#ringNext();
  }

  onCallEnded(): void {
    this.#withdrawAll();
  }

  #ringNext(): void {
    const { tenant, services, facts } = this.#call;
    const nowMs = services.clock.nowMs();
    const position = (id: AgentId) => {
      const agent = tenant.agents.get(id);
      return agent && reachPosition(services, tenant, agent);
    };
    const next = nextRinging(this.#group, {
      rung: this.#rung,
      remainingMs: this.#endsAtMs - nowMs,
      isFree: (id) => (position(id)?.kind ?? 'unavailable') !== 'unavailable',
      phoneTimeMs: (id) => {
        const figures = services.hub.seat(id)?.todayFigures(nowMs);
        if (figures) return figures.answeringMs + figures.outgoingMs;
        return services.matches.elsewhere(tenant)?.phoneMs(id) ?? 0;
      },
      answeredBefore: tenant.answeredBefore.of(facts.fromNumber),
      random: services.random,
    });
    if (!next) {
      this.#call.sound.hearNothing();
      return this.#onNoAnswer();
    }
    // All of them stand before the first begins: one that fails at once is not the last.
    const begun: PersonRing[] = [];
    for (const id of next.agentIds) {
      this.#rung.add(id);
      const reached = position(id);
      if (!reached || reached.kind === 'unavailable') continue;
      const ring: PersonRing = ringPerson(
        reached,
        { call: this.#call, ringTimeoutMs: next.lastsMs, mayBePickedUp: true },
        (outcome) => this.#rang(ring, outcome),
      );
      this.#rings.add(ring);
      begun.push(ring);
    }
    for (const ring of begun) if (this.#rings.has(ring)) ring.start();
  }

  #rang(ring: PersonRing, outcome: PersonRang): void {
    this.#rings.delete(ring);
    if (outcome.kind === 'accepted') {
      this.#withdrawAll(elsewhereRelease);
      converse(this.#call, outcome.leg, outcome.by);
    } else if (this.#rings.size === 0) this.#ringNext();
  }

  #withdrawAll(cause?: ReleaseCause): void {
    const rings = [...this.#rings];
    this.#rings.clear();
    for (const ring of rings) ring.withdraw(cause);
  }
}
