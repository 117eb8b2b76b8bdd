/**
 * What operators are alarmed of (C-02): conditions of a node that last. Decides only: the centre's duty looks, asks here,
 * and keeps what is answered.
 */
import type { NodeId } from '../kernel/ids.ts';
import { secondMs } from '../kernel/duration.ts';
import { deliveryBacklogEventsMax, nodeLoadAlarm } from './limits.ts';

export const alarmKinds = [
  'link-down',
  'configuration-behind',
  'events-undelivered',
  'overloaded',
  'intrusion',
] as const;
export type AlarmKind = (typeof alarmKinds)[number];

export interface NodeCondition {
  readonly nodeId: NodeId;
  readonly link: 'never-enrolled' | 'revoked' | 'up' | 'down';
  readonly generation: number;
  readonly generationWanted: number;
  /** Share of a core [0..1] its busiest loop uses. */
  readonly loadMost: number;
  /** Events of its journal that the centre has not acknowledged. */
  readonly undelivered: number;
  /** Sources it, or its box, shuts out for scanning, guessing or flooding. */
  readonly intruders: number;
}

/** An alarm by what it is about: a node has at most one open alarm of each kind. */
export interface AlarmSubject {
  readonly nodeId: NodeId;
  readonly kind: AlarmKind;
}

/** A condition that lasted this long is an alarm: what mends itself sooner wakes nobody. */
const raisedAfterMs: Readonly<Record<AlarmKind, number>> = {
  'link-down': 4 * secondMs,
  'configuration-behind': 30 * secondMs,
  'events-undelivered': 30 * secondMs,
  overloaded: 10 * secondMs,
  intrusion: 0,
};
/** And it must be gone this long, so that what comes and goes is one alarm. */
export const alarmClearedAfterMs = 10 * secondMs;

/** What of a node is out of order now. Of a node that is not heard nothing else is known. */
export function faultsOf(node: NodeCondition): AlarmKind[] {
  // Nobody expects it.
  if (node.link === 'never-enrolled' || node.link === 'revoked') return [];
  if (node.link === 'down') return ['link-down'];
  const faults: AlarmKind[] = [];
  if (node.generation !== node.generationWanted) faults.push('configuration-behind');
  if (node.undelivered > deliveryBacklogEventsMax) faults.push('events-undelivered');
  if (node.loadMost >= nodeLoadAlarm) faults.push('overloaded');
  if (node.intruders > 0) faults.push('intrusion');
  return faults;
}

interface Sighting {
  isPresent: boolean;
  sinceMs: number;
}

/** Remembers since when each condition is as it is; which alarms stand open is told at every look, for others may change it. */
export class AlarmWatch {
  readonly #sightings = new Map<string, Sighting>();

  look(
    nodes: readonly NodeCondition[],
    open: readonly AlarmSubject[],
    nowMs: number,
  ): { readonly raise: readonly AlarmSubject[]; readonly clear: readonly AlarmSubject[] } {
    const isOpen = new Set(open.map(keyOf));
    const raise: AlarmSubject[] = [];
    const clear: AlarmSubject[] = [];
    const watched = new Set<string>();
    for (const node of nodes) {
      const faults = faultsOf(node);
      for (const kind of alarmKinds) {
        const subject = { nodeId: node.nodeId, kind };
        const key = keyOf(subject);
        watched.add(key);
        const isPresent = faults.includes(kind);
        // An unheard node may be overloaded or not: what stood open stays open until somebody knows.
        if (node.link === 'down' && kind !== 'link-down') continue;
        const lastedMs = nowMs - this.#since(key, isPresent, nowMs);
        if (isPresent && !isOpen.has(key) && lastedMs >= raisedAfterMs[kind]) raise.push(subject);
        if (!isPresent && isOpen.has(key) && lastedMs >= alarmClearedAfterMs) clear.push(subject);
      }
    }
    for (const key of this.#sightings.keys()) if (!watched.has(key)) this.#sightings.delete(key);
    return { raise, clear };
  }

  #since(key: string, isPresent: boolean, nowMs: number): number {
    const sighting = this.#sightings.get(key);
    if (sighting?.isPresent === isPresent) return sighting.sinceMs;
    this.#sightings.set(key, { isPresent, sinceMs: nowMs });
    return nowMs;
  }
}

function keyOf({ nodeId, kind }: AlarmSubject): string {
  return `${nodeId} ${kind}`;
}
