import type { Ladder, LadderMessage } from '@seatgrid/contracts/nouns/ladder.ts';
import type { Endpoint } from './pcap.ts';

/** Where this node speaks a protocol. Ladders of before know the plain port alone. */
export function nodeEnd(
  { address, port, ports }: Ladder['node'],
  protocol: LadderMessage['protocol'],
): Endpoint {
  return { address, port: ports?.[protocol] ?? port };
}
