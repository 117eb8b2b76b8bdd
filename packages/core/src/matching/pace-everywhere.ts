/**
 * F-25 across nodes: the pace of each queue at all nodes that are linked. As with classes of service (`service-everywhere.ts`): what is
 * new of a node's growing counts is added to one memory of the last calls, and a node heard for the first time, or again, brings what
 * it goes by itself. How many callers come is each node's own word, and added up.
 */
import type { NodeId, QueueId } from '../kernel/ids.ts';
import { fadedPerHour, minus, PaceWindow, type PaceCounts, type PaceServed, type PaceTold } from '../routing/queue-pace.ts'; // prettier-ignore

interface Said {
  readonly total: PaceCounts;
  readonly arrivalsPerHour: number;
  readonly atMs: number;
}

interface QueueEverywhere {
  readonly window: PaceWindow;
  readonly said: Map<NodeId, Said>;
}

export class PaceEverywhere {
  readonly #queues = new Map<QueueId, QueueEverywhere>();

  note(nodeId: NodeId, queues: Iterable<PaceServed>, nowMs: number): void {
    for (const { queueId, lately, total, arrivalsPerHour } of queues) {
      const { window, said } = this.#queue(queueId);
      const before = said.get(nodeId)?.total;
      said.set(nodeId, { total, arrivalsPerHour, atMs: nowMs });
      if (!before || total.handled < before.handled || total.waited < before.waited) window.mix(lately);
      else if (total.handled > before.handled || total.waited > before.waited)
        window.add(minus(total, before));
    }
  }

  gone(nodeId: NodeId): void {
    for (const { said } of this.#queues.values()) said.delete(nodeId);
  }

  /** Of what others have told. `version`: what makes it another than before; a rate that fades by itself is not. */
  *toldTo(
    nodeId: NodeId,
    nowMs: number,
  ): IterableIterator<{ readonly fact: PaceTold; readonly version: string }> {
    for (const [queueId, { window, said }] of this.#queues) {
      let perHour = 0;
      const versions = [];
      for (const [other, { arrivalsPerHour, atMs }] of said) {
        if (other === nodeId) continue;
        versions.push(arrivalsPerHour);
        perHour += fadedPerHour(arrivalsPerHour, nowMs - atMs);
      }
      if (versions.length === 0) continue;
      const { lately } = window;
      const fact = { queueId, ...lately, arrivalsPerHour: Math.round(perHour * 10) / 10 };
      yield { fact, version: [...versions, ...Object.values(lately)].join() };
    }
  }

  #queue(queueId: QueueId): QueueEverywhere {
    let queue = this.#queues.get(queueId);
    if (!queue) this.#queues.set(queueId, (queue = { window: new PaceWindow(), said: new Map() }));
    return queue;
  }
}
