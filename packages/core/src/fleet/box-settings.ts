/**
 * What one Linux box at a branch is told to be (B-11): router, filter, tunnel and voice-first line for the node that runs on it.
 * The texts made of it (`box-filter`, `box-shaping`, `box-tunnel`) are pure: the same settings, the same texts.
 */
export interface BoxSettings {
  readonly name: string;
  /** The line to the world, as it really is: what is shaped a little below it waits here, in our order, and not in the modem. */
  readonly outside: { readonly interface: string; readonly upKbit: number };
  /** The branch's own network; null: the box has but one interface, and every neighbour is outside. */
  readonly inside: { readonly interface: string; readonly networks: readonly string[] } | null;
  readonly tunnel: BoxTunnel | null;
  readonly node: BoxNode;
  readonly guard: BoxGuard;
}

export interface BoxTunnel {
  readonly interface: string;
  /** Of the box in the tunnel, with the block it lies in: `10.99.0.7/24`. */
  readonly address: string;
  readonly port: number;
  readonly peers: readonly BoxPeer[];
}

export interface BoxPeer {
  readonly name: string;
  readonly publicKey: string;
  /** `host:port`; null: it comes to us. */
  readonly endpoint: string | null;
  /** What lies behind it, and what it may speak from. */
  readonly networks: readonly string[];
  readonly keepaliveSeconds: number | null;
}

export interface BoxNode {
  readonly sipPorts: readonly number[];
  readonly rtpPorts: PortSpan;
  readonly webrtcPorts: PortSpan;
  readonly deskPort: number;
  /** The centre the node dials: its link is marked. */
  readonly centrePort: number;
  /** Carriers that may ring from outside, as blocks. */
  readonly trunks: readonly string[];
  /** Phones may register, and browsers work, from anywhere outside. */
  readonly servesOutside: boolean;
}

export interface PortSpan {
  readonly from: number;
  readonly to: number;
}

export interface BoxGuard {
  /** Who may reach the box itself (SSH), beside the inside networks and the tunnel. */
  readonly managedFrom: readonly string[];
  readonly sshPort: number;
  /** Of one source outside that nobody knows. */
  readonly sipPerSecond: number;
  readonly closedPortsPerMinute: number;
  readonly shutMinutes: number;
}

/** What the generator must know of the machine. */
export interface BoxMachine {
  /** The best the kernel has for packets of one class: `fq_codel` keeps them fair and short, `pfifo` merely in order. */
  readonly leaf: 'fq_codel' | 'pfifo';
}

export type Family = 4 | 6;

export function familyOfBlock(block: string): Family {
  return block.includes(':') ? 6 : 4;
}
