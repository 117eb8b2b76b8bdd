/**
 * F-11 across nodes: each class of service as it stands at all nodes that are linked, by its last calls wherever they came in. Nodes tell
 * what they have served since they count; what is new of that is added. Of a node heard for the first time, or again, the calls it
 * is judged by itself come in by their share: so another replica of the centre begins where the one before it stopped.
 */
import type { NodeId } from '../kernel/ids.ts';
import type { ServiceTarget } from '../routing/queue.ts';
import { targetKey } from '../routing/service-class.ts';
import { ServiceWindow, type ServiceFigures } from '../routing/service-window.ts';

/** Of a class, by a node. */
export interface ServiceServed extends ServiceTarget, ServiceFigures {
  readonly total: ServiceFigures;
}

export class ServiceEverywhere {
  readonly #classes = new Map<string, { readonly target: ServiceTarget; readonly window: ServiceWindow }>();
  readonly #totals = new Map<NodeId, Map<string, ServiceFigures>>();

  /** Whether anything is another than before. */
  note(nodeId: NodeId, served: Iterable<ServiceServed>): boolean {
    let totals = this.#totals.get(nodeId);
    if (!totals) this.#totals.set(nodeId, (totals = new Map()));
    let isChanged = false;
    for (const { percent, withinMs, calls, inTime, total } of served) {
      const key = targetKey({ percent, withinMs });
      const before = totals.get(key);
      if (before?.calls === total.calls) continue;
      totals.set(key, total);
      isChanged = true;
      const { window } = this.#class(key, { percent, withinMs });
      const added = before && {
        calls: total.calls - before.calls,
        inTime: total.inTime - before.inTime,
      };
      if (added && added.calls > 0) window.addAll(added);
      else if (calls > 0) window.mix({ calls, inTime });
    }
    return isChanged;
  }

  gone(nodeId: NodeId): void {
    this.#totals.delete(nodeId);
  }

  /** Calls of such a node are counted by what it tells. */
  isToldBy(nodeId: NodeId): boolean {
    return (this.#totals.get(nodeId)?.size ?? 0) > 0;
  }

  *figures(): IterableIterator<ServiceTarget & ServiceFigures> {
    for (const { target, window } of this.#classes.values())
      if (window.figures.calls > 0) yield { ...target, ...window.figures };
  }

  #class(key: string, target: ServiceTarget) {
    let one = this.#classes.get(key);
    if (!one) this.#classes.set(key, (one = { target, window: new ServiceWindow() }));
    return one;
  }
}
