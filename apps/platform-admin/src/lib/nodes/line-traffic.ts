/** What a node's line has carried, as it is shown. */
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

type Line = ApiReply<'GET /api/platform/link-traffic'>['items'][number];

/** A line whose node has told of it. */
export interface LineTold extends Line {
  readonly traffic: NonNullable<Line['traffic']>;
}

export interface KindCarried {
  readonly way: 'up' | 'down';
  readonly kind: string;
  readonly messages: number;
  readonly octets: number;
  /** Of all that went this way, 0..1. */
  readonly share: number;
}

export function told(lines: readonly Line[]): LineTold[] {
  return lines.filter((line): line is LineTold => line.traffic !== null);
}

/** Of the events told on the wire; null before the first call has ended. */
export function octetsPerCall({ traffic }: LineTold): number | null {
  const events = traffic.sent.find(({ kind }) => kind === 'events')?.octets ?? 0;
  return traffic.callsEnded === 0 ? null : events / traffic.callsEnded;
}

/** Both ways, on the wire, since the process began. */
export function kbitsPerSecond({ traffic }: LineTold): number {
  const seconds = Math.max(1, (traffic.atMs - traffic.sinceMs) / 1_000);
  return ((traffic.wireOctetsSent + traffic.wireOctetsReceived) * 8) / 1_000 / seconds;
}

export function kindsOf({ traffic }: LineTold): KindCarried[] {
  return (['up', 'down'] as const).flatMap((way) => {
    const counts = way === 'up' ? traffic.sent : traffic.received;
    const all = counts.reduce((sum, { octets }) => sum + octets, 0);
    return counts.map((count) => ({ way, ...count, share: all === 0 ? 0 : count.octets / all }));
  });
}
