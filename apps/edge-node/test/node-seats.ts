/** Where the nodes of tests stand: alone, each with a file of its own, unless there is a site that gives them seats. */
import type { FixtureConfig } from './fixture-config.ts';

/** A node's place at a site whose centre configures it by what its fixture says. */
export interface NodeSeat {
  readonly url: string;
  /** Buys the node's enrolment, once. */
  readonly token: string;
  /** What the fixture says now. */
  give(): void;
  /** The node runs what the fixture says. */
  isGiven(): Promise<void>;
}

export interface NodeSite {
  seat(fixture: FixtureConfig): Promise<NodeSeat>;
}

let site: NodeSite | null = null;

export function seatNodesAt(wanted: NodeSite | null): void {
  site = wanted;
}

/** Null: they stand alone. */
export function siteOfNodes(): NodeSite | null {
  return site;
}
