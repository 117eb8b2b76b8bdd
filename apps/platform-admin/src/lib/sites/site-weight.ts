/** What a site records against what its line carries: the sums of the console. */
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import { daysToBring, octetsUploadableADay } from '@seatgrid/core/fleet/recording-upload.ts';
import { dayMs } from '@seatgrid/core/kernel/duration.ts';
import type { Site } from './site.ts';

type Recorded = ApiReply<'GET /api/platform/site-recordings'>['items'][number];

export interface SiteWeight {
  readonly site: Site;
  readonly recorded: Recorded;
  /** The mean of the last whole week. */
  readonly recordedOctetsADay: number;
  /** Null: its recordings stay at its nodes. */
  readonly uploadableOctetsADay: number | null;
  /** Until what waits is at the centre; null: never. */
  readonly daysLeft: number | null;
  /** Of all its line carries in a day, what it records; null: the line is not known. */
  readonly lineShare: number | null;
}

const weekDays = 7;

export function weigh(
  sites: readonly Site[],
  nodes: readonly { readonly siteId: string }[],
  recorded: readonly Recorded[],
): SiteWeight[] {
  return sites.flatMap((site) => {
    const sums = recorded.find(({ siteId }) => siteId === site.id);
    if (!sums || sums.recordings === 0) return [];
    // Today is not over.
    const week = sums.days.slice(-weekDays - 1, -1);
    const recordedOctetsADay = week.reduce((octets, day) => octets + day.octets, 0) / weekDays;
    const { recordingUpload: policy, lineUpKbits } = site;
    const nodesThere = nodes.filter(({ siteId }) => siteId === site.id).length;
    const uploadableOctetsADay = policy && octetsUploadableADay(policy, { lineUpKbits, nodes: nodesThere });
    const daysLeft =
      uploadableOctetsADay === null
        ? null
        : daysToBring({ waitingOctets: sums.waitingOctets, recordedOctetsADay, uploadableOctetsADay });
    const lineShare =
      lineUpKbits === null ? null : (recordedOctetsADay * 8) / ((lineUpKbits * 1_000 * dayMs) / 1_000);
    return { site, recorded: sums, recordedOctetsADay, uploadableOctetsADay, daysLeft, lineShare };
  });
}
