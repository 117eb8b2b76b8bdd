/** A recording played through the centre while the file lies at its node. */
import type { Recording } from '@seatgrid/adapters/postgres/stores/call-store.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { Centre } from '../../centre.ts';
import { outsideRange, parseRange, rangeHeaders } from '../octets.ts';
import { refusalOf, type Refusal } from '../refusal.ts';

const contentTypes = { wav: 'audio/wav', mp3: 'audio/mpeg' } as const;

export async function playRecording(
  centre: Centre,
  recording: Recording,
  asked: { readonly range: string | null; readonly isDownload: boolean; readonly aborted: AbortSignal },
): Promise<Response | Refusal> {
  const { octets, format, path, sha256, startedAtMs } = recording;
  const range = parseRange(asked.range, octets);
  if (range === 'none') return outsideRange(octets);
  const fetched = await centre.recordings.fetch(recording.nodeId as NodeId, {
    path,
    sha256,
    from: range?.from ?? 0,
    to: range?.to ?? octets,
  });
  if (!fetched.ok) return refusalOf('unavailable', fetched.failure, 5);
  asked.aborted.addEventListener('abort', () => void fetched.value.cancel().catch(() => {}), { once: true });
  const headers: Record<string, string> = {
    'content-type': contentTypes[format],
    ...rangeHeaders(range, octets),
  };
  if (asked.isDownload) {
    const moment = new Date(startedAtMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
    headers['content-disposition'] =
      `attachment; filename="call-${moment}-${recording.callId.slice(-8)}.${format}"`;
  }
  return new Response(fetched.value, { status: range ? 206 : 200, headers });
}
