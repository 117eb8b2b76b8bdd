/**
 * When a node may bring its recordings to the centre, as the operators say it of its site. A site they say nothing of keeps them:
 * on a thin line every octet is somebody's.
 */
import { dayMs, hourMs, minuteMs, secondMs } from '../kernel/duration.ts';
import { localMoment } from '../numbers/working-time.ts';

export interface RecordingUpload {
  /** Of each node, by the site's day. */
  readonly octetsPerDay: number;
  /** Local times, `22:00`; the end may be on the next morning, and two that are alike are the whole day. */
  readonly fromTime: string;
  readonly toTime: string;
  /** A gap is idle while so many calls are under way at most. */
  readonly callsMax: number;
}

export interface UploadMoment {
  readonly nowMs: number;
  readonly timeZone: string;
  readonly calls: number;
  /** Uploaded since the site's midnight. */
  readonly octetsToday: number;
}

/** How many octets may go now; 0 where none may. */
export function octetsToUpload(policy: RecordingUpload, moment: UploadMoment): number {
  if (moment.calls > policy.callsMax) return 0;
  if (!isWithin(policy, localMoment(moment.timeZone, moment.nowMs).time)) return 0;
  return Math.max(0, policy.octetsPerDay - moment.octetsToday);
}

function isWithin({ fromTime, toTime }: RecordingUpload, time: string): boolean {
  if (fromTime === toTime) return true;
  return fromTime < toTime ? fromTime <= time && time < toTime : fromTime <= time || time < toTime;
}

/** Of a line, what recordings take while nothing else does (measured: `docs/decisions`, what goes first on the link). */
const usableShare = 0.6;

/** What a site may upload in a day at most: by the budgets of its nodes, and by what the line they share carries in its hours. */
export function octetsUploadableADay(
  policy: RecordingUpload,
  { lineUpKbits, nodes }: { readonly lineUpKbits: number | null; readonly nodes: number },
): number {
  const budget = policy.octetsPerDay * nodes;
  if (lineUpKbits === null) return budget;
  const openMs = (minutesOf(policy.toTime) - minutesOf(policy.fromTime)) * minuteMs;
  const hoursMs = openMs > 0 ? openMs : openMs + dayMs;
  return Math.min(budget, (lineUpKbits * 125 * hoursMs * usableShare) / secondMs);
}

/** Days until all that waits is at the centre, beside what is recorded meanwhile; null: it grows. */
export function daysToBring(site: {
  readonly waitingOctets: number;
  readonly recordedOctetsADay: number;
  readonly uploadableOctetsADay: number;
}): number | null {
  const { waitingOctets, recordedOctetsADay, uploadableOctetsADay } = site;
  if (waitingOctets === 0) return 0;
  const gain = uploadableOctetsADay - recordedOctetsADay;
  return gain > 0 ? waitingOctets / gain : null;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return ((hours ?? 0) * hourMs) / minuteMs + (minutes ?? 0);
}
