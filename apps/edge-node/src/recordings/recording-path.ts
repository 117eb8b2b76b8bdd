/** The name a recording lies under: tenant, day and business can be read off it (H-01). */
import type { CallId } from '@seatgrid/core/kernel/ids.ts';

export interface RecordingName {
  readonly tenantSlug: string;
  readonly callId: CallId;
  readonly queueName: string | null;
  readonly startedAtMs: number;
  readonly timeZone: string;
  readonly staffIds: readonly string[];
}

/** Below the recordings folder, without ending. */
export function recordingPath(name: RecordingName): string {
  const { date, time } = localTime(name.startedAtMs, name.timeZone);
  const staff = name.staffIds.slice(0, 3).map((staffId) => `_${staffId}`);
  const queue = fileName(name.queueName ?? 'direct') || 'queue';
  return `${name.tenantSlug}/${date}/${time}_${queue}${staff.join('')}_${name.callId}`;
}

function localTime(atMs: number, timeZone: string): { date: string; time: string } {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  return {
    date: `${parts['year']}-${parts['month']}-${parts['day']}`,
    time: `${parts['hour']}${parts['minute']}${parts['second']}`,
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one costs more than all its uses. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const two = '2-digit';
    format = new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', year: 'numeric', month: two, day: two, hour: two, minute: two, second: two }); // prettier-ignore
    formats.set(timeZone, format);
  }
  return format;
}

/** Letters and digits of any script; forty of them fit every file system. */
function fileName(text: string): string {
  return [
    ...text
      .normalize('NFC')
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, ''),
  ]
    .slice(0, 40)
    .join('');
}
