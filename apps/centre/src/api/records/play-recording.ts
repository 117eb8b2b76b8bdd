/** A recording played through the centre: from the centre where it was brought here, else from the node it lies at. */
import type { Recording } from '@seatgrid/adapters/postgres/stores/call-store.ts';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { findNode } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import type { Centre } from '../../centre.ts';
import { keyOf } from '../../nodes/recording-copies.ts';
import { outsideRange, parseRange, rangeHeaders } from '../octets.ts';
import { refusalOf, type Refusal } from '../refusal.ts';

const contentTypes = { wav: 'audio/wav', mp3: 'audio/mpeg' } as const;

export async function playRecording(
  centre: Centre,
  recording: Playable,
  asked: { readonly range: string | null; readonly isDownload: boolean; readonly aborted: AbortSignal },
): Promise<Response | Refusal> {
  const { octets, format, startedAtMs } = recording;
  const range = parseRange(asked.range, octets);
  if (range === 'none') return outsideRange(octets);
  const fetched = await fetch(centre, recording, { from: range?.from ?? 0, to: range?.to ?? octets });
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

/** Whatever sounds: what is no recording of a call never leaves its node. */
export type Playable = Omit<Recording, 'isCopied' | 'isLost'> & {
  readonly copyOf?: TenantId;
  readonly isLost?: boolean;
};

async function fetch(
  centre: Centre,
  recording: Playable,
  range: { readonly from: number; readonly to: number },
): Promise<Result<ReadableStream<Uint8Array>, string>> {
  const { id: recordingId, nodeId, copyOf, path, sha256 } = recording;
  const copied = copyOf && (await centre.objects.read(keyOf(copyOf, { ...recording, recordingId }), range));
  if (copied) return success(copied);
  if (recording.isLost) return failure(lost);
  const node = await inPlatform(centre.database.platform, (trx) => findNode(trx, nodeId));
  if (node?.state === 'lost') return failure(lost);
  return centre.recordings.fetch(nodeId as NodeId, { path, sha256, ...range });
}

const lost = 'It was lost with the node it lay at, and never brought here.';
