/** SIPp on the other core: one scenario, its counts read from its statistics file. */
import { startSipp as start, type SippEnd } from '@seatgrid/testkit/sipp.ts';

export interface SippOptions {
  readonly scenario: string;
  readonly address: string;
  readonly port: number;
  readonly core: number;
  /** Absent: it waits to be called. */
  readonly target?: string;
  readonly service?: string;
  readonly rate?: number;
  readonly calls?: number;
  readonly holdMs?: number;
}

export interface SippCounts {
  readonly created: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** Of the first calls that did not go as the scenario says; empty where all did. */
  readonly complaint: string;
  /** What the scenario counts by name. */
  counter(name: string): number;
}

export interface RunningSipp {
  /** When a caller has placed all its calls and they are over. */
  readonly finished: Promise<SippCounts>;
  /** Ends one that waits to be called. */
  stop(): Promise<SippCounts>;
}

const folderOf = (name: string) => new URL(`../scenarios/${name}.xml`, import.meta.url).pathname;

export function startSipp(options: SippOptions): RunningSipp {
  const { target } = options;
  const sipp = start({
    scenario: folderOf(options.scenario),
    core: options.core,
    ...(target === undefined ? {} : { target }),
    options: [
      '-i', options.address, '-p', String(options.port), '-mi', options.address,
      ...(options.service ? ['-s', options.service] : []),
      ...(options.rate ? ['-r', String(options.rate), '-rp', '1000'] : []),
      ...(options.calls ? ['-m', String(options.calls), '-l', String(options.calls)] : []),
      ...(options.holdMs ? ['-d', String(options.holdMs)] : []),
      // Whoever waits to be called does so until it is stopped.
      ...(options.target === undefined ? [] : ['-timeout', '120s']),
      '-recv_timeout', '20000',
    ],
  }); // prettier-ignore
  return { finished: sipp.ended.then(countsOf), stop: () => sipp.stop().then(countsOf) };
}

function countsOf({ count, complaint }: SippEnd): SippCounts {
  return {
    created: count('TotalCallCreated'),
    succeeded: count('SuccessfulCall(C)'),
    failed: count('FailedCall(C)'),
    retransmissions: count('Retransmissions(C)'),
    complaint,
    counter: (name) => count(`${name}(C)`),
  };
}
