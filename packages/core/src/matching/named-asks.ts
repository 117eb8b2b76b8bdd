/**
 * Agents wanted by name for a call of another node: the node that has them signed in is asked to keep them, and the call's node is told
 * where to dial. Nothing is chosen here and nobody waits: whoever is not kept at once, or not in time, is not to be reached.
 */
import type { NodeId } from '../kernel/ids.ts';
import { matchAnswerMaxMs, namedAsksMax } from './limits.ts';

interface Ask {
  readonly homeNodeId: NodeId;
  readonly hostNodeId: NodeId;
  isKept: boolean;
  readonly untilMs: number;
}

export class NamedAsks {
  readonly #asks = new Map<string, Ask>();

  /** Whether the host is to be asked; where not, the agent is nowhere to be rung. */
  ask(
    { matchId, homeNodeId }: { readonly matchId: string; readonly homeNodeId: NodeId },
    hostNodeId: NodeId,
    nowMs: number,
  ): boolean {
    this.#forgetOld(nowMs);
    const isHopeless = hostNodeId === homeNodeId || this.#asks.size >= namedAsksMax;
    if (isHopeless || this.#asks.has(matchId)) return false;
    this.#asks.set(matchId, { homeNodeId, hostNodeId, isKept: false, untilMs: nowMs + matchAnswerMaxMs });
    return true;
  }

  /** The home that is to hear what the host says; undefined: nobody asked, or it is too late. */
  answered(matchId: string, by: NodeId, isKept: boolean, nowMs: number): NodeId | undefined {
    const ask = this.#asks.get(matchId);
    if (!ask || ask.hostNodeId !== by || ask.isKept || ask.untilMs < nowMs) return undefined;
    if (isKept) ask.isKept = true;
    else this.#asks.delete(matchId);
    return ask.homeNodeId;
  }

  /** The host that is to let go, where the home dials nobody after all. */
  dropped(matchId: string, by: NodeId): NodeId | undefined {
    const ask = this.#asks.get(matchId);
    if (ask?.homeNodeId !== by) return undefined;
    this.#asks.delete(matchId);
    return ask.hostNodeId;
  }

  /** What was kept is dialled by then, or free again by itself. */
  #forgetOld(nowMs: number): void {
    for (const [matchId, { untilMs }] of this.#asks)
      if (untilMs + matchAnswerMaxMs < nowMs) this.#asks.delete(matchId);
  }
}
