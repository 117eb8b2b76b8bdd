import type { Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import { nodeEnd } from './node-end.ts';
import { pcapHeader, pcapPacket } from './pcap.ts';

/** A ladder as a file for Wireshark and its kin. */
export function ladderPcap({ node, messages }: Ladder): Buffer {
  const packets = messages.map(({ atMs, direction, protocol, address, port, text }) => {
    const other = { address, port };
    const own = nodeEnd(node, protocol);
    const [from, to] = direction === 'in' ? [other, own] : [own, other];
    return pcapPacket({ atMs, from, to, payload: Buffer.from(text) });
  });
  return Buffer.concat([pcapHeader(), ...packets]);
}
