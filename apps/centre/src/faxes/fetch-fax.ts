/** The pages of a fax, fetched whole from the node they lie at. */
import type { StoredFax } from '@seatgrid/adapters/postgres/stores/fax-store.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { faxPdf } from '@seatgrid/media/fax/fax-pdf.ts';
import type { Centre } from '../centre.ts';

export type FaxFormat = 'pdf' | 'tiff';

/** A fax is small: its longest is `faxOctetsMax` of the media package. */
export async function fetchFax(
  centre: Centre,
  fax: StoredFax,
  format: FaxFormat,
): Promise<Result<Uint8Array, string>> {
  const { path, octets, sha256 } = fax;
  const fetched = await centre.recordings.fetch(fax.nodeId as NodeId, { path, sha256, from: 0, to: octets });
  if (!fetched.ok) return failure(fetched.failure);
  const tiff = new Uint8Array(await new Response(fetched.value).arrayBuffer());
  return format === 'tiff' ? success(tiff) : faxPdf(tiff);
}

/** `fax-20261125-101500-1a2b3c4d.pdf` */
export function faxFileName(
  { receivedAtMs, id }: Pick<StoredFax, 'receivedAtMs' | 'id'>,
  format: FaxFormat,
): string {
  const moment = new Date(receivedAtMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `fax-${moment}-${id.slice(-8)}.${format}`;
}
